import backup from './en/backup'
import shell from './en/shell'
import start from './en/start'
import units from './en/units'
import words from './en/words'

export default { backup, shell, start, units, words }

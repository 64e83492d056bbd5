import backup from './zh/backup'
import shell from './zh/shell'
import start from './zh/start'
import units from './zh/units'
import words from './zh/words'

export default { backup, shell, start, units, words }

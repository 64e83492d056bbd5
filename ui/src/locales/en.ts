import backup from './en/backup'
import home from './en/home'
import imports from './en/import'
import lists from './en/lists'
import papers from './en/papers'
import shell from './en/shell'
import start from './en/start'
import units from './en/units'
import words from './en/words'

export default { backup, home, imports, lists, papers, shell, start, units, words }

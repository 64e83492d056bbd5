import backup from './zh/backup'
import home from './zh/home'
import imports from './zh/import'
import lists from './zh/lists'
import papers from './zh/papers'
import shell from './zh/shell'
import start from './zh/start'
import units from './zh/units'
import words from './zh/words'

export default { backup, home, imports, lists, papers, shell, start, units, words }

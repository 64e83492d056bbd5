import backup from './zh/backup'
import disputes from './zh/disputes'
import home from './zh/home'
import imports from './zh/import'
import lists from './zh/lists'
import papers from './zh/papers'
import print from './zh/print'
import shell from './zh/shell'
import start from './zh/start'
import sync from './zh/sync'
import units from './zh/units'
import words from './zh/words'

export default { backup, disputes, home, imports, lists, papers, print, shell, start, sync, units, words }

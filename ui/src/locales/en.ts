import backup from './en/backup'
import disputes from './en/disputes'
import home from './en/home'
import imports from './en/import'
import lists from './en/lists'
import papers from './en/papers'
import print from './en/print'
import shell from './en/shell'
import start from './en/start'
import sync from './en/sync'
import units from './en/units'
import words from './en/words'

export default { backup, disputes, home, imports, lists, papers, print, shell, start, sync, units, words }

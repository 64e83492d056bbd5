// The system's own print scheduler, in a folder that goes away again, before a printer that takes whatever comes.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const FOLDERS = ['spool', 'cache', 'state', 'tmp', 'root']
const scheduler = (dir) => `Listen ${dir}/cups.sock
WebInterface No
Browsing Off
DefaultAuthType Basic
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
`
const files = (dir) => `SystemGroup root lpadmin
FileDevice Yes
ServerRoot ${dir}/root
RequestRoot ${dir}/spool
CacheDir ${dir}/cache
StateDir ${dir}/state
TempDir ${dir}/tmp
AccessLog ${dir}/access.log
ErrorLog ${dir}/error.log
PageLog ${dir}/page.log
`
// Daemons lie where only the administrator's search path leads.
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`

/** With one printer, `Office`. `env` leads a program to it; `manage('cupsdisable', 'Office')` stops it, `manage('lpstat', …)` tells what it did. */
export async function startScheduler() {
  const dir = await mkdtemp(join(tmpdir(), 'shoulou-cups-'))
  await Promise.all(FOLDERS.map((name) => mkdir(join(dir, name))))
  await writeFile(join(dir, 'cupsd.conf'), scheduler(dir))
  await writeFile(join(dir, 'cups-files.conf'), files(dir))
  const env = { CUPS_SERVER: join(dir, 'cups.sock') }
  const program = spawn('cupsd', ['-f', '-c', join(dir, 'cupsd.conf'), '-s', join(dir, 'cups-files.conf')], { stdio: 'ignore', env: { ...process.env, PATH } })
  const manage = (command, ...words) => {
    const { status, stdout, stderr } = spawnSync(command, words, { env: { ...process.env, PATH, ...env }, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}`)
    return stdout
  }
  while (!existsSync(env.CUPS_SERVER)) {
    if (program.exitCode !== null) throw new Error(`cupsd ended with ${program.exitCode}`)
    await pause(20)
  }
  manage('lpadmin', '-p', 'Office', '-E', '-v', 'file:///dev/null', '-D', '前台打印机')
  manage('lpadmin', '-d', 'Office')
  return {
    env,
    manage,
    stop: async () => {
      const ended = once(program, 'exit')
      if (program.kill()) await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}

// The real server on a folder of its own.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './core.mjs'

const program = join(process.env.SHOULOU_BUILT ?? join(root, 'target/debug'), 'shoulou-server')
const run = promisify(execFile)

/** Starts the server with a certificate of its own; `stop()` and `start()` are an outage, `remove()` is the end. */
export async function startServer() {
  const data = await mkdtemp(join(tmpdir(), 'shoulou-server-'))
  const server = { start, stop, remove, foundingCode, administer }
  let serving
  let listen = '127.0.0.1:0'

  async function start() {
    serving = spawn(program, ['--data', data, 'serve', '--listen', listen], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = await Promise.race([
      once(serving.stdout, 'data'),
      once(serving, 'exit').then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
    ])
    // Started again, it answers where the PCs know it.
    listen = /listening on ([^;]+);/.exec(String(line))[1]
  }

  async function stop() {
    const ended = once(serving, 'exit')
    if (serving.kill('SIGTERM')) await ended
  }

  /** As its administrator on its own console. */
  async function administer(...words) {
    const { stdout } = await run(program, ['--data', data, ...words])
    return stdout.trim()
  }

  function foundingCode() {
    return administer('project', 'add')
  }

  async function remove() {
    if (serving.exitCode === null && serving.signalCode === null) await stop()
    await rm(data, { recursive: true, force: true })
  }

  await start()
  return server
}

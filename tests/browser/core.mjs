// The real core on a folder of its own, behind the loopback transport.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const built = process.env.SHOULOU_BUILT ?? join(root, 'target/debug')

// A session whose bus leads nowhere has no keyring: a project then opens with its password alone.
const noKeyring = { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }

/** Starts the core; `stop()` ends it and removes the folder. */
export async function startCore({ keyring = true, env = {} } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'shoulou-browser-'))
  const core = { data, url: '', stop, kill, restart }
  let program

  async function start() {
    // Started again, it answers where the page expects it.
    const port = core.url && new URL(core.url).port
    const words = ['--data', join(data, 'data'), '--ui', join(root, 'ui/dist-loopback'), '--port', port || '0']
    program = spawn(join(built, 'shoulou-loopback'), words, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...(keyring ? process.env : noKeyring), ...env } })
    const [line] = await Promise.race([
      once(program.stdout, 'data'),
      once(program, 'exit').then(([code]) => Promise.reject(new Error(`the core ended with ${code}`))),
    ])
    core.url = String(line).trim()
  }

  /** Ends the core as a power cut would. */
  async function kill(signal = 'SIGKILL') {
    const ended = once(program, 'exit')
    if (program.kill(signal)) await ended
  }

  async function restart() {
    await kill()
    await start()
  }

  async function stop() {
    if (program.exitCode === null && program.signalCode === null) await kill('SIGTERM')
    await rm(data, { recursive: true, force: true })
  }

  await start()
  return core
}

/** One of the core's two calls, as the page makes them. */
export async function call(core, path, body) {
  const response = await fetch(`${core.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { ok: response.ok, answer: await response.json() }
}

// The real window, driven over WebDriver by the web view's own driver.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const built = process.env.SHOULOU_BUILT ?? join(root, 'target/debug')
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const PATIENCE = 30_000
/** WebDriver's names for the keys that have no letter. */
const KEYS = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`F${i + 1}`, String.fromCharCode(0xe031 + i)]))
Object.assign(KEYS, { Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004' })

export async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'shoulou-window-'))
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export const program = join(built, 'shoulou')

/** Opens the window on a data folder, or on the system's own place; `close()` ends window and driver. */
export async function openWindow(data) {
  const port = await freePort()
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Leads a group of its own, the window and the web view's processes in it, so that none outlives the test.
    detached: true,
    env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true' },
  })
  const base = `http://127.0.0.1:${port}`

  async function ask(method, path, body) {
    const response = await fetch(base + path, { method, body: body && JSON.stringify(body) })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
    return value
  }

  await until('the driver listens', () => ask('GET', '/status').then(({ ready }) => ready, () => false))
  const options = { binary: program, args: data ? ['--data', data] : [] }
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
  const { sessionId } = await ask('POST', '/session', { capabilities })
  const session = (method, path, body) => ask(method, `/session/${sessionId}${path}`, body)

  const all = (name) => session('POST', '/elements', { using: 'css selector', value: selector(name) })
  const shown = async (name) => {
    for (const found of await all(name)) {
      if (await session('GET', `/element/${found[ELEMENT]}/displayed`)) return found[ELEMENT]
    }
    return undefined
  }
  /** What the window complains about, where a test waits in vain. */
  const complaint = async () => {
    const problem = await shown('problem')
    return problem ? `; the window says: ${await session('GET', `/element/${problem}/text`)}` : ''
  }
  const find = (name) => until(`${name} is shown`, () => shown(name), complaint)

  const window = {
    session,
    /** Runs in the page; the script's promise is the answer. */
    run: (script, ...args) =>
      session('POST', '/execute/async', {
        script: `const done = arguments[arguments.length - 1];
          (async (...args) => { ${script} })(...arguments).then(done, (error) => done({ refused: error }))`,
        args,
      }),
    /** One of the core's two calls, as the page makes them. */
    call: (name, body) =>
      window.run('return window.__TAURI_INTERNALS__.invoke(args[0], args[1])', name, { [name === 'execute' ? 'action' : 'query']: body }),
    isShown: async (name) => (await all(name)).length > 0,
    waitFor: find,
    waitGone: (name) => until(`${name} is gone`, async () => !(await window.isShown(name)), complaint),
    count: async (name) => (await all(name)).length,
    /** Clicks it in the middle of the window, where no head that stays in place covers it. */
    click: async (name) => {
      const element = await find(name)
      const script = 'arguments[0].scrollIntoView({ block: "center" })'
      await session('POST', '/execute/sync', { script, args: [{ [ELEMENT]: element }] })
      await session('POST', `/element/${element}/click`, {})
    },
    /** Clicks each element of this name, in their order. */
    clickEach: async (name) => {
      await find(name)
      for (const found of await all(name)) await session('POST', `/element/${found[ELEMENT]}/click`, {})
    },
    choose: async (name, value) => {
      const option = { using: 'css selector', value: `option[value="${value}"]` }
      const found = await session('POST', `/element/${await find(name)}/element`, option)
      await session('POST', `/element/${found[ELEMENT]}/click`, {})
    },
    press: async (key) => {
      const active = await session('GET', '/element/active')
      await session('POST', `/element/${active[ELEMENT]}/value`, { text: KEYS[key] })
    },
    /** Draws a stroke across the middle of the element, as a pen does. */
    draw: async (name) => {
      const origin = { [ELEMENT]: await find(name) }
      const to = (x, y, duration) => ({ type: 'pointerMove', origin, x, y, duration })
      const actions = [
        to(-80, 10, 0),
        { type: 'pointerDown', button: 0 },
        ...Array.from({ length: 24 }, (_, n) => to(-70 + n * 6, Math.round(30 * Math.sin(n / 2)), 16)),
        { type: 'pointerUp', button: 0 },
      ]
      await session('POST', '/actions', { actions: [{ type: 'pointer', id: 'pen', actions }] })
    },
    /** Replaces what a field holds: all of it is selected, then typed over. */
    fill: async (name, text) => {
      const element = await find(name)
      const script = 'arguments[0].focus(); arguments[0].select()'
      await session('POST', '/execute/sync', { script, args: [{ [ELEMENT]: element }] })
      await session('POST', `/element/${element}/value`, { text })
    },
    text: async (name) => (await session('GET', `/element/${await find(name)}/text`)).trim(),
    shot: async (name) => {
      const folder = join(root, 'target/screens')
      await mkdir(folder, { recursive: true })
      const png = Buffer.from(await session('GET', '/screenshot'), 'base64')
      await writeFile(join(folder, `${name}.png`), png)
    },
    close: async () => {
      await session('DELETE', '').catch(() => undefined)
      const ended = once(driver, 'exit')
      process.kill(-driver.pid, 'SIGKILL')
      await ended
    },
  }
  return window
}

/** `row mark` is the element named `mark` inside the one named `row`. */
const selector = (name) =>
  name
    .split(' ')
    .map((one) => `[data-test="${one}"]`)
    .join(' ')

/** Asks until there is an answer. */
export async function until(what, ask, complaint = async () => '') {
  const end = Date.now() + PATIENCE
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited in vain: ${what}${await complaint()}`)
    await pause(50)
  }
}

async function freePort() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

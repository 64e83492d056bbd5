// A page of the system's own Chromium, spoken to by the `data-test` names of the screens.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root } from './core.mjs'

const browser = process.env.SHOULOU_CHROMIUM ?? '/usr/bin/chromium'

// Nothing of the browser's own may reach for a network.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Opens the core's pages. What the page logs as an error is kept, and `close()` refuses it. */
export async function openPage(url, lang = 'zh') {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const program = await chromium.launch({ executablePath: browser, args: [...quiet, ...sandbox] })
  const context = await program.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
  const tab = await context.newPage()
  tab.setDefaultTimeout(10_000)
  const errors = []
  tab.on('pageerror', (error) => errors.push(String(error)))
  const away = []
  tab.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith(url) && !/^(data|blob|about):/.test(asked)) away.push(asked)
  })
  let asking = 0
  const isCall = (request) => /\/(execute|query)$/.test(request.url())
  tab.on('request', (request) => (asking += isCall(request)))
  for (const end of ['requestfinished', 'requestfailed']) tab.on(end, (request) => (asking -= isCall(request)))
  /** What was done has been answered and drawn. Where the page never stops asking, half a minute is enough. */
  const settled = async () => {
    const end = Date.now() + 30_000
    do await tab.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    while (asking > 0 && Date.now() < end)
  }
  await context.addInitScript((lang) => location.protocol === 'about:' || localStorage.setItem('lang', localStorage.getItem('lang') ?? lang), lang)
  await tab.goto(url)

  /** `row mark` is the element named `mark` inside the one named `row`. */
  const find = (name) => tab.locator(name.split(' ').map((one) => `[data-test="${one}"]`).join(' '))
  return {
    tab,
    find,
    settled,
    click: (name) => find(name).first().click(),
    /** Clicks the first whose name begins so: the rest of it is an id. */
    clickStarting: (name) => tab.locator(`[data-test^="${name}"]`).first().click(),
    fill: (name, text) => find(name).first().fill(text),
    waitFor: (name) => find(name).first().waitFor(),
    waitGone: (name) => find(name).first().waitFor({ state: 'detached' }),
    count: async (name) => (await settled(), find(name).count()),
    clickEach: async (name) => {
      await find(name).first().waitFor()
      for (const one of await find(name).all()) await one.click()
    },
    choose: (name, value) => find(name).first().selectOption(value),
    press: (key) => tab.keyboard.press(key),
    type: (text) => tab.keyboard.type(text),
    goTo: (route) => tab.evaluate((route) => void (location.hash = `#${route}`), route),
    draw: async (name) => {
      const { x, y, width, height } = await find(name).first().boundingBox()
      const to = (right, down) => tab.mouse.move(x + width / 2 + right, y + height / 2 + down, { steps: 4 })
      await to(-80, 10)
      await tab.mouse.down()
      await to(-20, -25)
      await to(30, 25)
      await to(80, -10)
      await tab.mouse.up()
    },
    isShown: async (name) => (await settled(), (await find(name).count()) > 0),
    texts: async (name) => (await settled(), find(name).allInnerTexts()),
    text: async (name) => (await settled(), (await find(name).first().innerText()).trim()),
    shot: async (name) => {
      const folder = join(root, 'target/screens')
      await mkdir(folder, { recursive: true })
      await tab.screenshot({ path: join(folder, `${name}.png`) })
    },
    close: async () => {
      await program.close()
      assert.deepEqual(errors, [], 'the page threw nothing')
      assert.deepEqual(away, [], 'the page asked nothing of any other address')
    },
  }
}

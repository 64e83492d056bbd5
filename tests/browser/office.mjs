// A founded project with its pages open: what most tests begin with.
import { call, startCore } from './core.mjs'
import { openPage } from './page.mjs'

export const PASSWORD = '海棠花开'

/** A sample project, or an empty one, in the page's language. */
export async function openOffice({ sample = true, lang = 'zh', keyring = true, env = {} } = {}) {
  const core = await startCore({ keyring, env })
  const named = { name: '锦绣豪庭', company: '锦绣置业有限公司', person: '周明', password: PASSWORD }
  const made = await call(core, 'execute', { action: 'create_project', ...named, sample })
  await call(core, 'execute', { action: 'confirm_recovery', code: made.answer.recovery_code })
  const page = await openPage(core.url, lang)
  await page.waitFor('units-count')

  /** What the core answers once the page is through with what it was told to do. */
  const ask = async (query) => {
    if (page.tab.url().startsWith(core.url)) await page.settled()
    return (await call(core, 'query', query)).answer
  }
  const units = (search = '') => ask({ query: 'units', search, building: null, stage: null, only: null, offset: 0, limit: 400 })
  const unitOf = async (code) => (await units(code)).rows.find((row) => row.code === code).unit

  return {
    core,
    page,
    ask,
    units,
    unitOf,
    /** The home's view, as it is recorded now. */
    home: async (code) => (await ask({ query: 'home', unit: await unitOf(code) })).view,
    /** Does a command as another screen of this PC would. */
    tell: (command) => call(core, 'execute', { action: 'do', command, basis: Number.MAX_SAFE_INTEGER }),
    act: (action) => call(core, 'execute', action),
    /** Opens a home's page. */
    open: async (code) => {
      await page.goTo(`/home/${await unitOf(code)}`)
      await page.waitFor('home-code')
    },
    /** Answers the dialog that asks for a file. */
    choosePath: async (path) => {
      await page.fill('path', path)
      await page.click('path-ok')
    },
    close: async () => {
      await page.close().finally(() => core.stop())
    },
  }
}

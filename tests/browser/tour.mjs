// Every screen and every dialog, one after the other, with something to show on each. `look(name)` is called where a
// person would stop and read.
import { join } from 'node:path'
import { root } from './core.mjs'
import { PASSWORD } from './office.mjs'

const DELEGATES_HOME = '1-1-103'
const UNDER_WAY = '1-1-102'
const AT = '2026-11-21T10:00:00+08:00'
const PROJECT = { name: '锦绣豪庭', company: '锦绣置业有限公司', person: '周明', password: PASSWORD, 'password-again': PASSWORD }
const [DEPOSIT, MISSING, NO_MAILBOX, REPAIRS, HURRY, MISTAKE, POST] = ['装修押金', '待补', '没有信箱', '整改', '业主急用', '误录', '邮政']
/** What the tour types. */
export const TYPED = [...Object.values(PROJECT), DEPOSIT, MISSING, NO_MAILBOX, REPAIRS, HURRY, MISTAKE, POST]

/** The pages on which a project is made, opened, or brought back. */
export async function beforeTheProject(page, core, look) {
  await page.waitFor('create-project')
  await page.click('create-project')
  await look('start')
  await page.click('start-join')
  await page.click('join')
  await look('join')
  await page.click('start-new')
  await page.click('start-restore')
  await look('restore')
  await page.click('restore-back')
  for (const [field, text] of Object.entries(PROJECT)) await page.fill(`project-${field}`, text)
  await page.click('create-project')
  await page.waitFor('recovery-code')
  await look('recovery-code')
  const code = await page.text('recovery-code')
  await page.click('recovery-written')
  await page.fill('recovery-typed', code)
  await page.click('recovery-confirm')
  await page.waitFor('units-count')
  await look('units-empty')
  await page.goTo('/outstanding')
  await page.waitFor('outstanding-count')
  await look('outstanding-empty')
  await core.restart()
  await page.tab.reload()
  await page.waitFor('unlock')
  await page.fill('secret', 'x')
  await page.click('unlock')
  await page.waitFor('problem')
  await look('locked')
}

/** Closes whatever dialog is open. */
async function escape(page) {
  await page.press('Escape')
  await page.tab.locator('dialog[open]').waitFor({ state: 'detached' })
}

async function theLists(office, look) {
  const { page } = office
  await page.goTo('/')
  await page.waitFor('units-count')
  await look('units')
  await page.click('actor')
  await look('actor')
  await page.press('Escape')
  await page.click('add-unit')
  await look('add-unit')
  await escape(page)
  await page.goTo('/sync')
  await page.click('attach')
  await look('attach')
  await escape(page)
  for (const [route, name] of [['/outstanding', 'outstanding-count'], ['/scans', 'scan-folder'], ['/staff', 'staff-add'], ['/settings', 'station-order'], ['/review/disputes', 'tab-disputes'], ['/review/rules', 'tab-rules'], ['/review/forks', 'tab-forks'], ['/sync', 'sync-alone'], ['/backup', 'backup-make']]) {
    await page.goTo(route)
    await page.waitFor(name)
    await look(route.slice(1).replace('/', '-'))
  }
  await page.fill('search', '1-1-1')
  await page.tab.locator('[role=option]').first().waitFor()
  await look('search')
  await page.press('Escape')
  await page.click('set-password')
  await look('password')
  await escape(page)
}

/** The screens of the templates, on a form with something of everything. */
async function theTemplates(office, look) {
  const { page } = office
  await page.goTo('/templates')
  await page.waitFor('templates')
  await look('templates')
  await page.click('edit-handover_record')
  await page.waitFor('pdf-page')
  await page.click('template-headings')
  await look('template')
  await page.click('template-headings')
  for (const kind of ['paragraph', 'grid', 'checks', 'signatures', 'photos', 'table']) {
    await page.click('block-add')
    await page.click(`block-add-${kind}`)
    await page.tab.locator('[data-test=blocks] li[aria-selected=true]:focus').waitFor()
    await look(`template-${kind}`)
  }
  await page.click('columns-0-title-insert')
  await page.waitFor('field-search')
  await look('template-fields')
  await escape(page)
  await page.click('versions')
  await page.waitFor('diff')
  await look('template-versions')
  await escape(page)
  await page.click('save-template')
  await page.waitFor('save-note')
  await look('template-save')
  await escape(page)
  await page.click('as-source')
  const source = await page.find('source').inputValue()
  await page.fill('source', source.replace('{owners}', '{owner}'))
  await page.waitFor('mistake')
  await look('template-source')
  await page.goTo('/')
  await page.tab.locator('dialog[open]').waitFor()
  await look('template-leave')
  await page.click('dialog-ok')
  await page.waitFor('units-count')
}

async function theImport(office, look) {
  const { page } = office
  await page.goTo('/import')
  await page.waitFor('import-choose')
  await look('import')
  await page.click('import-choose')
  await office.choosePath(join(root, 'tests/data/intake-by-hand.xlsx'))
  await page.waitFor('to-preview')
  await look('import-columns')
  await page.click('to-preview')
  await page.waitFor('import-counts')
  await look('import-preview')
  await page.click('import-run')
  await page.waitFor('import-report')
  await look('import-report')
}

/** What the home under way needs so that every part of its page has something to show. */
async function prepare(office) {
  const { row, keys, parties, meters } = await office.home(UNDER_WAY)
  const { file } = row
  const staff = (await office.ask({ query: 'project' })).view.staff
  const item = (key) => ({ key, instance: 1 })
  for (const command of [
    { type: 'AddFee', file, fee: { title: DEPOSIT, payee: 'property_finance', base: null, unit_price_cents: null, period: null, cents: 200000 } },
    { type: 'SetOutstanding', file, item: item('sign.owner_registration'), outstanding: { reason: MISSING, follower: staff[0].id, promised: '2026-01-05' } },
    { type: 'WaiveItem', file, item: item('issue.mailbox_key'), reason: NO_MAILBOX },
    { type: 'SignItems', file, items: [item('sign.house_handover')], signer: { by: 'party', id: parties[0].id }, how: { on: 'paper', copies: 3 }, signed_at: AT },
    { type: 'RetainKeys', file, answer: true, keys: [keys[0].id], terms: { sets: 1, purpose: REPAIRS, who_may_enter: REPAIRS, escorted: true, expected_return: '2026-12-05' }, at: AT },
    { type: 'MoveKeys', file, keys: [keys[1].id], to: { held_by: 'department', name: '工程部' }, at: AT, purpose: null },
    { type: 'TransferItems', file, items: [item('after.pass_papers')], from: '林晓', to: '客服中心', at: AT, slip: null },
    { type: 'OverrideStep', file, step: 'close', name: '周明', reason: HURRY },
    { type: 'RecordPosting', file, items: [item('post.fee_list')], carrier: POST, number: 'EM1', posted_on: '2026-11-07' },
    { type: 'VoidFact', target: { entity: 'file', id: file }, fact: meters[1].fact, reason: MISTAKE },
  ]) {
    const { ok, answer } = await office.tell(command)
    if (!ok) throw new Error(`${command.type}: ${answer.what.zh}`)
  }
  await office.act({ action: 'attach_photo', file, fact: (await office.home(UNDER_WAY)).defects[0].fact, path: join(root, 'docs/home.png') })
  await office.act({ action: 'print', unit: row.unit, forms: [{ form: 'defect_list' }], blank: false, out: join(office.core.data, 'list.pdf'), printer: null })
}

async function theHome(office, look) {
  const { page } = office
  await office.open('1-1-104')
  await look('home-before-the-day')
  await office.open(DELEGATES_HOME)
  await page.press('F2')
  await look('arrival')
  await escape(page)
  await prepare(office)
  await office.open(UNDER_WAY)
  const unfold = (all) => all.forEach((one) => one.dispatchEvent(new Event('unfold')))
  await page.tab.locator('.home-section').evaluateAll(unfold)
  await look('home')
  await page.click('item-identity.owner_id-1 menu-identity.owner_id')
  await look('item-menu')
  await page.press('Escape')
  const opened = async (name, how) => {
    await how()
    await page.tab.locator('dialog[open]').waitFor()
    await look(name)
    await escape(page)
  }
  await opened('finish', () => page.press('F10'))
  await opened('sign-items', () => page.press('F8'))
  await opened('take-fees', () => page.press('F4'))
  await opened('stations', () => page.press('F5'))
  await opened('inspect', () => page.press('F7'))
  await opened('give-keys', () => page.press('F9'))
  for (const button of ['add-fee', 'take-fee', 'register-keys', 'move-keys', 'retain-keys', 'return-keys', 'try-key', 'add-party', 'erase-household', 'transfer', 'post-out', 'photo', 'override-E', 'log-void']) {
    if (await page.isShown(button)) await opened(button, () => page.click(button))
  }
  await opened('erase-person', async () => {
    await page.click('party-menu')
    await page.click('party-menu-erase')
  })
  for (const what of ['outstanding', 'waive']) {
    await opened(`item-${what}`, async () => {
      await page.click('menu-identity.owner_id')
      await page.click(`menu-identity.owner_id-${what}`)
    })
  }
}

async function thePrinting(office, look) {
  const { page } = office
  for (const [what, name] of [['batch', 'batch-start'], ['lists', 'list-blank'], ['jobs', 'tab-jobs'], ['history', 'history-row']]) {
    await page.goTo(`/print/${what}`)
    await page.waitFor(name)
    await look(`print-${what}`)
  }
  await page.goTo('/print/lists')
  await page.click('list-blank')
  await page.click('blank-own')
  await look('print-blank-sets')
  await page.goTo('/print')
  await page.click('what-letters')
  await look('print-letters')
  const homes = { which: 'filter', search: '1-1-2', building: null, stage: null, only: null }
  const forms = { which: 'named', forms: [{ form: 'welcome_letter' }] }
  await office.act({ action: 'start_batch', homes, forms, to: { to: 'folder', path: office.core.data } })
  // Where the page learnt of it while it ran, it shows it by itself.
  await page.tab.locator('[data-test=batch], [data-test=batch-before]').first().waitFor()
  if (!(await page.isShown('batch'))) await page.click('batch-look')
  await page.tab.locator('[data-test=batch][data-state=finished]').waitFor({ timeout: 30_000 })
  await look('print-batch-done')
}

async function thePapers(office, look) {
  const { page } = office
  const unit = await office.unitOf(UNDER_WAY)
  await page.goTo(`/home/${unit}/packet`)
  await page.waitFor('pdf-page')
  await look('packet')
  await page.click('thumbs')
  await page.tab.locator('[data-test=pdf-thumb]').first().waitFor()
  await look('packet-thumbs')
  await page.click('thumbs')
  await page.click('tab-history')
  await page.click('history-open')
  await page.waitFor('paper pdf-page')
  await look('printed-paper')
  await escape(page)
  await look('packet-history')
  await thePrinting(office, look)
  await office.open(UNDER_WAY)
  await page.press('F8')
  await page.click('open-sign')
  await page.waitFor('pdf-page')
  await look('sign')
  await page.goTo('/')
  await page.waitFor('units-count')
}

export async function throughTheProject(office, look) {
  await theLists(office, look)
  await theHome(office, look)
  await thePapers(office, look)
  await theTemplates(office, look)
  await theImport(office, look)
}

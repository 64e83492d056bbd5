import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openOffice, PASSWORD } from './office.mjs'
import { startScheduler } from './scheduler.mjs'

const HOME = '1-1-102'
/** A Han character of an extension that no font of the program has. */
const NO_FONT = '\u{30edd}'

/** Narrows the homes of a batch down to those that the words find. */
const search = async (page, words, homes) => {
  await page.fill('batch-search', words)
  await page.tab.locator('[data-test=batch-found]', { hasText: new RegExp(`^${homes} `) }).waitFor()
}

describe('the print centre of a home', () => {
  let office, page, unit, pdf
  before(async () => {
    office = await openOffice()
    page = office.page
    unit = await office.unitOf(HOME)
    pdf = join(office.core.data, 'printed.pdf')
    await page.goTo(`/home/${unit}/packet`)
    await page.waitFor('pdf-page')
  })
  after(() => office?.close())

  const percent = async () => parseInt(await page.text('percent'), 10)
  const pageNo = async () => (await page.settled(), page.find('page-no').inputValue())
  const until = (what, argument) => page.tab.waitForFunction(what, argument)
  const history = () => office.ask({ query: 'print_history', unit, limit: 10 })
  const printTo = async (path) => {
    await page.click('to-pdf')
    await page.click('print')
    await office.choosePath(path)
    await page.tab.locator('[data-test=notice]', { hasText: path }).waitFor()
    await page.tab.locator('[data-test=print][aria-disabled=false]').waitFor()
  }
  const chooseOnly = async (form) => {
    if (await page.find('all-needed').isChecked()) await page.click('all-needed')
    await page.find(`form-${form} tick`).setChecked(true)
  }

  test('shows the pages of the packet, as wide as there is room, whole, or larger', async () => {
    const fitting = await percent()
    await page.click('zoom-in')
    assert.ok((await percent()) > fitting)
    await page.press('Control+-')
    await page.press('Control+-')
    assert.ok((await percent()) < fitting)
    await page.choose('zoom', 'page')
    const { height } = await page.find('pdf-page').first().boundingBox()
    assert.ok(height <= (await page.find('viewer').boundingBox()).height, 'a whole page is in sight')
    await page.press('Control+0')
    assert.equal(await percent(), fitting)
  })

  test('is leafed through by keys, by number, and by small pictures', async () => {
    await page.press('PageDown')
    await page.press('PageDown')
    assert.equal(await pageNo(), '3')
    await page.press('PageUp')
    assert.equal(await pageNo(), '2')
    await page.fill('page-no', '5')
    await page.press('Enter')
    assert.equal(await pageNo(), '5')
    await page.find('viewer').focus()
    await page.press('Home')
    assert.equal(await pageNo(), '1')
    await page.click('thumbs')
    await page.tab.locator('[data-test=pdf-thumb][data-page="4"]').click()
    assert.equal(await pageNo(), '4')
    await page.click('thumbs')
  })

  test('leads from a form to its first page', async () => {
    const of = await page.text('form-house_handover show-form')
    await page.click('form-house_handover show-form')
    assert.equal(await pageNo(), of.match(/\d+/)[0])
  })

  test('prints what is ticked, so many copies, on both sides, and remembers how for the next time', async () => {
    await chooseOnly('defect_list')
    await page.fill('form-defect_list copies', '3')
    await page.press('Enter')
    await page.click('form-defect_list duplex')
    await printTo(pdf)
    assert.equal(String((await readFile(pdf)).subarray(0, 5)), '%PDF-')
    const [line] = await history()
    assert.deepEqual([line.form, line.copies, line.reprint, line.printer], ['defect_list', 3, false, null])
    await page.tab.reload()
    await page.waitFor('form-defect_list duplex')
    assert.equal(await page.find('form-defect_list copies').inputValue(), '3')
    assert.equal(await page.find('form-defect_list duplex').getAttribute('aria-pressed'), 'true')
  })

  test('says before what will be a reprint, and what a new version', async () => {
    await chooseOnly('defect_list')
    await page.waitFor('form-defect_list reprint')
    assert.match(await page.text('said-before'), /补打/)
    await printTo(join(office.core.data, 'again.pdf'))
    const [again, first] = await history()
    assert.deepEqual([again.reprint, again.number, again.version], [true, first.number, 1])

    const { row } = await office.home(HOME)
    const defect = { room: '主卧', part: '窗', text: '漏风', wish: null, photos: [], responsible: null, promised: null, at: '2026-11-21T10:00:00+08:00' }
    await office.tell({ type: 'NoteDefect', file: row.file, defect })
    await page.waitFor('form-defect_list new-version')
    assert.match(await page.text('said-before'), /新版本/)
  })

  test('keeps the history of the home, with the very pages', async () => {
    await page.click('tab-history')
    await page.waitFor('history-row')
    assert.equal(await page.count('history-row'), 2)
    await page.click('history-reprints')
    assert.equal(await page.count('history-row'), 1)
    await page.click('history-open')
    await page.waitFor('paper pdf-page')
    await page.shot('print-history')
    await page.click('paper-close')
    await page.click('tab-print')
    await page.waitFor('pdf-page')
  })

  test('prints blank forms, and keeps no record of them', async () => {
    const before = (await history()).length
    await page.find('blank').setChecked(true)
    await page.waitFor('pdf-page')
    await printTo(join(office.core.data, 'blank.pdf'))
    assert.equal((await history()).length, before)
    await page.find('blank').setChecked(false)
  })

  test('answers a click on a form within a frame, however long the pages take', async () => {
    const took = await page.tab.evaluate(async () => {
      const box = document.querySelector('[data-test=form-fee_list] input[type=checkbox]')
      const on = box.checked
      box.click()
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      return document.querySelector('[data-test=form-fee_list]').classList.contains('on') !== on
    })
    assert.ok(took)
    await until(() => document.querySelectorAll('[data-test=pdf-page]').length > 0)
  })
})

describe('printing for many homes', () => {
  let office, page
  before(async () => {
    office = await openOffice({ keyring: false })
    page = office.page
    await page.goTo('/print')
    await page.waitFor('batch-start')
  })
  after(() => office?.close())

  const folder = async (name) => {
    const path = join(office.core.data, name)
    await mkdir(path)
    return path
  }
  const inState = (state) => page.tab.locator(`[data-test=batch][data-state=${state}]`).waitFor({ timeout: 60_000 })
  const homesNamed = (search) => ({ which: 'filter', search, building: null, stage: null, only: null })
  const batches = () => office.ask({ query: 'batches' })

  test('takes the homes that a filter finds, without those taken out by hand, each into a file of its own', async () => {
    const into = await folder('notices')
    await search(page, '1-1-2', 4)
    await page.click('home-1-1-204')
    await page.click('what-letters')
    await page.waitFor('form-admission_notice copies')
    for (const form of ['intake_guide', 'welcome_letter', 'fee_list']) await page.click(`form-${form} tick`)
    assert.ok(await page.find('what-own').locator('input').isChecked(), 'what was ticked by hand is no longer the letters')
    assert.match(await page.text('batch-forms-count'), / 1 /)
    await page.click('to-folder')
    await page.click('batch-start')
    await office.choosePath(into)
    await inState('finished')
    assert.deepEqual((await readdir(into)).sort(), ['1-1-201.pdf', '1-1-202.pdf', '1-1-203.pdf'])
    await page.shot('batch-finished')
  })

  test('puts all of them into one file, in the order of the list', async () => {
    await page.click('batch-another')
    const path = join(office.core.data, 'all.pdf')
    await search(page, '1-1-3', 4)
    await page.click('what-letters')
    await page.click('to-file')
    await page.click('batch-start')
    await office.choosePath(path)
    await inState('finished')
    assert.ok((await stat(path)).size > 0)
    const [line] = await office.ask({ query: 'print_history', unit: null, limit: 1 })
    assert.equal(line.home, '1-1-304')
  })

  test('names a home that could not be printed, why, and what to do; tried again, it is', async () => {
    const { row, parties } = await office.home('1-1-501')
    const { path } = parties[0].fields.find((field) => field.path.endsWith('/name'))
    const name = (value) => office.tell({ type: 'SetField', target: { entity: 'file', id: row.file }, path, value })
    const owner = parties[0].name
    const { ok } = await name(`赵${NO_FONT}`)
    assert.ok(ok)
    await page.click('batch-another')
    await search(page, '1-1-5', 4)
    await page.click('what-letters')
    await page.click('to-folder')
    await page.click('batch-start')
    await office.choosePath(await folder('failing'))
    await inState('finished')
    await page.waitFor('batch-failure')
    const failure = page.tab.locator('[data-test=batch-failure][data-home="1-1-501"]')
    assert.equal(await failure.getAttribute('data-code'), 'missing_glyph')
    assert.ok((await failure.innerText()).includes(NO_FONT))
    await page.shot('batch-failed')
    await name(owner)
    await page.click('batch-retry')
    await page.waitGone('batch-failure')
    await inState('finished')
  })

  test('pauses, asks after a crash whether to go on, and prints nothing twice', async () => {
    const into = await folder('packets')
    const homes = homesNamed('2-1')
    const total = (await office.units('2-1')).total
    const { answer } = await office.act({ action: 'start_batch', homes, forms: { which: 'packet', duplex: false }, to: { to: 'folder', path: into } })
    await page.goTo('/')
    await page.goTo('/print')
    await inState('running')
    await page.tab.waitForFunction(() => !/^0 /.test(document.querySelector('[data-test=batch-count]').innerText), null, { timeout: 60_000 })
    await page.click('batch-pause')
    await inState('paused')
    assert.equal(await page.isShown('batch-ask'), false, 'who paused it need not be asked')
    await page.click('batch-resume')
    await inState('running')
    await office.core.restart()
    await page.tab.reload()
    await page.fill('secret', PASSWORD)
    await page.click('unlock')
    await page.tab.locator('[data-test^=rail-]').first().waitFor()
    await page.goTo('/print')
    await page.waitFor('batch-ask')
    assert.match(await page.text('batch-ask'), new RegExp(`^上次打到第 \\d+ 户（共 ${total} 户），继续？`))
    await page.shot('batch-asked')
    await page.click('batch-cancel')
    await page.click('dialog-ok')
    await inState('cancelled')
    const view = (await batches()).find((one) => one.batch === answer.batch)
    assert.equal((await readdir(into)).length, view.done)
    const printed = (await office.ask({ query: 'print_history', unit: null, limit: 10_000 })).filter((line) => line.reprint)
    assert.deepEqual(printed, [])
  })
})

describe('papers of no single home', () => {
  let office, page
  before(async () => {
    office = await openOffice()
    page = office.page
    await page.goTo('/print/lists')
    await page.waitFor('list-intake_list')
  })
  after(() => office?.close())

  const saveAs = async (name) => {
    const path = join(office.core.data, name)
    await page.click('to-pdf')
    await page.click('list-print')
    await office.choosePath(path)
    await page.tab.locator('[data-test=notice]', { hasText: path }).waitFor()
    return String((await readFile(path)).subarray(0, 5))
  }

  const history = () => office.ask({ query: 'print_history', unit: null, limit: 10 })

  test('are looked at before they are printed, and looking is recorded nowhere', async () => {
    await page.click('list-intake_list')
    await page.choose('batch-building', '1')
    await page.click('list-preview')
    await page.waitFor('loose-preview pdf-page')
    await page.choose('zoom', 'page')
    const { height } = await page.find('pdf-page').first().boundingBox()
    assert.ok(height <= (await page.find('viewer').boundingBox()).height, 'a whole page is in sight')
    await page.choose('zoom', 'width')
    await page.press('PageDown')
    await page.shot('list-preview')
    await page.press('Escape')
    await page.waitGone('loose-preview')
    await page.click('batch-clear')
    await page.click('list-blank')
    await page.click('list-preview')
    await page.waitFor('loose-preview pdf-page')
    await page.shot('blank-preview')
    await page.click('preview-back')
    await page.waitGone('loose-preview')
    assert.deepEqual(await history(), [])
  })

  test('are lists over the homes that a filter finds, or that are ticked one by one', async () => {
    await page.click('list-outstanding_register')
    await page.choose('batch-building', '1')
    assert.equal(await saveAs('missing.pdf'), '%PDF-')
    await page.click('batch-clear')
    await page.find('batch-all').setChecked(false)
    await page.click('home-1-1-102')
    await page.click('home-1-1-104')
    await page.tab.locator('[data-test=batch-found]', { hasText: /^2 / }).waitFor()
    await page.click('list-intake_list')
    assert.equal(await saveAs('two.pdf'), '%PDF-')
  })

  test('are in the history of all, where they are lists: who, which, over how many homes', async () => {
    const [last, before] = await history()
    assert.deepEqual([last.form, last.homes, last.by], ['intake_list', 2, '周明'])
    assert.equal(before.form, 'outstanding_register')
    await page.goTo('/print/history')
    await page.click('history-lists')
    await page.waitFor('history-row')
    const rows = await page.texts('history-row')
    assert.equal(rows.length, 2)
    assert.ok(rows[0].includes(last.number) && rows[0].includes('2 户'), rows[0])
    await page.shot('list-history')
    await page.goTo('/print/lists')
    await page.waitFor('list-intake_list')
  })

  test('are numbered blank sets, of all that is signed on the day or of chosen forms', async () => {
    await page.click('list-blank')
    await page.fill('blank-sets', '51')
    assert.equal(await page.find('list-print').getAttribute('aria-disabled'), 'true')
    await page.fill('blank-sets', '2')
    assert.equal(await saveAs('day.pdf'), '%PDF-')
    await page.click('blank-own')
    await page.click('blank-key_custody')
    assert.equal(await saveAs('keys.pdf'), '%PDF-')
    await page.shot('blank-sets')
  })

  test('are found from the list of homes, for those it shows, and from what is outstanding', async () => {
    await page.goTo('/')
    await page.choose('building', '1')
    const shown = Number(/\d+/.exec(await page.text('units-count'))[0])
    await page.click('print-lists')
    await page.tab.locator('[data-test=batch-found]', { hasText: new RegExp(`^${shown} `) }).waitFor()
    await page.goTo('/outstanding')
    await page.click('print-outstanding')
    await page.waitFor('list-outstanding_register')
    assert.equal(await page.find('list-outstanding_register').locator('input').isChecked(), true)
  })
})

describe('a printer', () => {
  let scheduler, office, page
  before(async () => {
    scheduler = await startScheduler()
    office = await openOffice({ env: scheduler.env })
    page = office.page
    await page.goTo(`/home/${await office.unitOf(HOME)}/packet`)
    await page.waitFor('pdf-page')
  })
  after(async () => {
    await office?.close()
    await scheduler?.stop()
  })

  const job = (state) => page.tab.locator(`[data-test=job][data-state=${state}]`).first().waitFor({ timeout: 30_000 })

  test('is named with its state, and chosen unless somebody says otherwise', async () => {
    await page.waitFor('printer-Office')
    assert.ok(await page.find('printer-Office').locator('input').isChecked())
    assert.match(await page.text('printer-Office'), /前台打印机/)
  })

  test('prints what is ticked, and the page tells when it is out', async () => {
    await page.click('all-needed')
    await page.click('form-key_custody tick')
    await page.waitFor('form-key_custody show-form')
    await page.click('print')
    await job('done')
    assert.match(scheduler.manage('lpstat', '-W', 'completed'), /^Office-1 /)
    const [line] = await office.ask({ query: 'print_history', unit: await office.unitOf(HOME), limit: 1 })
    assert.deepEqual([line.form, line.printer], ['key_custody', 'Office'])
    await page.shot('printed-on-paper')
  })

  test('is asked for twice before it takes much paper, and how much that is', async () => {
    const before = scheduler.manage('lpstat', '-W', 'all')
    await page.goTo('/print/lists')
    await page.click('list-blank')
    await page.fill('blank-sets', '3')
    await page.click('list-print')
    await page.waitFor('batch-estimate')
    const [all, each] = (await page.text('batch-estimate')).match(/[\d,]+/g).map((n) => Number(n.replace(',', '')))
    const one = { action: 'print_blank_sets', forms: [], sets: 1, out: join(office.core.data, 'set.pdf'), printer: null }
    const { answer } = await office.act(one)
    assert.deepEqual([all, each], [3 * answer.pages, answer.pages])
    await page.shot('blank-asked')
    await page.click('dialog-cancel')
    assert.equal(scheduler.manage('lpstat', '-W', 'all'), before, 'nothing went to the printer')

    await page.goTo('/print')
    await search(page, '1-1-2', 4)
    await page.click('what-letters')
    await page.click('batch-start')
    await page.waitFor('batch-estimate')
    const told = (await page.text('batch-estimate')).match(/\d+/)[0]
    await page.shot('batch-asked-printer')
    await page.click('dialog-ok')
    await page.tab.locator('[data-test=batch][data-state=finished]').waitFor({ timeout: 60_000 })
    const papers = await office.ask({ query: 'print_history', unit: await office.unitOf('1-1-201'), limit: 10 })
    assert.equal(Number(told), 4 * papers.reduce((sum, { pages, copies }) => sum + pages * copies, 0))
    await page.shot('batch-handed')
    await page.click('to-jobs')
    await page.tab.locator('[data-test=job][data-state=done]').nth(4).waitFor({ timeout: 30_000 })
    await page.goTo(`/home/${await office.unitOf(HOME)}/packet`)
    await page.waitFor('pdf-page')
  })

  test('that stands is told of with what to do, and its job can be cancelled', async () => {
    scheduler.manage('cupsdisable', '-r', 'out of toner', 'Office')
    await page.click('print')
    await page.waitFor('cancel-job')
    await page.shot('printer-stands')
    await page.click('cancel-job')
    await job('cancelled')
  })
})

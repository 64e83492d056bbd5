import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openOffice } from './office.mjs'

const run = promisify(execFile)
const HOME = '1-1-103'

describe('scans of printed papers are filed', () => {
  let office, page, scans, aside
  before(async () => {
    office = await openOffice()
    page = office.page
    // Reading pages takes the PC's whole strength, which other tests share.
    page.tab.setDefaultTimeout(60_000)
    const pdf = join(office.core.data, 'papers.pdf')
    const unit = await office.unitOf(HOME)
    await office.act({ action: 'print', unit, forms: ['house_rules', 'house_handover'].map((form) => ({ form, copies: 1 })), blank: false, out: pdf, printer: null })
    scans = join(office.core.data, 'scans')
    aside = join(office.core.data, 'late')
    await mkdir(scans)
    await mkdir(aside)
    await run('pdftoppm', ['-r', '150', '-gray', '-jpeg', pdf, join(scans, 'page')])
    // The feeder took two sheets at once: the second page of the first paper is not there.
    const pages = (await readdir(scans)).toSorted()
    await rename(join(scans, pages[1]), join(aside, pages[1]))
    await run('pdftoppm', ['-r', '150', '-gray', '-jpeg', '-f', '1', '-l', '1', '-x', '0', '-y', '300', '-W', '1240', '-H', '1200', pdf, join(scans, 'torn')])
    await writeFile(join(scans, 'broken.png'), 'no picture')
  })
  after(() => office?.close())

  const read = async (folder) => {
    await page.goTo('/scans')
    await page.click('scan-folder')
    await office.choosePath(folder)
    // The summary of the reading before is gone.
    await page.settled()
    await page.tab.locator('[data-test=scan-summary][data-state=done]').waitFor({ timeout: 120_000 })
  }
  const documents = async () => (await office.home(HOME)).documents

  test('each page by its code; what is missing and what nobody knows is listed', async () => {
    await read(scans)
    assert.equal(await page.count('filed-document'), 2)
    await page.tab.locator('[data-test=filed-document] img').first().waitFor()
    await page.shot('scans-filed')
    await page.click('scans-missing')
    assert.match(await page.text('filed-document'), new RegExp(`${HOME}[^]*2`))
    await page.click('scans-loose')
    assert.equal(await page.count('loose-scan'), 2)
    await page.tab.locator('[data-test=loose-scan] img').first().waitFor()
    await page.shot('scans-loose')
    await page.goTo('/outstanding')
    await page.waitFor('outstanding-row')
    assert.ok((await page.texts('outstanding-row')).some((text) => text.includes('扫描件缺第 2 页')))
    await page.shot('scans-outstanding')
  })

  test('a page without a code is filed by hand, to the paper that a person chooses', async () => {
    await page.goTo('/scans')
    await page.click('scans-loose')
    await page.click('loose-file')
    await page.waitFor('scan-picture')
    await page.fill('scan-home', HOME)
    const handover = (await documents()).find(({ form }) => form === 'house_handover')
    await page.tab.locator(`[data-test=scan-paper] option[value="printed:${handover.document}"]`).waitFor({ state: 'attached' })
    await page.tab.locator('[data-test=scan-paper] option[value="blank:house_rules"]').waitFor({ state: 'attached' })
    await page.choose('scan-paper', `printed:${handover.document}`)
    await page.fill('scan-page-no', '1')
    await page.shot('scans-by-hand')
    await page.click('dialog-ok')
    await page.tab.locator('dialog[open]').waitFor({ state: 'detached' })
    assert.equal(await page.count('loose-scan'), 1)
  })

  test('pages that were given up are asked for again where they were given up', async () => {
    const rules = async () => (await documents()).find(({ form }) => form === 'house_handover')
    const missing = (await rules()).unscanned
    assert.ok(missing.length > 0)
    await office.open(HOME)
    const reasoned = async (why, action) => {
      await page.click(action)
      await page.fill('reason', why)
      await page.click('dialog-ok')
      await page.tab.locator('dialog[open]').waitFor({ state: 'detached' })
    }
    await reasoned('业主带走了', 'give-up')
    await page.waitFor('excused')
    assert.deepEqual((await rules()).unscanned, [])
    await page.shot('scans-given-up')
    await reasoned('又送回来了', 'ask-again')
    await page.waitFor('give-up')
    assert.deepEqual((await rules()).unscanned, missing)
    assert.deepEqual((await rules()).excused, [])
  })

  test('a paper that came back signed leads straight to recording that signature', async () => {
    const { row, parties } = await office.home(HOME)
    const owner = parties.find(({ role }) => role === 'owner').id
    await office.tell({ type: 'RecordArrival', file: row.file, attendance: 'owner', visitors: [owner], at: '2026-11-21T10:00:00+08:00' })
    await page.goTo('/scans')
    await page.click('scans-filed')
    const links = await page.count('to-sign')
    const waits = (await documents()).find(({ to_sign }) => to_sign !== null)
    await page.tab.locator('[data-test=filed-document]', { hasText: waits.number }).locator('[data-test=to-sign]').click()
    await page.waitFor('signer')
    assert.equal(await page.tab.locator('dialog[open] input[type=checkbox]').count(), 1, 'that paper alone')
    await page.shot('scans-sign')
    await page.click('dialog-ok')
    await page.tab.locator('dialog[open]').waitFor({ state: 'detached' })
    const item = (await office.home(HOME)).items.find(({ item }) => item.key === waits.to_sign.key)
    assert.equal(item.sign_offs.length, 1)
    await page.goTo('/scans')
    await page.waitFor('scan-summary')
    assert.equal(await page.count('to-sign'), links - 1)
  })

  test('the page of the home shows what was scanned; the page that was late completes it', async () => {
    await office.open(HOME)
    await page.click('scanned')
    await page.tab.locator('[data-test=scan-page] img').waitFor()
    await page.shot('scans-page')
    await page.click('scan-close')
    await read(aside)
    const handover = (await documents()).find(({ form }) => form === 'house_handover')
    assert.deepEqual(handover.unscanned, [])
    await page.goTo('/outstanding')
    await page.waitFor('outstanding-count')
    assert.ok((await page.texts('outstanding-row')).every((text) => !text.includes('扫描件缺')))
  })
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { root } from './core.mjs'
import { openOffice } from './office.mjs'

const list = (name) => join(root, 'tests/data', name)

describe('a list that an office keeps by hand is imported', () => {
  let office, page
  before(async () => {
    office = await openOffice({ sample: false })
    page = office.page
  })
  after(() => office?.close())

  const column = (letter) => page.tab.locator(`[data-test=column-${letter}] select`)
  const choose = async (name) => {
    await page.goTo('/import')
    await page.click('import-choose')
    await office.choosePath(list(name))
  }

  test('each column is proposed for what it says, and a person may say otherwise', async () => {
    await choose('intake-by-hand.xlsx')
    await page.waitFor('to-preview')
    const proposed = { B: 'code', C: 'party/*/name', D: 'party/*/paper_no', E: 'party/*/phone', G: 'contract/signed_on', I: 'unit/contract_area', O: 'remark' }
    for (const [letter, path] of Object.entries(proposed)) {
      assert.match(await column(letter).inputValue(), new RegExp(`${path.split('/').at(-1)}$`), letter)
    }
    assert.equal(await column('A').inputValue(), 'ignore')
    await column('O').selectOption('ignore')
    await page.shot('import-columns')
  })

  test('the preview says what it found, by row and column, before anything is written', async () => {
    await page.click('to-preview')
    await page.waitFor('import-counts')
    const problems = await page.texts('import-problem')
    assert.ok(problems.some((text) => /D[^]*1-1-601[^]*Excel/.test(text)), 'a number whose last digits Excel lost')
    assert.match(await page.text('import-counts'), /170/)
    assert.equal((await office.units()).total, 0)
    await page.shot('import-preview')
  })

  test('then all of it is there, without what was left out', async () => {
    await page.click('import-run')
    await page.waitFor('import-report')
    assert.equal((await office.units()).total, 170)
    const home = await office.home('1-1-101')
    assert.equal(home.row.owners, '谢豪俊')
    assert.equal(home.file_fields.find(({ path }) => path === 'remark').value, null)
    await page.click('to-units')
    await page.waitFor('unit-1-1-101')
  })

  test('another list adds its homes, and what a clerk corrected stays', async () => {
    const home = await office.home('1-1-102')
    const phone = home.parties[0].fields.find(({ path }) => path.endsWith('/phone'))
    const target = { entity: 'file', id: home.row.file }
    await office.tell({ type: 'SetField', target, path: phone.path, value: '13800001111' })
    await choose('intake-clean.xlsx')
    await page.waitFor('import-counts')
    await page.click('import-run')
    await page.waitFor('import-report')
    const after = (await office.home('1-1-102')).parties[0].fields.find(({ path }) => path.endsWith('/phone'))
    assert.equal(after.shown.zh, '138****1111')
    assert.equal((await office.units()).total, 224)
  })
})

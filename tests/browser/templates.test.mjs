// The templates of the forms: edited by their structure and by their source, on the real core.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openOffice } from './office.mjs'

const FORM = 'gas_safety'
const OWN = '本公司另行约定'
let office
before(async () => (office = await openOffice()))
after(() => office.close())

const used = async () => (await office.ask({ query: 'form_templates' })).view.forms.find((one) => one.form === FORM)
const textNow = async () => office.ask({ query: 'form_template', form: FORM, template: (await used()).template })
const shipped = () => office.ask({ query: 'form_template', form: FORM, template: null })
const enter = async () => {
  await office.page.goTo('/templates')
  await office.page.waitFor('templates')
  await office.page.click(`edit-${FORM}`)
  await office.page.waitFor('pdf-page')
}
const save = async (note) => {
  const { page } = office
  await page.click('save-template')
  await page.fill('save-note', note)
  await page.click('dialog-ok')
  await page.tab.locator('dialog[open]').waitFor({ state: 'detached' })
}

test('a paragraph is reworded, a field inserted, and the form saved as a version', async () => {
  const { page } = office
  await enter()
  assert.equal(await page.text('template-state'), '标准')
  const heading = await page.tab.locator('[data-test=blocks] li', { hasText: '一、通气之前' }).first()
  await heading.click()
  await page.fill('block-text', `一、通气之前（${OWN}）`)
  await page.click('block-text-insert')
  await page.fill('field-search', '合同编号')
  await page.click('field-contract.no')
  await page.tab.locator('[data-test=blocks] li', { hasText: '[合同编号]' }).waitFor()
  await save('按法务意见')
  await page.tab.locator('[data-test=template-state]', { hasText: '第 1 版' }).waitFor()
  const text = await textNow()
  assert.ok(text.includes(`heading = "一、通气之前（${OWN}）{contract.no}"`))
  const changed = text.split('\n').filter((line) => line.includes(OWN)).length
  assert.equal(changed, 1)
  assert.equal(text.split('\n').length, (await shipped()).split('\n').length, 'all else stands as it was written')
})

test('blocks move by keyboard, come and go, and what is not saved is asked about', async () => {
  const { page } = office
  await enter()
  const said = () => page.tab.locator('[data-test=blocks] li').allInnerTexts()
  const before = await said()
  await page.click('block-1')
  await page.press('Alt+ArrowDown')
  await page.tab.waitForFunction(([first]) => document.querySelectorAll('[data-test=blocks] li')[2]?.textContent.includes(first), ['一、通气之前'])
  await page.click('block-up')
  await page.tab.waitForFunction(([first]) => document.querySelectorAll('[data-test=blocks] li')[1]?.textContent.includes(first), ['一、通气之前'])
  assert.deepEqual(await said(), before)
  await page.click('block-add')
  await page.click('block-add-signatures')
  await page.tab.waitForFunction((n) => document.querySelectorAll('[data-test=blocks] li').length === n, before.length + 1)
  await page.waitFor('signatures')
  await page.click('templates-back')
  await page.tab.locator('dialog[open]').waitFor()
  await page.click('dialog-cancel')
  await page.click('block-remove')
  await page.tab.waitForFunction((n) => document.querySelectorAll('[data-test=blocks] li').length === n, before.length)
  await page.click('template-file')
  if (await page.isShown('template-file-discard')) await page.click('template-file-discard')
  else await page.press('Escape')
})

test('a mistake in the source is told by its line, and cannot be saved', async () => {
  const { page } = office
  await enter()
  await page.click('as-source')
  const text = await page.find('source').inputValue()
  const line = text.split('\n').findIndex((one) => one.includes('{owner_phone}')) + 1
  await page.fill('source', text.replace('{owner_phone}', '{ownr_phone}'))
  await page.waitFor('mistake')
  const told = await page.text('mistake')
  assert.ok(told.includes(`第 ${line} 行`) && told.includes('ownr_phone') && told.includes('owner_phone'), told)
  assert.equal(await page.text('wrong-line'), `! ${line}`)
  await page.waitFor('preview-none')
  assert.equal(await page.find('save-template').getAttribute('aria-disabled'), 'true')
  await page.fill('source', text)
  await page.waitGone('mistake')
  await page.waitFor('pdf-page')
})

test('the versions are compared with what is on the screen, and put back', async () => {
  const { page } = office
  await enter()
  await page.click('versions')
  await page.click('compare-shipped')
  await page.tab.locator('[data-test=diff] pre.new', { hasText: OWN }).waitFor()
  assert.equal(await page.tab.locator('[data-test=diff] pre.gone').count(), 1)
  await page.click('restore-shipped')
  await page.tab.locator('[data-test=template-state]', { hasText: '标准' }).waitFor()
  assert.equal((await used()).own, false)
  await page.click('versions')
  await page.click('restore-v1')
  await page.tab.locator('[data-test=template-state]', { hasText: '第 1 版' }).waitFor()
  assert.ok((await textNow()).includes(OWN))
  assert.equal((await used()).versions.length, 1)
})

test('a template goes out as a file, and another comes in', async () => {
  const { page } = office
  await enter()
  const path = join(office.core.data, 'gas.toml')
  await page.click('template-file')
  await page.click('template-file-export')
  await office.choosePath(path)
  await page.tab.locator('text=gas.toml').first().waitFor()
  const text = await readFile(path, 'utf8')
  assert.equal(text, await textNow())
  await writeFile(path, text.replace(OWN, '第二次'))
  await page.click('template-file')
  await page.click('template-file-import')
  await office.choosePath(path)
  await page.tab.locator('[data-test=blocks] li', { hasText: '第二次' }).first().waitFor()
  await save('')
  await page.tab.locator('[data-test=template-state]', { hasText: '第 2 版' }).waitFor()
})

test('clauses to be worded by the company are listed, and leave the list', async () => {
  const { page } = office
  await page.goTo('/templates')
  await page.waitFor('legal')
  const count = await page.tab.locator('[data-test=legal] li').count()
  assert.ok(count > 0)
  await page.click('edit-fire_safety')
  await page.waitFor('pdf-page')
  await page.tab.locator('[data-test=blocks] li', { hasText: '须自行拟定' }).first().click()
  await page.click('block-legal')
  await page.tab.locator('[data-test=template-state]', { hasText: '未保存' }).waitFor()
  await save('已由法务拟定')
  await page.click('templates-back')
  await page.tab.waitForFunction((n) => document.querySelectorAll('[data-test=legal] li').length === n, count - 1)
})

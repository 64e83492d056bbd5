// The templates of the forms: edited by their structure and by their source, on the real core.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { barriers } from './barriers.mjs'
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

const textOf = async () => {
  const { page } = office
  await page.click('as-source')
  const text = await page.find('source').inputValue()
  await page.click('as-blocks')
  return text
}
const discard = async () => {
  await office.page.click('template-file')
  await office.page.click('template-file-discard')
}
const edit = async (form) => {
  await office.page.goTo('/templates')
  await office.page.waitFor('templates')
  await office.page.click(`edit-${form}`)
  await office.page.waitFor('pdf-page')
}
/** The sheet as it lies in the preview: wider than high, or not. */
const lies = (wide) =>
  office.page.tab.waitForFunction((wide) => {
    const sheet = document.querySelector('.viewer canvas[data-page]')
    return sheet && (sheet.width > sheet.height) === wide
  }, wide)

test('how often, for whom and which way a form prints is chosen without its source, and the preview follows', async () => {
  const { page } = office
  await edit('pet_registration')
  await page.click('template-headings')
  await lies(false)
  await page.find('head-landscape').check()
  await lies(true)
  await page.choose('head-each', 'pets')
  const head = await textOf()
  assert.ok(/^landscape = true$/m.test(head) && /^each = "pets"$/m.test(head), head)
  await page.click('template-headings')
  await page.choose('head-each', '')
  await page.find('head-landscape').uncheck()
  await lies(false)
  assert.doesNotMatch(await textOf(), /landscape|^each/m)

  const grid = page.tab.locator('[data-test=blocks] li', { hasText: '填写栏' })
  await grid.nth(1).click()
  assert.equal(await page.find('grid-each').inputValue(), 'pets')
  await page.choose('grid-columns', '2')
  await page.fill('grid-min', '4')
  await page.fill('grid-caption', '**第 {n:2} 只**')
  await page.find('grid-caption').blur()
  await page.waitGone('mistake')
  const text = await textOf()
  await page.shot('templates-grid')
  assert.match(text, /each = "pets", min = 4, columns = 2,.*caption = "\*\*第 \{n:2\} 只\*\*"/)
  await page.choose('grid-each', '')
  await page.waitFor('mistake')
  await discard()
  await page.waitGone('mistake')
})

test('boxes, tables and blocks side by side are changed without the source', async () => {
  const { page } = office
  const add = async (kind) => {
    const before = await page.tab.locator('[data-test=blocks] li').count()
    await page.click('block-add')
    await page.click(`block-add-${kind}`)
    await page.tab.waitForFunction((n) => document.querySelectorAll('[data-test=blocks] li').length === n, before + 1)
  }
  await edit('handover_record')
  await add('checks')
  await page.choose('checks-each', 'overrides')
  await page.waitFor('checks-item')
  assert.equal(await page.find('checks-item').inputValue(), '{?_} {name}')
  await page.choose('checks-columns', '3')
  assert.match(await textOf(), /checks = \{ columns = 3, *each = "overrides", *item = "\{\?_\} \{name\}" *\}/)
  await page.choose('checks-each', '')
  await page.waitFor('items-0')

  // Rows of its own keep in step with the columns.
  await add('table')
  await page.click('rows-add')
  await page.waitFor('row-0-1')
  await page.click('columns-add')
  await page.waitFor('row-0-2')
  assert.equal(await page.isShown('mistake'), false)

  await add('columns')
  await page.waitFor('part-1')
  await page.fill('part-1-width', '2')
  await page.click('part-1-add')
  await page.click('part-1-add-checks')
  await page.waitFor('part-1 checks-each')
  await page.choose('part-1 checks-each', 'outstanding')
  await page.waitFor('part-1 checks-item')
  assert.deepEqual(await barriers(page.tab), [])
  await page.shot('templates-parts')
  await page.settled()
  assert.equal(await page.isShown('mistake'), false)
  await page.waitFor('pdf-page')
  await discard()
})

test('a field is found by its name in either language, and every one has a name', async () => {
  const { page } = office
  await edit('handover_record')
  await page.click('template-headings')
  await page.click('head-title-insert')
  const named = await page.tab.locator('.field-list button > span:first-child').allInnerTexts()
  assert.ok(named.length > 60 && named.every((name) => /\p{Script=Han}/u.test(name)), named.filter((name) => !/\p{Script=Han}/u.test(name)).join())
  await page.fill('field-search', 'approved by')
  await page.waitFor('field-overrides-name')
  await page.shot('templates-fields')
  await page.press('Escape')
  await page.tab.locator('dialog[open]').waitFor({ state: 'detached' })
})

test('the preview shows whichever home is asked for, and the blank form', async () => {
  const { page } = office
  await edit(FORM)
  const all = await office.units()
  const last = all.rows.at(-1)
  const pick = page.find('preview-unit')
  assert.notEqual(await pick.inputValue(), `${last.code} ${last.owners}`)
  await pick.click()
  await page.waitFor('preview-blank')
  await page.fill('preview-unit', last.code)
  await page.waitFor(`preview-${last.code}`)
  assert.deepEqual(await barriers(page.tab), [])
  await page.shot('templates-home')
  await page.press('Enter')
  await page.tab.waitForFunction((code) => document.querySelector('[data-test=preview-unit]').value.startsWith(code), last.code)
  await page.waitFor('pdf-page')
  await pick.click()
  await page.click('preview-blank')
  assert.equal(await pick.inputValue(), '空白表')
  await page.waitFor('pdf-page')
})

import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { call, startCore } from './core.mjs'
import { openOffice, PASSWORD } from './office.mjs'
import { openPage } from './page.mjs'

describe('a backup brings the project back', () => {
  let office, file, other, page
  before(async () => {
    office = await openOffice({ keyring: false })
    file = join(office.core.data, '锦绣豪庭.shoulou')
    other = await startCore({ keyring: false })
    page = await openPage(other.url)
  })
  after(async () => {
    await page?.close()
    await other?.stop()
    await office?.close()
  })

  const fill = async (on, secret) => {
    await on.click('restore-file')
    await on.fill('path', file)
    await on.click('path-ok')
    await on.fill('restore-secret', secret)
    await on.click('restore-go')
  }

  test('it is written, and says how many homes are in it', async () => {
    await office.page.goTo('/backup')
    await office.page.click('backup-make')
    await office.choosePath(file)
    await office.page.waitFor('backup-done')
    assert.match(await office.page.text('backup-done'), /224/)
    assert.ok((await stat(file)).size > 100_000)
    await office.page.shot('backup-done')
  })

  test('elsewhere a wrong password is refused, and the right one opens it', async () => {
    await page.click('start-restore')
    await fill(page, '不是这个')
    await page.waitFor('problem')
    assert.equal((await call(other, 'query', { query: 'status' })).answer.phase, 'no_project')
    await page.fill('restore-secret', PASSWORD)
    await page.click('restore-go')
    await page.tab.locator('[data-test=units-count], [data-test^=actor-]').first().waitFor()
    const { answer } = await call(other, 'query', { query: 'status' })
    assert.deepEqual([answer.phase, answer.homes], ['ready', 224])
  })

  test('where the project lies already it stays, until the person says to move it aside', async () => {
    const { row } = await office.home('1-1-101')
    await office.tell({ type: 'SetField', target: { entity: 'file', id: row.file }, path: 'residents', value: 5 })
    const here = office.page
    await here.tab.goto('about:blank')
    await office.core.restart()
    await here.tab.goto(office.core.url)
    await here.click('start-restore')
    await fill(here, PASSWORD)
    await here.waitFor('problem')
    assert.match(await here.text('problem'), /先把原有项目移到一旁/)
    await here.shot('restore-where-it-is')
    await here.click('restore-aside')
    await here.click('restore-go')
    await here.waitFor('notice')
    const residents = (await office.home('1-1-101')).file_fields.find(({ path }) => path === 'residents')
    assert.equal(residents.value, null)
  })
})

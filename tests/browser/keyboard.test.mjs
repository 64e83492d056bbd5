import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openOffice } from './office.mjs'

const HOME = '1-1-101'

describe('a home is handed over without a mouse', () => {
  let office, page
  before(async () => {
    office = await openOffice()
    page = office.page
  })
  after(() => office?.close())

  const dialog = () => page.tab.locator('dialog[open]')
  /** A key that opens a dialog, and Enter that confirms it. */
  const through = async (key, before = async () => {}) => {
    await page.press(key)
    // Typed before the dialog has the keys, Enter would be lost.
    await dialog().locator(':focus').waitFor()
    await before()
    await page.press('Enter')
    await dialog().waitFor({ state: 'detached' })
  }
  const stage = (name, progress) => page.tab.locator(`[data-test=stage-${name}][data-progress=${progress}]`).waitFor()

  test('from Ctrl+K to 完成, in nine keys and what they ask', async () => {
    await page.goTo('/outstanding')
    await page.waitFor('outstanding-count')
    await page.press('Control+k')
    await page.type(HOME)
    await page.press('Enter')
    await page.waitFor('home-code')
    assert.equal(await page.text('home-code'), HOME)
    await through('F2')
    await stage('check_in', 'done')
    await page.press('F3')
    await stage('identity', 'done')
    await through('F7')
    await stage('inspection', 'partial').catch(() => stage('inspection', 'done'))
    await through('F4')
    await through('F5')
    await stage('fees', 'done').catch(() => undefined)
    await through('F8')
    await through('F9')
    await through('F10', async () => {
      const tick = page.find('finish-tick')
      if (await tick.count()) await page.press('Space')
    })
    const { row, stations, fees, keys } = await office.home(HOME)
    assert.equal(row.closed, true)
    assert.equal(row.outcome, 'accepted')
    assert.ok(stations.filter((one) => one.needs_signature).every((one) => one.sign_offs.length === 1))
    assert.ok(fees.every(({ fee, paid_cents }) => paid_cents === fee.cents))
    assert.ok(keys.every(({ holder }) => holder.held_by === 'party'))
    await page.shot('keyboard-finished')
  })

  test('Ctrl+Z takes the last of it back', async () => {
    await page.press('Control+z')
    await page.tab.locator('[data-test=f10]').waitFor()
    assert.equal((await office.home(HOME)).row.closed, false)
  })
})

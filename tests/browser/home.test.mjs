import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as steps from '../steps/handover.mjs'
import { root } from './core.mjs'
import { openOffice } from './office.mjs'

describe('the page of a home', () => {
  let office, page
  before(async () => {
    office = await openOffice()
    page = office.page
  })
  after(() => office?.close())

  test('a delegate who is named at check-in is one action, and one undo takes it back', async () => {
    await office.open('1-1-101')
    const before = await office.home('1-1-101')
    await steps.arrive(page, '杜小梅')
    const arrived = await office.home('1-1-101')
    assert.equal(arrived.arrival.attendance, 'delegate')
    assert.equal(arrived.parties.length, before.parties.length + 1)
    await page.click('undo')
    await page.tab.locator('[data-test=stage-check_in][data-progress=todo]').waitFor()
    const after = await office.home('1-1-101')
    assert.equal(after.arrival, null)
    assert.deepEqual(after.parties.map((party) => party.id), before.parties.map((party) => party.id))
  })

  describe('what was signed on paper', () => {
    const photo = join(root, 'docs/home.png')
    let pdf
    before(async () => {
      await office.open('1-1-102')
      const { row, keys, parties } = await office.home('1-1-102')
      pdf = join(office.core.data, 'signed.pdf')
      await office.act({ action: 'print', unit: row.unit, forms: [{ form: 'key_custody' }], blank: true, out: pdf, printer: null })
      const terms = { sets: 1, purpose: '整改', who_may_enter: '工程部', escorted: true, expected_return: null }
      await office.tell({ type: 'RetainKeys', file: row.file, answer: true, keys: [keys[0].id], terms, at: '2026-11-21T10:00:00+08:00' })
      const item = { key: 'sign.house_handover', instance: 1 }
      const signer = { by: 'party', id: parties[0].id }
      await office.tell({ type: 'SignItems', file: row.file, items: [item], signer, how: { on: 'paper', copies: 3 }, signed_at: '2026-11-21T10:00:00+08:00' })
      await page.waitFor('retention')
    })

    test('a station’s line takes the scan of its sheet, and shows it', async () => {
      await page.click('station-D add-photo')
      await office.choosePath(pdf)
      await page.click('station-D photo')
      await page.waitFor('scan-page pdf-page')
      await page.shot('scan-of-a-sheet')
      await page.click('scan-close')
      const { stations } = await office.home('1-1-102')
      assert.equal(stations.find((one) => one.key === 'D').sign_offs[0].scans.length, 1)
    })

    test('a slip of keys left takes its scan', async () => {
      await page.click('retention add-photo')
      await office.choosePath(photo)
      await page.waitFor('retention photo')
      assert.equal((await office.home('1-1-102')).retention.scans[0].media, 'image/png')
    })

    test('a paper that the owner signed takes its scan, and the row shows it', async () => {
      await page.click('menu-sign.house_handover')
      await page.clickStarting('menu-sign.house_handover-signed:')
      await office.choosePath(pdf)
      await page.click('item-sign.house_handover-1 item-scans')
      await page.waitFor('scan-page pdf-page')
      await page.click('scan-close')
      const { items } = await office.home('1-1-102')
      const item = items.find((one) => one.item.key === 'sign.house_handover')
      assert.deepEqual([item.scans.length, item.sign_offs[0].scans.length], [0, 1])
    })
  })
})

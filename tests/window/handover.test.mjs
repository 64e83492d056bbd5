import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as steps from '../steps/handover.mjs'
import { draw, pagesOf, textOf } from '../steps/pdf.mjs'
import { createProject } from '../steps/start.mjs'
import { newFolder, openWindow, root, until } from './driver.mjs'

const HOME = '1-1-101'
const DELEGATE = '杜小梅'
/** Ink on the preview's first page. */
const DARK_PIXEL = `
  const canvas = document.querySelector('canvas')
  if (!canvas?.width) return false
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.some((value, i) => i % 4 === 0 && value < 64 && data[i + 3] > 192)`

describe('a whole handover in the real window: a delegate, two defects, one key retained', () => {
  let folder, window, unit
  before(async () => {
    folder = await newFolder()
    window = await openWindow(join(folder.path, 'data'))
    await createProject(window, { sample: true })
  })
  after(async () => {
    await window?.close()
    await folder?.remove()
  })

  const home = async () => (await window.call('query', { query: 'home', unit })).view

  test('the delegate arrives', async () => {
    await steps.openHome(window, HOME)
    const search = { query: 'units', search: HOME, building: null, stage: null, only: null, offset: 0, limit: 1 }
    unit = (await window.call('query', search)).rows[0].unit
    await steps.arrive(window, DELEGATE)
    const { arrival, parties } = await home()
    assert.equal(arrival.attendance, 'delegate')
    assert.ok(parties.some((party) => party.role === 'delegate' && party.name === DELEGATE))
    await window.shot('home-arrived')
  })

  test('the papers this case asks for are checked, the power of attorney among them', async () => {
    await steps.checkPapers(window)
    const papers = (await home()).items.filter((item) => item.phase === 'identity')
    assert.ok(papers.some((item) => item.item.key === 'identity.power_of_attorney'))
  })

  test('the home is inspected, and two defects are noted', async () => {
    await steps.inspect(window)
    const { defects, meters, stations } = await home()
    assert.equal(defects.length, 2)
    assert.equal(meters.length, 1)
    assert.equal(stations.find((station) => station.key === 'G').sign_offs.length, 1)
    await window.shot('home-inspected')
  })

  test('fees are taken and the departments sign', async () => {
    await steps.payFees(window)
    await steps.signStations(window, ['A', 'B', 'C', 'E', 'F'])
    const { fees, stations } = await home()
    assert.ok(fees.every(({ fee, paid_cents }) => paid_cents === fee.cents))
    assert.ok(stations.filter((station) => station.needs_signature).every((station) => station.sign_offs.length === 1))
  })

  test('the delegate signs, and what only the owner may sign stays outstanding', async () => {
    await steps.signOnPaper(window)
    await steps.takeBack(window)
    const { items } = await home()
    const signed = items.filter((item) => item.sign_offs.length)
    assert.ok(signed.some((item) => item.item.key === 'sign.house_handover'))
    const rules = items.find((item) => item.item.key === 'sign.house_rules')
    assert.equal(rules.sign_offs.length, 0)
  })

  test('one key is retained for the repairs, the others are given', async () => {
    await steps.handKeys(window)
    const { keys, row, retention } = await home()
    assert.equal(row.retained_keys, 1)
    assert.equal(retention.keys.length, 1)
    assert.equal(keys.filter((key) => key.holder.held_by === 'party').length, keys.length - 1)
    await steps.issueThings(window)
    await steps.signOnPaper(window)
    const custody = (await home()).items.find((item) => item.item.key === 'sign.key_custody')
    assert.equal(custody.sign_offs.length, 1)
    await window.shot('home-keys')
  })

  test('the file is finished with its outcome', async () => {
    await steps.finish(window)
    assert.equal((await home()).row.outcome, 'accepted_with_defects')
    await window.shot('home-finished')
  })

  test('the packet says all of it on paper', async () => {
    await window.press('F6')
    await window.waitFor('page-of')
    await until('the first page is drawn', () => window.run(DARK_PIXEL))
    await window.shot('packet')
    const packet = await window.call('query', { query: 'packet', unit })
    const forms = packet.filter((form) => form.needed).map(({ form }) => ({ form }))
    const out = join(folder.path, 'packet.pdf')
    const done = await window.call('execute', { action: 'print', unit, forms, blank: false, out, printer: null })
    assert.equal(done.done, 'printed')
    assert.equal(await pagesOf(out), done.pages)
    const text = await textOf(out)
    for (const word of [HOME, DELEGATE, '代', '窗扇关闭不严', '下水接口渗水', '3.05', '收楼手续书', '房屋交接单', '钥匙保管单', '第1页共']) {
      assert.ok(text.includes(word), `the packet says ${word}`)
    }
    await draw(out, join(root, 'target/screens/packet'), 'page')
  })
})

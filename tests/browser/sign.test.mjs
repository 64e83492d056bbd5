import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { barriers } from './barriers.mjs'
import { openOffice } from './office.mjs'

const HOME = '1-1-102'
const CURVE = [[-80, 10], [-20, -25], [30, 25], [80, -10]]
const STEPS = 6
/** The curve as a hand draws it: many points on the way. */
const drawn = ({ x, y }) =>
  CURVE.flatMap(([right, down], n) => {
    const [fromRight, fromDown] = CURVE[n - 1] ?? [right, down]
    const along = (from, to, step) => from + ((to - from) * step) / STEPS
    return Array.from({ length: STEPS }, (_, step) => ({ x: x + along(fromRight, right, step + 1), y: y + along(fromDown, down, step + 1) }))
  })

describe('the owner signs on the screen', () => {
  let office, page, cdp
  before(async () => {
    office = await openOffice()
    page = office.page
    cdp = await page.tab.context().newCDPSession(page.tab)
    await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 })
    await office.open(HOME)
    await page.press('F8')
    await page.click('open-sign')
  })
  after(() => office?.close())

  const middle = async () => {
    const { x, y, width, height } = await page.find('sign-box').boundingBox()
    return { x: x + width / 2, y: y + height / 2 }
  }
  const signed = async (title) => {
    const items = (await office.home(HOME)).items.filter((item) => item.title.zh === title)
    return items.flatMap((item) => item.sign_offs)[0]
  }
  /** Signs the document at hand with `hand`, and answers with what was recorded. */
  const sign = async (hand) => {
    await page.waitFor('pdf-page')
    await page.tab.locator('[data-test=sign-next][aria-disabled=false]').waitFor()
    const title = await page.text('sign-document')
    await hand(drawn(await middle()))
    await page.click('sign-next')
    await page.tab.locator('[data-test=sign-document]', { hasNotText: title }).first().waitFor()
    return signed(title)
  }
  /** The page takes what a hand does frame by frame. */
  const frame = () => page.tab.evaluate(() => new Promise(requestAnimationFrame))
  const touch = (type, points) => frame().then(() => send(type, points))
  const send = (type, points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id, force: 0.5 })) })

  test('with a mouse', async () => {
    const made = await sign(() => page.draw('sign-box'))
    assert.ok(made.on_screen && made.strokes.length === 1 && made.strokes[0].length > 3)
  })

  test('with a finger', async () => {
    const made = await sign(async (points) => {
      await touch('touchStart', [points[0]])
      for (const point of points.slice(1)) await touch('touchMove', [point])
      await touch('touchEnd', [])
    })
    assert.equal(made.strokes.length, 1)
    assert.ok(made.strokes[0].length >= CURVE.length)
  })

  test('with a pen, whose pressure is kept', async () => {
    const pen = async (type, { x, y }, force) => (await frame(), cdp.send('Input.dispatchMouseEvent', { type, x, y, force, pointerType: 'pen', button: type === 'mouseMoved' ? 'none' : 'left', buttons: 1, clickCount: 1 }))
    const made = await sign(async (points) => {
      await pen('mousePressed', points[0], 0.2)
      for (const [n, point] of points.slice(1).entries()) await pen('mouseMoved', point, 0.3 + n / 50)
      await pen('mouseReleased', points.at(-1), 0)
    })
    assert.equal(made.strokes.length, 1)
    assert.ok(new Set(made.strokes[0].map(([, , pressure]) => pressure)).size > 1, 'light and firm')
  })

  test('while a palm rests on the glass, which writes nothing', async () => {
    const palm = { x: 200, y: 0 }
    const made = await sign(async (points) => {
      palm.y = points[0].y + 40
      await touch('touchStart', [points[0]])
      await touch('touchStart', [points[0], palm])
      for (const point of points.slice(1)) await touch('touchMove', [point, palm])
      await touch('touchEnd', [])
    })
    assert.equal(made.strokes.length, 1)
  })

  test('an empty box is not signed', async () => {
    const title = await page.text('sign-document')
    await page.tab.locator('[data-test=sign-next][aria-disabled=false]').click()
    assert.equal(await page.text('sign-document'), title)
    assert.equal(await signed(title), undefined)
    await page.click('sign-skip')
    await page.click('sign-leave')
    await page.waitFor('home-code')
  })

  test('whoever asks later is shown the very pages that were signed, under their own number', async () => {
    const made = (await office.home(HOME)).items.filter((item) => item.form !== null && item.sign_offs.some((one) => one.pages))
    assert.equal(made.length, 4)
    const numbers = made.map((item) => item.sign_offs[0].pages.paper.number)
    assert.equal(new Set(numbers).size, 4, 'no two papers under one number')
    const { item, title, sign_offs: [signed] } = made[0]
    const row = `item-${item.key}-${item.instance}`
    await page.find(`${row} signed-open`).scrollIntoViewIfNeeded()
    await page.shot('sign-listed')
    await page.click(`${row} signed-open`)
    await page.waitFor('signed-paper pdf-page')
    const facts = await page.text('signed-facts')
    for (const fact of [numbers[0], '1', signed.signer, '标准']) assert.ok(facts.includes(fact), facts)
    assert.match(await page.text('signed-same'), /✓/)
    assert.equal(await page.count('signed-ink'), 1)
    assert.deepEqual(await barriers(page.tab), [])
    await page.shot('sign-pages-kept')
    await page.click('signed-close')
    // Printed later, it is the paper that was signed, and leads to it.
    const unit = await office.unitOf(HOME)
    await office.act({ action: 'print', unit, forms: [{ form: signed.pages.form, copies: 1 }], blank: false, out: join(office.core.data, 'signed.pdf'), printer: null })
    const paper = (await office.home(HOME)).documents.find((one) => one.form === signed.pages.form)
    assert.deepEqual([paper.number, paper.version], [numbers[0], 1], title.zh)
    await page.tab.locator('[data-test=section-documents] [data-test=signed-open]').click()
    await page.waitFor('signed-paper pdf-page')
    await page.click('signed-close')
  })
})

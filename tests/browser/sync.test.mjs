import assert from 'node:assert/strict'
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { barriers } from './barriers.mjs'
import { call, startCore } from './core.mjs'
import { openOffice, PASSWORD } from './office.mjs'
import { openPage } from './page.mjs'
import { startServer } from './server.mjs'

const HOME = '1-1-101'
const FIRST = '前台 1 号机'
const SECOND = '样板房笔记本'

describe('two PCs of one project', () => {
  let server, office, first, second, secondCore
  before(async () => {
    server = await startServer()
    office = await openOffice()
    first = office.page
    secondCore = await startCore()
    second = await openPage(secondCore.url, 'en')
  })
  after(async () => {
    await second?.close()
    await secondCore?.stop()
    await office?.close()
    await server?.remove()
  })

  /** The first PC speaks Chinese, the second English; every screen is looked at on the way. */
  const found = {}
  const look = async (page, name) => {
    await page.shot(`sync-${name}`)
    const said = await barriers(page.tab)
    if (said.length) found[name] = said
  }
  const inState = (page, state) => page.tab.locator(`[data-test=link][data-state=${state}]`).waitFor({ timeout: 30_000 })
  /** What another PC's record brings about has no element of its own to wait for. */
  const eventually = async (holds) => {
    for (let tries = 0; !(await holds()); tries++) {
      assert.ok(tries < 100, String(holds))
      await new Promise((again) => setTimeout(again, 100))
    }
  }
  const syncNow = (core) => call(core, 'execute', { action: 'sync_now' })
  const homeOn = async (core) => {
    const { rows } = (await call(core, 'query', { query: 'units', search: HOME, building: null, stage: null, only: null, offset: 0, limit: 10 })).answer
    const { unit } = rows.find((row) => row.code === HOME)
    return { unit, ...(await call(core, 'query', { query: 'home', unit })).answer }
  }
  const phoneOf = ({ view }) => view.parties[0].fields.find((field) => field.path.endsWith('/phone'))
  const setPhone = async (core, value) => {
    const home = await homeOn(core)
    const command = { type: 'SetField', target: { entity: 'file', id: home.view.row.file }, path: phoneOf(home).path, value }
    const { ok, answer } = await call(core, 'execute', { action: 'do', command, basis: home.basis })
    assert.ok(ok, answer.what?.zh)
  }
  const phone = async (core) => {
    const home = await homeOn(core)
    return (await call(core, 'query', { query: 'reveal', unit: home.unit, path: phoneOf(home).path })).answer
  }

  test('a project that has no server says so quietly, and is brought to one with the founding code', async () => {
    assert.equal(await first.text('link'), '本机单独使用')
    await first.click('link')
    await first.waitFor('sync-alone')
    await look(first, 'alone')
    await first.click('attach')
    await first.fill('code', 'https://127.0.0.1:1 K7QF')
    await first.fill('pc-label', FIRST)
    await first.click('dialog-ok')
    await first.waitFor('problem')
    await look(first, 'code-mistyped')
    await first.fill('code', (await server.foundingCode()).toLowerCase())
    await first.click('dialog-ok')
    await first.waitGone('dialog-ok')
    await inState(first, 'synced')
    await first.waitFor('devices')
    assert.match(await first.text('link'), /已同步 \d\d:\d\d/)
    await look(first, 'first')
  })

  test('another PC joins with the code that the first shows, and comes to the same homes', async () => {
    await first.click('add-pc')
    await first.click('dialog-ok')
    await first.waitFor('invite-qr')
    await look(first, 'invitation')
    const code = await first.find('invite-code').getAttribute('data-code')
    assert.match(code, /^https:\S+ (\w{4}-){5}\w{4}$/)
    const png = await first.find('invite-qr').getAttribute('src')
    await first.click('invite-done')

    await second.click('start-join')
    await second.click('join')
    await look(second, 'join')
    // The picture as it was sent on.
    const picture = join(secondCore.data, 'code.png')
    await writeFile(picture, Buffer.from(png.split(',')[1], 'base64'))
    await second.click('code-choose')
    await second.fill('path', picture)
    await second.click('path-ok')
    await second.waitFor('code-picture')
    await second.fill('pc-label', SECOND)
    await second.fill('join-password', PASSWORD)
    await second.fill('join-password-again', PASSWORD)
    await second.click('join')
    const recovery = await second.text('recovery-code')
    await second.click('recovery-written')
    await second.fill('recovery-typed', recovery)
    await second.click('recovery-confirm')
    await second.click('actor-周明')
    await second.waitFor('units-count')
    await inState(second, 'synced')
    const homes = async (core) => (await call(core, 'query', { query: 'status' })).answer.homes
    assert.equal(await homes(secondCore), await homes(office.core))

    await syncNow(office.core)
    await first.tab.locator('[data-test=device]', { hasText: SECOND }).waitFor()
    await look(first, 'devices')
  })

  test('one phone, edited on both while the server was away, is disputed, and a person settles it on the screen', async () => {
    await server.stop()
    await setPhone(office.core, '13812345566')
    await setPhone(secondCore, '13987655566')
    await syncNow(office.core)
    await inState(first, 'offline')
    assert.match(await first.text('link'), /离线 · 待同步 \d+/)
    await server.start()
    await syncNow(secondCore)
    await inState(second, 'synced')
    await syncNow(office.core)
    await inState(first, 'synced')

    await first.waitFor('review-count')
    await first.click('rail-review')
    await first.click('tab-disputes')
    await first.waitFor('dispute')
    assert.equal(await first.count('dispute'), 1)
    assert.deepEqual((await first.find('side-place').allInnerTexts()).toSorted(), ['本机', SECOND].toSorted())
    const masked = await first.find('side-value').allInnerTexts()
    assert.ok(masked.every((text) => text.includes('****')), 'both sides are masked')
    await look(first, 'dispute')
    const theirs = first.tab.locator('[data-test=dispute-side]', { hasText: SECOND })
    await theirs.locator('[data-test=side-show]').click()
    await theirs.getByText('13987655566').waitFor()
    await theirs.locator('[data-test=side-choose]').click()
    await first.waitGone('dispute')
    await first.waitGone('review-count')

    assert.equal(await phone(office.core), '13987655566')
    await syncNow(secondCore)
    await eventually(async () => (await call(secondCore, 'query', { query: 'disputes' })).answer.view.length === 0)
    assert.equal(await phone(secondCore), '13987655566')
  })

  test('on the page of the home the same dispute takes a value that neither side had', async () => {
    await server.stop()
    await setPhone(office.core, '13800000001')
    await setPhone(secondCore, '13900000002')
    await server.start()
    await syncNow(office.core)
    await inState(first, 'synced')
    await syncNow(secondCore)
    await inState(second, 'synced')
    const { unit } = await homeOn(secondCore)
    await second.goTo(`/home/${unit}`)
    await second.waitFor('section-disputes dispute')
    await look(second, 'dispute-at-home')
    await second.click('section-disputes dispute-other')
    await second.tab.locator('[data-test=other-value] input').fill('13700000003')
    await second.click('dialog-ok')
    await second.waitGone('section-disputes')
    assert.equal(await phone(secondCore), '13700000003')
  })

  test('a fee that both took is to be checked, and is done with a reason', async () => {
    await server.stop()
    for (const core of [office.core, secondCore]) {
      const { view, basis } = await homeOn(core)
      const fee = view.fees.find((one) => one.paid_cents === 0 && one.fee.cents > 0)
      const command = { type: 'TakeFee', file: view.row.file, fee: fee.fact, cents: fee.fee.cents, method: '转账', receipt: null, at: '2026-11-21T10:00:00+08:00' }
      const { ok, answer } = await call(core, 'execute', { action: 'do', command, basis })
      assert.ok(ok, answer.what?.zh)
    }
    await server.start()
    await syncNow(secondCore)
    await inState(second, 'synced')
    await syncNow(office.core)
    await first.goTo('/review/rules')
    await first.waitFor('rule')
    await look(first, 'rules')
    await first.click('rule-go')
    await first.waitFor('section-fees')
    await first.shot('sync-rule-at-home')
    await first.goTo('/review/rules')
    await first.click('rule-done')
    await first.fill('reason', '财务核对：只收了一次')
    await look(first, 'rule-done')
    await first.click('dialog-ok')
    await first.waitGone('rule')
    await first.click('tab-forks')
    await look(first, 'no-forks')
  })

  test('a data folder that was copied and used on both is explained to the others', async () => {
    await server.stop()
    const copy = await startCore()
    try {
      await copy.kill()
      await secondCore.kill()
      await rm(join(copy.data, 'data'), { recursive: true, force: true })
      await cp(join(secondCore.data, 'data'), join(copy.data, 'data'), { recursive: true })
      for (const core of [secondCore, copy]) {
        await core.restart()
        const { answer } = await call(core, 'query', { query: 'status' })
        if (answer.phase === 'locked') await call(core, 'execute', { action: 'unlock', secret: PASSWORD })
      }
      for (const [core, remark] of [[secondCore, '在样板房'], [copy, '在复制的电脑']]) {
        const { view, basis } = await homeOn(core)
        const target = view.file_fields.some(({ path }) => path === 'remark') ? { entity: 'file', id: view.row.file } : { entity: 'unit', id: view.row.unit }
        const said = await call(core, 'execute', { action: 'do', command: { type: 'SetField', target, path: 'remark', value: remark }, basis })
        assert.ok(said.ok, said.answer.what?.zh)
      }
      await server.start()
      await second.tab.reload()
      for (const core of [secondCore, copy, office.core]) await syncNow(core)
      await first.goTo('/sync')
      await first.click('sync-message remedy')
      await first.waitFor('fork')
      assert.match(await first.text('fork'), new RegExp(SECOND))
      await look(first, 'fork')
    } finally {
      await copy.stop()
    }
  })

  test('a PC is taken out only after its name was typed, and is told', async () => {
    await first.goTo('/sync')
    const row = first.tab.locator('[data-test=device]', { hasText: SECOND })
    await row.locator('[data-test=revoke]').click()
    await first.click('dialog-ok')
    assert.ok(await first.isShown('revoke-typed'), 'nothing happened without the name')
    await look(first, 'revoke')
    await first.fill('revoke-typed', SECOND)
    await first.click('dialog-ok')
    await first.waitGone('revoke-typed')
    await row.getByText('已停用').waitFor()

    await syncNow(secondCore)
    await second.goTo('/sync')
    await second.tab.locator('[data-test=sync-message][data-code=revoked]').waitFor({ timeout: 30_000 })
    await second.tab.locator('[data-test=device]', { hasText: SECOND }).getByText('Taken out').waitFor()
    await look(second, 'revoked')
    assert.equal(await second.isShown('add-pc'), false)
  })

  test('a PC that is taken off the server works on alone', async () => {
    await second.click('detach')
    await second.click('dialog-ok')
    await second.waitFor('sync-alone')
    await inState(second, 'no_server')
    assert.equal(await phone(secondCore), '13700000003')
  })

  test('no screen on the way had a barrier of WCAG AA', () => assert.deepEqual(found, {}))
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createProject } from '../steps/start.mjs'
import { newFolder, openWindow, root, until } from './driver.mjs'

const HOME = '1-1-102'
const LIST = join(root, 'tests/data/intake-by-hand.xlsx')
/** The system's own dialog cannot be driven from here: the answer that a person would give there. */
const ANSWER_DIALOG = `
  const ask = window.fetch
  const chosen = () => new Response(JSON.stringify(args[0]), { headers: { 'content-type': 'application/json', 'Tauri-Response': 'ok' } })
  window.fetch = (address, ...rest) => (String(address).includes(encodeURIComponent('plugin:dialog|open')) ? Promise.resolve(chosen()) : ask(address, ...rest))
  return true`

describe('the real window', () => {
  let folder, window
  before(async () => {
    folder = await newFolder()
    window = await openWindow(join(folder.path, 'data'))
    await createProject(window, { sample: true })
  })
  after(async () => {
    await window?.close()
    await folder?.remove()
  })

  const units = (search) =>
    window.call('query', { query: 'units', search, building: null, stage: null, only: null, offset: 0, limit: 1 })
  const home = async () => (await window.call('query', { query: 'home', unit: (await units(HOME)).rows[0].unit })).view

  test('imports a list after a look at its columns and its preview', async () => {
    assert.equal(await window.run(ANSWER_DIALOG, LIST), true)
    await window.click('rail-import')
    await window.click('import-choose')
    await window.click('to-preview')
    await window.waitFor('import-counts')
    await window.shot('import-preview')
    await window.click('import-run')
    await window.waitFor('import-report')
    await window.click('to-units')
    await window.waitFor('units-count')
  })

  test('takes the owner’s signature on the screen', async () => {
    await window.click(`unit-${HOME}`)
    await window.waitFor('home-code')
    await window.press('F8')
    await window.click('open-sign')
    const title = await window.text('sign-document')
    await until('the pages are there', () => window.run('return !!document.querySelector("canvas") && document.querySelector("[data-test=sign-next]")?.getAttribute("aria-disabled") === "false"'))
    await window.draw('sign-box')
    await window.shot('sign')
    await window.click('sign-next')
    const signed = await until('the signature is recorded', async () =>
      (await home()).items.find((item) => item.title.zh === title && item.sign_offs.length),
    )
    assert.ok(signed.sign_offs[0].on_screen && signed.sign_offs[0].strokes[0].length > 3)
  })
})

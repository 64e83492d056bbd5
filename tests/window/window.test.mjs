import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { newFolder, openWindow, program } from './driver.mjs'

describe('the window on an empty folder', () => {
  let folder, window
  before(async () => {
    folder = await newFolder()
    window = await openWindow(join(folder.path, 'data'))
  })
  after(async () => {
    await window?.close()
    await folder?.remove()
  })

  test('opens at the size the screens are made for, on its own pages', async () => {
    const { width, height } = await window.session('GET', '/window/rect')
    assert.deepEqual([width, height], [1366, 768])
    assert.match(await window.session('GET', '/url'), /^tauri:\/\/localhost/)
  })

  test('offers to make a project', async () => {
    await window.waitFor('create-project')
    await window.shot('start')
    const status = await window.call('query', { query: 'status' })
    assert.equal(status.phase, 'no_project')
  })

  test('may ask for nothing but its two calls and the dialogs', async () => {
    const refused = async (command) => {
      const answer = await window.run('return window.__TAURI_INTERNALS__.invoke(args[0], {})', command)
      assert.match(String(answer?.refused), /not allowed|not found/, command)
    }
    for (const command of ['plugin:fs|read_file', 'plugin:shell|execute', 'plugin:opener|open_url', 'plugin:window|close', 'plugin:event|emit']) {
      await refused(command)
    }
  })

  test('loads nothing from elsewhere', async () => {
    const answer = await window.run(`
      const told = new Promise((tell) => addEventListener('securitypolicyviolation', (event) => tell(event.effectiveDirective), { once: true }))
      fetch('https://example.com/').catch(() => undefined)
      return told`)
    assert.equal(answer, 'connect-src')
  })
})

test('a folder that cannot be used still opens the window, which says what is wrong', async () => {
  const folder = await newFolder()
  const data = join(folder.path, 'data')
  // A file where the folder should be stops even the superuser.
  await writeFile(data, 'not a folder')
  const window = await openWindow(data)
  try {
    const { refused } = await window.call('query', { query: 'status' })
    assert.ok(refused.what.zh && refused.kept.zh && refused.todo.zh)
    await window.waitFor('problem')
    await window.shot('folder-cannot-be-opened')
  } finally {
    await window.close()
    await folder.remove()
  }
})

test('a second start on the usual folder ends at once, and the first window stays', async () => {
  const window = await openWindow()
  try {
    await window.call('query', { query: 'status' })
    const second = spawn(program, { stdio: 'ignore' })
    const timer = setTimeout(() => second.kill(), 10_000)
    const [code] = await once(second, 'exit')
    clearTimeout(timer)
    assert.equal(code, 0)
    assert.match(await window.session('GET', '/url'), /^tauri:\/\/localhost/)
  } finally {
    await window.close()
  }
})

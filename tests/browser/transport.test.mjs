import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { call, startCore } from './core.mjs'

let core
before(async () => {
  core = await startCore()
})
after(() => core.stop())

test('an empty folder answers that there is no project', async () => {
  const { ok, answer } = await call(core, 'query', { query: 'status' })
  assert.equal(ok, true)
  assert.equal(answer.phase, 'no_project')
})

test('a refusal says what happened, what was kept and what to do, in both languages', async () => {
  const { ok, answer } = await call(core, 'query', { query: 'outstanding' })
  assert.equal(ok, false)
  assert.equal(answer.code, 'no_project')
  for (const part of ['what', 'kept', 'todo']) {
    for (const lang of ['zh', 'en']) assert.notEqual(answer[part][lang], '', `${part}.${lang}`)
  }
})

test('nothing outside the built pages is served', async () => {
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/nothing.js']) {
    const response = await fetch(core.url + path)
    assert.equal(response.status, 404, path)
  }
})

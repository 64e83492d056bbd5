import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createProject } from '../steps/start.mjs'
import { call, startCore } from './core.mjs'
import { openPage } from './page.mjs'

let core, page
before(async () => {
  core = await startCore()
  page = await openPage(core.url)
})
after(async () => {
  await page?.close()
  await core?.stop()
})

test('a new project asks for its recovery code back, seats its first person, and shows its homes', async () => {
  await createProject(page, { sample: true, look: page.shot })
  const { answer } = await call(core, 'query', { query: 'status' })
  assert.equal(answer.phase, 'ready')
  assert.equal(answer.recovery_confirmed, true)
  assert.equal(answer.actor.name, '周明')
  assert.ok(answer.homes > 0)
  await page.shot('units')
})

test('after a power cut the project is there as it was', async () => {
  const before = (await call(core, 'query', { query: 'status' })).answer
  await core.restart()
  const { answer } = await call(core, 'query', { query: 'status' })
  assert.equal(answer.project, before.project)
  assert.equal(answer.homes, before.homes)
})

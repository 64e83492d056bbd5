// What a person does on the first screens, in a browser page or the real window alike.

/** Makes a project, types the recovery code back, and takes a seat. */
export async function createProject(page, { name = '锦绣豪庭', sample = false, person = '陈静', look } = {}) {
  await page.fill('project-name', name)
  await page.fill('project-company', '锦绣置业有限公司')
  if (await page.isShown('project-person')) await page.fill('project-person', person)
  if (sample) await page.click('project-sample')
  await look?.('start')
  await page.click('create-project')
  const code = await page.text('recovery-code')
  await look?.('recovery-code')
  await page.click('recovery-written')
  await page.fill('recovery-typed', code)
  await page.click('recovery-confirm')
  await page.waitFor(`actor-${person}`)
  await look?.('who-works')
  await page.click(`actor-${person}`)
  await page.waitFor('units-count')
  return code
}

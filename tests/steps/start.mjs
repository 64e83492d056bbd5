// What a person does on the first screens, in a browser page or the real window alike.

/** Makes a project, in which this person works from then on, and types the recovery code back. */
export async function createProject(page, { name = '锦绣豪庭', sample = false, person = '周明', look } = {}) {
  await page.fill('project-name', name)
  await page.fill('project-company', '锦绣置业有限公司')
  await page.fill('project-person', person)
  if (sample) await page.click('project-sample')
  await look?.('start')
  await page.click('create-project')
  const code = await page.text('recovery-code')
  await look?.('recovery-code')
  await page.click('recovery-written')
  await page.fill('recovery-typed', code)
  await page.click('recovery-confirm')
  await page.waitFor('units-count')
  return code
}

// One home handed over on its page, from the delegate's arrival to the packet: the keys and buttons a
// clerk uses, in a browser page or the real window alike.

const DEFECTS = [
  { room: '主卧', part: '窗', text: '窗扇关闭不严，漏风' },
  { room: '厨房', part: '水槽', text: '下水接口渗水' },
]

async function ok(page) {
  await page.click('dialog-ok')
  await page.waitGone('dialog-ok')
}

export async function openHome(page, code) {
  await page.click(`unit-${code}`)
  await page.waitFor('home-code')
}

/** 签到: a delegate comes in the owner's place. */
export async function arrive(page, delegate) {
  await page.press('F2')
  await page.click('attendance-delegate')
  await page.fill('delegate-name', delegate)
  await ok(page)
}

/** 证件: everything this case asks for is seen and copied. */
export async function checkPapers(page) {
  await page.press('F3')
  await page.waitGone('tick-all-identity')
}

/** 验房: two defects, a meter, and engineering's signature. */
export async function inspect(page) {
  for (const { room, part, text } of DEFECTS) {
    await page.fill('defect-room', room)
    await page.fill('defect-part', part)
    await page.fill('defect-text', text)
    await page.click('defect-add')
    await page.waitFor(`defect-${DEFECTS.findIndex((one) => one.text === text) + 1}`)
  }
  await page.choose('meter-kind', 'cold_water')
  await page.fill('meter-number', 'SB1010')
  await page.fill('meter-place', '管井')
  await page.fill('meter-reading', '3.05')
  await page.click('meter-add')
  await page.press('F7')
  await ok(page)
}

/** 缴费: whatever is open is paid at once. */
export async function payFees(page) {
  await page.press('F4')
  await ok(page)
}

/** The departments' sign-offs that still wait, on paper. */
export async function signStations(page, stations) {
  for (const station of stations) {
    await page.click(`sign-station-${station}`)
    await ok(page)
  }
}

/** 签署: the delegate signs what waits, on paper. */
export async function signOnPaper(page) {
  await page.press('F8')
  await ok(page)
}

/** 钥匙: one stays for the repairs, the others go to the delegate. */
export async function handKeys(page) {
  await page.click('key-row key-check')
  await page.click('retain-keys')
  await page.click('retain-yes')
  await page.fill('retain-purpose', '整改')
  await page.fill('retain-who', '工程部')
  await ok(page)
  await page.click('give-keys')
  await ok(page)
}

/** What the owner brings back or hands in is taken. */
export async function takeBack(page) {
  await page.click('item-sign.title_papers-1 mark-received')
  await page.click('item-sign.admission_notice-1 mark-returned')
}

/** 发放: everything that is handed out is ticked at once. */
export async function issueThings(page) {
  await page.click('tick-all-issue')
  await page.waitGone('tick-all-issue')
}

/** 完成, with what is still to be repaired. */
export async function finish(page) {
  await page.press('F10')
  await page.choose('outcome', 'accepted_with_defects')
  await ok(page)
}

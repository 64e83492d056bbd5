import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { barriers } from './barriers.mjs'
import { startCore } from './core.mjs'
import { openOffice } from './office.mjs'
import { openPage } from './page.mjs'
import { beforeTheProject, throughTheProject } from './tour.mjs'
import { typedBy, withoutTyped } from './typed.mjs'

/** Every text of the page that holds Han characters: written, in a field, or read out. */
const chineseOn = (tab) =>
  tab.evaluate(() => {
    const found = new Set()
    const add = (text) => /\p{Script=Han}/u.test(text ?? '') && found.add(text.trim())
    const inEnglish = (element) => !element?.closest('[lang^="zh"]')
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (inEnglish(node.parentElement)) add(node.data)
      } else if (inEnglish(node)) {
        for (const name of ['title', 'aria-label', 'placeholder', 'alt']) add(node.getAttribute(name))
        if (node.matches('input, textarea')) add(node.value)
      }
    }
    return [...found]
  })

/** Walks the whole tour and gathers what `findings(page, name)` says of each screen. */
async function walk(lang, findings) {
  const found = {}
  const looking = (page, of) => async (name) => {
    const said = await findings(page, of)
    if (said.length) found[name] = said
  }
  const core = await startCore({ keyring: false })
  try {
    const page = await openPage(core.url, lang)
    await beforeTheProject(page, core, looking(page)).finally(page.close)
  } finally {
    await core.stop()
  }
  const office = await openOffice({ lang })
  try {
    await throughTheProject(office, looking(office.page, office))
  } finally {
    await office.close()
  }
  return found
}

describe('every screen and dialog', () => {
  test('has no barrier of WCAG AA in Chinese', async () => {
    assert.deepEqual(await walk('zh', ({ tab }) => barriers(tab)), {})
  })

  test('has no barrier of WCAG AA in English, and speaks English but for what people typed', async () => {
    const found = await walk('en', async ({ tab }, office) => {
      const typed = await typedBy(office)
      const chinese = withoutTyped(await chineseOn(tab), typed)
      return [...(await barriers(tab)), ...chinese.map((text) => `in Chinese: ${text}`)]
    })
    assert.deepEqual(found, {})
  })
})

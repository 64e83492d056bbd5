// What stands against WCAG AA on a page.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './core.mjs'

const axe = await readFile(join(root, 'ui/node_modules/axe-core/axe.min.js'), 'utf8')
const LEVEL_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

/** Told by rule and element. */
export async function barriers(tab) {
  await tab.evaluate(axe)
  return tab.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: tags })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
  }, LEVEL_AA)
}

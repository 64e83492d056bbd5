import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from './en'
import zh from './zh'

type Tree = { [key: string]: string | Tree }
const leaves = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${at}${key}`, value] as [string, string]] : leaves(value, `${at}${key}.`),
  )
const zhTexts = leaves(zh)
const enTexts = leaves(en)
/** Comments may use the field's own words. */
const uncommented = (code: string): string => code.replace(/\/\*[^]*?\*\/|<!--[^]*?-->|\/\/.*$/gm, '')
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort()

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile() && /\.(vue|ts)$/.test(file.name))
    .map((file) => join(file.parentPath, file.name))

describe('the texts of the window', () => {
  it('come in Chinese and English under the same names', () => {
    expect(enTexts.map(([key]) => key)).toEqual(zhTexts.map(([key]) => key))
  })

  it('have the same places to fill in both languages', () => {
    const english = new Map(enTexts)
    for (const [key, text] of zhTexts) expect(holes(english.get(key)!), key).toEqual(holes(text))
  })

  it('are never empty', () => {
    for (const [key, text] of [...zhTexts, ...enTexts]) expect(text.trim(), key).not.toBe('')
  })

  it('use Chinese punctuation after Han characters', () => {
    for (const [key, text] of zhTexts) expect(text, key).not.toMatch(/\p{Script=Han}[,;:?()]/u)
  })

  it('stand nowhere else: no Han character in a component or module outside the locales', () => {
    const src = join(import.meta.dirname, '..')
    for (const file of sources(src)) {
      if (file.startsWith(import.meta.dirname) || file.endsWith('.test.ts') || file.includes('/bindings/')) continue
      expect(uncommented(readFileSync(file, 'utf8')).match(/^.*\p{Script=Han}.*$/mu)?.[0], file).toBeUndefined()
    }
  })

  it('are all used', () => {
    const code = sources(join(import.meta.dirname, '..')).filter((file) => !file.startsWith(import.meta.dirname)).map((file) => readFileSync(file, 'utf8')).join('\n')
    // Names put together in the code: `home.${phase}`.
    const built = [...new Set([...code.matchAll(/t\(`([a-z._]+)\$\{/g)].map((m) => m[1]!))]
    const unused = zhTexts.map(([key]) => key).filter((key) => !code.includes(`'${key}'`) && !built.some((head) => key.startsWith(head)))
    expect(unused).toEqual([])
  })
})

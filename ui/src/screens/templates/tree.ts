// A template's structure as the core reads it from its text: blocks are plain objects, one key says what each is.
import type { Step } from '../../bindings/Step'
import type { TemplateEdit } from '../../bindings/TemplateEdit'

export type Node = { [key: string]: unknown }
export type Path = Step[]

export const KINDS = ['heading', 'paragraph', 'note', 'grid', 'table', 'checks', 'signatures', 'tear_off', 'photos', 'spacer', 'columns'] as const
export const ALIGNS = ['left', 'center', 'right', 'justify'] as const
export type Kind = (typeof KINDS)[number]

export const blocksOf = (tree: unknown): Node[] => list(node(tree).block)
export const node = (of: unknown): Node => (typeof of === 'object' && of !== null && !Array.isArray(of) ? (of as Node) : {})
export const list = (of: unknown): Node[] => (Array.isArray(of) ? (of as Node[]) : [])
export const text = (of: unknown): string => (typeof of === 'string' ? of : typeof of === 'number' ? String(of) : '')
export const texts = (of: unknown): string[] => (Array.isArray(of) ? of.map(text) : [])

export const kindOf = (block: Node): Kind | null => KINDS.find((kind) => kind in block) ?? null

/** A text with its fields by their names: what a person would read there. */
const readable = (words: string, name: (path: string) => string): string =>
  words
    .replace(/\{\?[^}]*\}/g, '\u25a1')
    .replace(/\{_[^}]*\}/g, '__')
    .replace(/\{([^|:}]+)[^}]*\}/g, (_, path: string) => `[${name(path.trim())}]`)
    .replace(/\*\*|\s+/g, ' ')
    .trim()

/** What a block says, in a line. */
export function said(block: Node, name: (path: string) => string = (path) => path): string {
  const kind = kindOf(block)
  if (!kind) return ''
  const inside = node(block[kind])
  const parts: Record<Kind, () => string[]> = {
    heading: () => [text(block.heading)],
    paragraph: () => [text(block.paragraph)],
    note: () => [text(block.note)],
    tear_off: () => [text(block.tear_off)],
    grid: () => list(inside.fields).map((field) => text(field.label)),
    table: () => list(inside.columns).map((column) => text(column.title)),
    checks: () => (Array.isArray(inside.items) ? texts(inside.items) : [text(inside.item)]),
    signatures: () => list(block.signatures).map((cell) => text(cell.title)),
    photos: () => [text(inside.caption)],
    spacer: () => [`${text(block.spacer)} mm`],
    columns: () => list(block.columns).flatMap((part) => list(part.block).map((one) => said(one, name))),
  }
  const words = parts[kind]().map((part) => readable(part, name))
  return words.filter(Boolean).join(' · ')
}

/** A block to begin with; `words`: the text it says until somebody writes another. */
export function fresh(kind: Kind, words: string): Node {
  switch (kind) {
    case 'grid':
      return { grid: { columns: 2, label: 24, fields: [{ label: words, value: '{_:12}' }] } }
    case 'table':
      return { table: { min_rows: 3, row_height: 7.5, columns: [{ title: words, width: 1 }, { title: words, width: 3 }] } }
    case 'checks':
      return { checks: { columns: 2, items: [`{?_} ${words}`] } }
    case 'signatures':
      return { signatures: [{ title: words }] }
    case 'photos':
      return { photos: { caption: words, min: 1 } }
    case 'spacer':
      return { spacer: 6 }
    case 'columns':
      return { columns: [{ block: [{ paragraph: words }] }, { block: [{ paragraph: words }] }] }
    default:
      return { [kind]: words }
  }
}

export const set = (path: Path, value: unknown): TemplateEdit => ({ op: 'set', path, value })

/** A condition in the words of a template, taken apart where it is a simple one. */
export function condition(when: string): { field: string; not: boolean } | null {
  const [, not, field] = /^(!?)([^=\s]+)$/.exec(when.trim()) ?? []
  return field ? { field, not: not === '!' } : null
}

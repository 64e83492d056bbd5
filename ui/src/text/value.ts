import type { FieldKind } from '../bindings/FieldKind'
import type { FieldView } from '../bindings/FieldView'
import type { Lang } from '../bindings/Lang'
import type { Value } from '../bindings/Value'
import { LIST_JOIN, LIST_SEPARATORS } from '../locales/typed'
import { area, parseArea, parseYuan, yuan } from './money'

/** What stands in the input for a field's value. */
export function valueText(field: Pick<FieldView, 'kind' | 'value' | 'shown'>, lang: Lang = 'zh'): string {
  const { kind, value, shown } = field
  if (value === null) return ''
  if (kind === 'money' && typeof value === 'number') return yuan(value)
  if (kind === 'area' && typeof value === 'number') return area(value)
  // Words that the project keeps in both languages; either is understood when it is typed.
  if (lang === 'en' && (kind === 'list' || kind === 'text') && shown.en !== shown.zh) return shown.en
  if (Array.isArray(value)) return value.map(String).join(LIST_JOIN)
  return typeof value === 'object' ? '' : String(value)
}

/** What an input's text means for a field of this kind; `undefined`: nothing. The core checks it again. */
export function typedValue(kind: FieldKind, typed: string): Value | undefined {
  const text = typed.trim()
  if (text === '') return null
  switch (kind) {
    case 'money':
      return parseYuan(text) ?? undefined
    case 'area':
      return parseArea(text) ?? undefined
    case 'int':
      return /^\d{1,9}$/.test(text.normalize('NFKC')) ? Number(text.normalize('NFKC')) : undefined
    case 'list':
      return text.split(LIST_SEPARATORS).map((word) => word.trim()).filter((word) => word !== '')
    default:
      return text
  }
}

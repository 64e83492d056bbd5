import { createI18n } from 'vue-i18n'
import type { Lang } from './bindings/Lang'
import type { Text2 } from './bindings/Text2'
import en from './locales/en'
import zh from './locales/zh'

const remembered = (): Lang => (localStorage.getItem('lang') === 'en' ? 'en' : 'zh')

export const i18n = createI18n({ legacy: false, locale: remembered(), fallbackLocale: 'zh', messages: { zh, en } })

type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string]
export type Key = Leaves<typeof zh>

/** A text of the window. `Key` makes a missing one a compile error. */
export const t = (key: Key, values: Record<string, unknown> = {}): string => i18n.global.t(key, values)

/** A text of the core, which always comes in both languages. */
export const tx = (text: Text2 | null | undefined): string =>
  text ? (i18n.global.locale.value === 'en' ? text.en || text.zh : text.zh) : ''

export const lang = (): Lang => i18n.global.locale.value as Lang

export function setLang(to: Lang): void {
  i18n.global.locale.value = to
  localStorage.setItem('lang', to)
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en'
}

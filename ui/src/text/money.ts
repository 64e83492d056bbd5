import { AREA_SIGNS, MONEY_SIGNS } from '../locales/typed'

/** 分 as `12,345.60`. */
export function yuan(cents: number): string {
  const sign = cents < 0 ? '-' : ''
  const whole = Math.floor(Math.abs(cents) / 100)
  return `${sign}${whole.toLocaleString('en-US')}.${String(Math.abs(cents) % 100).padStart(2, '0')}`
}

/** `1,234.5` as 123450 分; `null` where it is no amount. Digits only, no floats. */
export const parseYuan = (typed: string): number | null => hundredths(typed.replace(MONEY_SIGNS, ''))

/** 0.01 m² as `89.37`. */
export const area = (hundredth: number): string => yuan(hundredth).replaceAll(',', '')
export const parseArea = (typed: string): number | null => hundredths(typed.replace(AREA_SIGNS, ''))

function hundredths(typed: string): number | null {
  const m = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(typed.normalize('NFKC').replace(/[,\s]/g, ''))
  if (!m) return null
  const value = Number(m[2]) * 100 + Number((m[3] ?? '').padEnd(2, '0'))
  return m[1] ? -value : value
}

/** A decimal text (`89.37`) times 分, rounded half up: what a fee comes to. */
export function multiply(base: string, cents: number): number | null {
  const m = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(base.normalize('NFKC').replace(/[,\s]/g, ''))
  if (!m) return null
  const scale = 10n ** BigInt(m[2]?.length ?? 0)
  const product = BigInt(m[1]! + (m[2] ?? '')) * BigInt(cents)
  return Number((product * 2n + scale) / (scale * 2n))
}

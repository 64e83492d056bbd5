import { CLOCK, DATE_SIGNS, DAY_SIGN } from '../locales/typed'

/** A date or time of the log as people write it; an unreadable one stays as it came. */
const two = (n: number): string => String(n).padStart(2, '0')

export const isoDate = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`

/** RFC 3339 with this PC's offset, as commands want it. */
export function isoTime(d: Date): string {
  const offset = -d.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const away = Math.abs(offset)
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
  return `${isoDate(d)}T${clock}${sign}${two(Math.floor(away / 60))}:${two(away % 60)}`
}

export const now = (): string => isoTime(new Date())
export const today = (): string => isoDate(new Date())

const clockOf = (d: Date): string => `${two(d.getHours())}:${two(d.getMinutes())}`

/** Milliseconds of the log: `10:14` today, else `11-20 10:14`, else with the year. */
export function shortTime(ms: number, at = new Date()): string {
  const d = new Date(ms)
  if (isoDate(d) === isoDate(at)) return clockOf(d)
  const day = `${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return d.getFullYear() === at.getFullYear() ? `${day} ${clockOf(d)}` : `${d.getFullYear()}-${day} ${clockOf(d)}`
}

/** `2026-11-21T10:00:00+08:00` as `11-21 10:00`: the wall clock it was said in, not this PC's. */
export function shortWall(text: string | null | undefined, at = new Date()): string {
  const m = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d))?/.exec(text ?? '')
  if (!m) return text ?? ''
  const day = Number(m[1]) === at.getFullYear() ? `${m[2]}-${m[3]}` : `${m[1]}-${m[2]}-${m[3]}`
  return m[4] ? `${day} ${m[4]}` : day
}

export const isPast = (date: string | null, day = today()): boolean => date !== null && date.slice(0, 10) < day

/**
 * A date as a clerk types it: `1125`, `11-25`, `11.25`, `20261125`, `2026-11-25`, `26/11/25`, full-width digits.
 * Without a year it is this year's. `null`: not a date.
 */
export function parseDate(typed: string, at = new Date()): string | null {
  const text = typed.normalize('NFKC').trim().replace(DATE_SIGNS, '-').replace(DAY_SIGN, '')
  const m =
    /^(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})$/.exec(text) ??
    /^()(\d{1,2})-(\d{1,2})$/.exec(text) ??
    /^(\d{4})(\d\d)(\d\d)$/.exec(text) ??
    /^()(\d\d)(\d\d)$/.exec(text)
  if (!m) return null
  const year = m[1] === '' ? at.getFullYear() : Number(m[1]!.length === 2 ? `20${m[1]}` : m[1])
  const d = new Date(year, Number(m[2]) - 1, Number(m[3]))
  const real = d.getMonth() === Number(m[2]) - 1 && d.getDate() === Number(m[3])
  return real ? isoDate(d) : null
}

/** `1121 10`, `11-21 10:30`, `2026-11-21 1030`: a date and an hour; without the hour `null`. */
export function parseTime(typed: string, at = new Date()): string | null {
  const m = CLOCK.exec(typed.normalize('NFKC').trim())
  const date = m && parseDate(m[1]!, at)
  if (!m || !date || Number(m[2]) > 23 || Number(m[3] ?? 0) > 59) return null
  const [y, mo, d] = date.split('-').map(Number)
  return isoTime(new Date(y!, mo! - 1, d!, Number(m[2]), Number(m[3] ?? 0)))
}

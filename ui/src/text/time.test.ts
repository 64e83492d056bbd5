import { describe, expect, it } from 'vitest'
import { isPast, isoTime, parseDate, parseTime, shortTime, shortWall } from './time'

const day = new Date(2026, 10, 21, 10, 14)

describe('dates as clerks type them', () => {
  it.each([
    ['1125', '2026-11-25'],
    ['11-25', '2026-11-25'],
    ['11.25', '2026-11-25'],
    ['20261125', '2026-11-25'],
    ['2026-11-5', '2026-11-05'],
    ['26/11/25', '2026-11-25'],
    ['2026年11月25日', '2026-11-25'],
    ['11月5日', '2026-11-05'],
    ['１１２５', '2026-11-25'],
  ])('%s is %s', (typed, read) => expect(parseDate(typed, day)).toBe(read))

  it.each(['', '0230', '2026-13-01', 'tomorrow', '1', '2025-02-29'])('%s is no date', (typed) => expect(parseDate(typed, day)).toBeNull())

  it.each([
    ['1121 10', '2026-11-21T10:00'],
    ['11-21 10:30', '2026-11-21T10:30'],
    ['2026-11-21 1030', '2026-11-21T10:30'],
    ['2026-11-21T09:05', '2026-11-21T09:05'],
  ])('%s is the moment %s', (typed, read) => expect(parseTime(typed, day)?.slice(0, 16)).toBe(read))

  it('a day without an hour is no moment', () => expect(parseTime('1121', day)).toBeNull())
  it('an hour that no clock has is refused', () => expect(parseTime('1121 2530', day)).toBeNull())
})

describe('times as screens show them', () => {
  it('today by the clock, this year by the day, other years in full', () => {
    expect(shortTime(new Date(2026, 10, 21, 9, 5).getTime(), day)).toBe('09:05')
    expect(shortTime(new Date(2026, 10, 20, 9, 5).getTime(), day)).toBe('11-20 09:05')
    expect(shortTime(new Date(2025, 0, 2, 3, 4).getTime(), day)).toBe('2025-01-02 03:04')
  })
  it('a moment keeps the wall clock it was said in, whatever this PC believes', () => {
    expect(shortWall('2026-11-21T10:00:00+08:00', day)).toBe('11-21 10:00')
    expect(shortWall('2026-11-21T10:00:00-05:00', day)).toBe('11-21 10:00')
    expect(shortWall('2027-01-02', day)).toBe('2027-01-02')
    expect(shortWall(null)).toBe('')
  })
  it('a moment carries its offset', () => expect(isoTime(day)).toMatch(/^2026-11-21T10:14:00[+-]\d\d:\d\d$/))
  it('a promise for today is not overdue yet', () => {
    expect(isPast('2026-11-21', '2026-11-21')).toBe(false)
    expect(isPast('2026-11-20', '2026-11-21')).toBe(true)
    expect(isPast(null)).toBe(false)
  })
})

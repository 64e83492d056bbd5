import { describe, expect, it } from 'vitest'
import { area, multiply, parseArea, parseYuan, yuan } from './money'

describe('money in 分', () => {
  it.each([
    ['1,234.5', 123450],
    ['0.05', 5],
    ['¥12', 1200],
    ['１２．３０', 1230],
    ['-3.20', -320],
    ['88元', 8800],
  ])('%s is %i', (typed, cents) => expect(parseYuan(typed)).toBe(cents))
  it.each(['', '1.234', 'abc', '1.2.3'])('%s is no amount', (typed) => expect(parseYuan(typed)).toBeNull())
  it('reads back what it wrote', () => {
    for (const cents of [0, 5, 99, 100, 123456, -320, 178740000]) expect(parseYuan(yuan(cents))).toBe(cents)
  })
  it('multiplies without floats: 89.37 m² at 3.80 is 339.61', () => {
    expect(multiply('89.37', 380)).toBe(33961)
    expect(multiply('1.005', 100)).toBe(101)
    expect(multiply('x', 100)).toBeNull()
  })
})

describe('areas in 0.01 m²', () => {
  it('are typed with or without the unit', () => {
    expect(parseArea('89.37')).toBe(8937)
    expect(parseArea('101.5㎡')).toBe(10150)
    expect(parseArea('90平方米')).toBe(9000)
    expect(area(123456)).toBe('1234.56')
  })
})

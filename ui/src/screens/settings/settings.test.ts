import { expect, it } from 'vitest'
import { groupOf } from './groups'
import { moved, sameOrder } from './order'

it('a station moves down, up and nowhere', () => {
  expect(moved(['A', 'B', 'C'], 0, 2)).toEqual(['B', 'C', 'A'])
  expect(moved(['A', 'B', 'C'], 2, 0)).toEqual(['C', 'A', 'B'])
  expect(sameOrder(moved(['A', 'B'], 1, 1), ['A', 'B'])).toBe(true)
  expect(moved(['A'], 5, 0)).toEqual(['A'])
})

it('a setting this screen does not know stands with the project’s own', () => {
  expect(groupOf('something_new')).toBe('set_basic')
  expect(groupOf('fee/waste')).toBe('set_fees')
})

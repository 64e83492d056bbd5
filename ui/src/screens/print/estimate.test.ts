import { describe, expect, it } from 'vitest'
import { pagesOf } from './estimate'

describe('how much paper a home takes', () => {
  const documents = [{ form: 'fee_list', first: 1, pages: 2, copies: 1 }, { form: 'meter_readings', first: 3, pages: 1, copies: 4 }]
  it('is every copy of what its case asks for', () => {
    expect(pagesOf({ documents })).toBe(6)
  })
  it('is as many as are ordered, and where nobody said, as its case asks for', () => {
    expect(pagesOf({ documents }, [{ form: 'fee_list', copies: 3 }, { form: 'meter_readings' }])).toBe(10)
  })
})

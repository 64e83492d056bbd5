import { describe, expect, it } from 'vitest'
import { touches } from './queries'

describe('what is asked again after a change', () => {
  const home = { query: 'home', unit: 'a' } as const
  it('a home, when that home changed', () => {
    expect(touches(home, { topic: 'unit', unit: 'a' })).toBe(true)
    expect(touches(home, { topic: 'unit', unit: 'b' })).toBe(false)
  })
  it('every home, when the project changed: the station order belongs to it', () => {
    expect(touches(home, { topic: 'project' })).toBe(true)
  })
  it('the lists, when any home changed', () => {
    expect(touches({ query: 'outstanding' }, { topic: 'unit', unit: 'a' })).toBe(true)
    expect(touches({ query: 'project' }, { topic: 'unit', unit: 'a' })).toBe(false)
  })
  it('never a preview: the pages under the pen must not move', () => {
    expect(touches({ query: 'preview', unit: 'a', forms: [], blank: false }, { topic: 'unit', unit: 'a' })).toBe(false)
  })
})

describe('what printing brings', () => {
  it('is asked again when printers, jobs or batches say so', () => {
    for (const query of ['printers', 'print_jobs', 'print_choices'] as const) expect(touches({ query }, { topic: 'printing' })).toBe(true)
    expect(touches({ query: 'batches' }, { topic: 'batches' })).toBe(true)
    expect(touches({ query: 'batches' }, { topic: 'unit', unit: 'a' })).toBe(false)
  })
  it('is in the history of its home, and in that of all', () => {
    const of = (unit: string | null) => ({ query: 'print_history', unit, limit: 10 }) as const
    expect(touches(of('a'), { topic: 'unit', unit: 'a' })).toBe(true)
    expect(touches(of('b'), { topic: 'unit', unit: 'a' })).toBe(false)
    expect(touches(of(null), { topic: 'unit', unit: 'a' })).toBe(true)
  })
  it('is in the history of all, where it is a list over many homes', () => {
    const of = (unit: string | null) => ({ query: 'print_history', unit, limit: 10 }) as const
    expect(touches(of(null), { topic: 'lists' })).toBe(true)
    expect(touches(of('a'), { topic: 'lists' })).toBe(false)
  })
})

describe('what the sync brings', () => {
  it('is asked again when the sync says so', () => {
    for (const query of ['sync', 'devices', 'forks'] as const) expect(touches({ query }, { topic: 'sync' })).toBe(true)
  })
  it('disputes and rules, when a home or the project changed', () => {
    for (const query of ['disputes', 'rules'] as const) {
      expect(touches({ query }, { topic: 'unit', unit: 'a' })).toBe(true)
      expect(touches({ query }, { topic: 'project' })).toBe(true)
      expect(touches({ query }, { topic: 'status' })).toBe(false)
    }
  })
})

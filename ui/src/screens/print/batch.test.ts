import { describe, expect, it } from 'vitest'
import type { BatchState } from '../../bindings/BatchState'
import type { BatchView } from '../../bindings/BatchView'
import { countOf, everyHome, flipped, homesOf, narrowedBy, saysItAll, underWay } from './batch'

describe('the homes of a batch', () => {
  it('are said by the filter, so that the core finds them itself', () => {
    expect(homesOf({ ...everyHome(), search: ' 陈 ', only: 'today' }, [])).toEqual({ which: 'filter', search: '陈', building: null, stage: null, only: 'today' })
  })

  it('are named one by one where some were taken out, in the order of the list', () => {
    const chosen = flipped(everyHome(), 'b')
    expect(homesOf(chosen, ['a', 'b', 'c'])).toEqual({ which: 'units', units: ['a', 'c'] })
    expect(countOf(chosen, 3)).toBe(2)
    expect(saysItAll(flipped(chosen, 'b'))).toBe(true)
  })

  it('can be put together by hand over several searches', () => {
    const some = flipped(narrowedBy(flipped({ ...everyHome(), all: false }, 'c'), { search: 'x' }), 'a')
    expect(homesOf(some, ['a', 'b', 'c'])).toEqual({ which: 'units', units: ['a', 'c'] })
    expect(countOf(some, 1)).toBe(2)
  })

  it('come back when another filter is set', () => {
    expect(saysItAll(narrowedBy(flipped(everyHome(), 'b'), { building: '2' }))).toBe(true)
  })
})

describe('the batch a person has to do with', () => {
  const batch = (batch: string, state: BatchState) => ({ batch, state }) as BatchView
  it('is the one that runs, then the one that stands still', () => {
    expect(underWay([batch('1', 'finished'), batch('2', 'paused'), batch('3', 'running')])?.batch).toBe('3')
    expect(underWay([batch('1', 'finished'), batch('2', 'paused')])?.batch).toBe('2')
  })
  it('is none where all came to an end', () => {
    expect(underWay([batch('1', 'finished'), batch('2', 'cancelled')])).toBeNull()
  })
})

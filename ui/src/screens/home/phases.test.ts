import { describe, expect, it } from 'vitest'
import type { ItemView } from '../../bindings/ItemView'
import { isSettled, openMarks, tickAll, waitsForSignature } from './phases'

const item = (more: Partial<ItemView>): ItemView => ({
  item: { key: 'sign.a', instance: 1 },
  title: { zh: 'a', en: 'a' },
  no: null,
  phase: 'sign',
  kind: 'paper',
  stage: null,
  progress: 'todo',
  marks: ['filled', 'signed'].map((mark) => ({ mark, title: { zh: mark, en: mark }, on: false, by: null, time: null })),
  due: null,
  role: { zh: '', en: '' },
  copies: 1,
  stamp: false,
  form: null,
  comes_from: null,
  goes_to: [],
  waived: null,
  outstanding: null,
  sign_offs: [],
  serials: [],
  scans: [],
  disputed: false,
  dropped: false,
  ...more,
})
const missing = { reason: 'r', follower: 'f', promised: null, since: 0 }

describe('what is left to do', () => {
  it('ticking all never ticks a signature', () => {
    expect(openMarks([item({})]).map((open) => open.mark)).toEqual(['filled'])
  })
  it('ticking all is one command for each open mark of the file', () => {
    const two = [item({}), item({ item: { key: 'sign.b', instance: 2 } })]
    expect(tickAll('f', two)).toEqual(two.map((one) => ({ type: 'TickItem', file: 'f', item: one.item, mark: 'filled', on: true })))
  })
  it('ticking all leaves what is missing, waived or done', () => {
    expect(openMarks([item({ outstanding: missing }), item({ waived: 'no dog' }), item({ progress: 'done' })])).toEqual([])
  })
  it('a paper waits for its signature until signed, missing or not needed', () => {
    expect(waitsForSignature(item({}))).toBe(true)
    expect(waitsForSignature(item({ outstanding: missing }))).toBe(false)
    expect(waitsForSignature(item({ waived: 'no dog' }))).toBe(false)
  })
  it('a dropped item needs nothing more', () => expect(isSettled(item({ dropped: true }))).toBe(true))
})

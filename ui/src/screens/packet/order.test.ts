import { describe, expect, it } from 'vitest'
import type { PacketForm } from '../../bindings/PacketForm'
import { duplexOfAll, linesOf, nothingSet, ordersOf, paperOf, readCopies } from './order'

const text = { zh: '', en: '' }
const form = (name: string, needed: boolean, copies = 1): PacketForm => ({ form: name, title: text, copies, needed, reason: text, reprint: false })
const forms = [form('notice', true, 2), form('handover', true, 3), form('pets', false)]

describe('what is printed of a home', () => {
  it('is what the rules tick, with the copies of the case, on one side', () => {
    expect(ordersOf(linesOf(forms, null, nothingSet()))).toEqual([{ form: 'notice', duplex: false }, { form: 'handover', duplex: false }])
  })

  it('is as it was the last time, form by form', () => {
    const remembered = { printer: null, forms: { handover: { copies: 4, duplex: true, printer: null }, notice: { copies: null, duplex: true, printer: null } } }
    expect(ordersOf(linesOf(forms, remembered, nothingSet()))).toEqual([{ form: 'notice', duplex: true }, { form: 'handover', copies: 4, duplex: true }])
  })

  it('follows the hand before both, and keeps the order of the packet', () => {
    const set = { on: { pets: true, notice: true, handover: false }, copies: { pets: 2, notice: 2 }, duplex: { notice: true } }
    expect(ordersOf(linesOf(forms, { printer: null, forms: { pets: { copies: 5, duplex: true, printer: null } } }, set))).toEqual([
      { form: 'notice', duplex: true },
      { form: 'pets', copies: 2, duplex: true },
    ])
  })
})

describe('both sides', () => {
  const lines = (...duplex: boolean[]) => linesOf(forms, null, { ...nothingSet(), duplex: { notice: duplex[0]!, handover: duplex[1]!, pets: true } })
  it('is said of all only where it is so of all that are ticked', () => {
    expect(duplexOfAll(lines(false, false))).toBe(false)
    expect(duplexOfAll(lines(true, true))).toBe(true)
    expect(duplexOfAll(lines(true, false))).toBeNull()
  })
  it('saves sheets, but never puts two copies on one', () => {
    const pages = (name: string) => (name === 'notice' ? 3 : 1)
    expect(paperOf(lines(true, true), pages)).toEqual({ forms: 2, copies: 5, pages: 9, sheets: 7 })
    expect(paperOf(lines(false, false), pages)).toEqual({ forms: 2, copies: 5, pages: 9, sheets: 9 })
  })
})

describe('copies as they are typed', () => {
  it('are a number that a printer takes, full-width or not', () => {
    expect(readCopies('３')).toBe(3)
    expect(readCopies(' 12 ')).toBe(12)
    for (const typed of ['', '0', '-1', '1.5', 'x', '100']) expect(readCopies(typed)).toBeNull()
  })
})

import { describe, expect, it, vi } from 'vitest'
import type { BatchTo } from '../../bindings/BatchTo'
import type { PrinterView } from '../../bindings/PrinterView'
import { printerOf, shareOf, stateWords, usualTarget } from './words'

/** The language is remembered in the window; here it is the first. */
vi.hoisted(() => vi.stubGlobal('localStorage', { getItem: () => null }))

const words = { zh: '', en: '' }
const printer = (name: string, more: Partial<PrinterView> = {}): PrinterView => ({ name, title: name, state: 'idle', words, default: false, duplex: true, colour: false, accepts: true, ...more })

describe('where paper goes unless somebody says otherwise', () => {
  const printers = [printer('desk', { default: true }), printer('hall')]
  it('is the printer of the last time', () => expect(usualTarget(printers, 'hall', 'file')).toBe('printer:hall'))
  it('is the usual one where that is gone', () => {
    expect(usualTarget(printers, 'sold', 'file')).toBe('printer:desk')
    expect(usualTarget([printer('hall', { state: 'absent' }), ...printers.slice(0, 1)], 'hall', 'file')).toBe('printer:desk')
  })
  it('is a file where there is no printer at all', () => {
    expect(usualTarget([], 'hall', 'file')).toBe('file')
    expect(printerOf('file')).toBeNull()
    expect(printerOf('printer:printer:2')).toBe('printer:2')
  })
})

describe('how far printing for many is', () => {
  const failure = { unit: '', home: '', problem: { code: '', what: words, kept: words, todo: words } }
  it('counts homes that failed as gone through', () => expect(shareOf({ done: 4, failed: [failure], total: 10 })).toBe(50))
  it('says 100 % only at the end', () => {
    expect(shareOf({ done: 299, failed: [], total: 300 })).toBe(99)
    expect(shareOf({ done: 300, failed: [], total: 300 })).toBe(100)
    expect(shareOf({ done: 0, failed: [], total: 0 })).toBe(100)
  })
  it('does not say that all is printed where homes have no paper, or where it is the printer that has it', () => {
    const [file, printer]: BatchTo[] = [{ to: 'file', path: 'all.pdf' }, { to: 'printer', printer: 'desk' }]
    expect(stateWords({ state: 'finished', failed: [], to: file! })).toBe('打完了')
    expect(stateWords({ state: 'finished', failed: [], to: printer! })).toBe('已全部交给打印机')
    expect(stateWords({ state: 'finished', failed: [failure], to: printer! })).toBe('有没打成的')
    expect(stateWords({ state: 'paused', failed: [failure], to: printer! })).toBe('已暂停')
  })
})

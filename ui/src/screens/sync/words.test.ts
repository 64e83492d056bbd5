import { describe, expect, it, vi } from 'vitest'
import type { DeviceView } from '../../bindings/DeviceView'
import type { SyncView } from '../../bindings/SyncView'
import { isEmpty, sent } from './code'
import { messagesOf } from './messages'
import { codeParts, inOrder, isNewer, isTyped, linkWords, nameToType, shareOf, sizeWords, spanWords, standing } from './words'

/** The language is remembered in the window; here it is the first. */
vi.hoisted(() => vi.stubGlobal('localStorage', { getItem: () => null }))

const view = (more: Partial<SyncView> = {}): SyncView => ({
  state: 'synced',
  since: null,
  server: null,
  to_sync: 0,
  blobs_to_send: 0,
  progress: null,
  last_contact: null,
  clock_off_seconds: null,
  provisional: false,
  other_versions: [],
  messages: [],
  ...more,
})
const problem = (code: string) => ({ code, what: { zh: `${code}。`, en: '' }, kept: { zh: '', en: '' }, todo: { zh: '', en: '' } })
const device = (more: Partial<DeviceView>): DeviceView => ({
  device: 'abcdef0123456789',
  label: '前台',
  administrator: false,
  this_pc: false,
  lag: 0,
  last_seen: null,
  version: '0.1.0',
  enrolled: 0,
  lease_until: 0,
  lease_expired: false,
  revoked: null,
  quarantined: 0,
  ...more,
})

describe('what the status bar says', () => {
  it('without a server, quietly that this PC works alone', () => {
    expect(linkWords({ sync: 'no_server', to_sync: null }, null)).toEqual({ text: '本机单独使用', tone: 'quiet' })
  })
  it('offline, with or without something to send', () => {
    expect(linkWords({ sync: 'offline', to_sync: 12 }, null).text).toBe('离线 · 待同步 12')
    expect(linkWords({ sync: 'offline', to_sync: 0 }, null).text).toBe('离线')
  })
  it('synced, with the hour of the last word from the server', () => {
    const at = new Date()
    at.setHours(10, 14)
    expect(linkWords({ sync: 'synced', to_sync: 0 }, view({ last_contact: at.getTime() })).text).toBe('已同步 10:14')
    expect(linkWords({ sync: 'synced', to_sync: 0 }, null).text).toBe('已同步')
  })
  it('the state of the status counts, not that of an older answer', () => {
    expect(linkWords({ sync: 'offline', to_sync: 3 }, view({ state: 'synced' })).text).toBe('离线 · 待同步 3')
  })
  it('stopped: red, with the reason and what still waits', () => {
    const words = linkWords({ sync: 'halted', to_sync: 4 }, view({ state: 'halted', messages: [problem('revoked')] }))
    expect(words).toEqual({ text: '已停止同步：revoked。 待同步 4', tone: 'blocked' })
  })
})

describe('progress', () => {
  it('is whole percent and 100 only at the end', () => {
    expect(shareOf({ done: 999, total: 1000 })).toBe(99)
    expect(shareOf({ done: 9999, total: 10000 })).toBe(99)
    expect(shareOf({ done: 10, total: 10 })).toBe(100)
    expect(shareOf({ done: 5, total: 0 })).toBeNull()
  })
  it('says spans and sizes as people do', () => {
    expect(spanWords(5)).toBe('5 秒')
    expect(spanWords(125)).toBe('2 分 05 秒')
    expect(spanWords(3 * 3600 + 60)).toBe('3 小时 1 分')
    expect(sizeWords(1)).toBe('1 kB')
    expect(sizeWords(12_345_678)).toBe('12.3 MB')
  })
})

describe('an invitation', () => {
  it('is dictated as an address and six groups of four', () => {
    expect(codeParts('https://10.0.0.5:8843 K7QF-0000-ABCD-EFGH-JKMN-PQRS')).toEqual({
      address: 'https://10.0.0.5:8843',
      groups: ['K7QF', '0000', 'ABCD', 'EFGH', 'JKMN', 'PQRS'],
    })
  })
  it('goes to the core either as it was typed or as a picture', () => {
    expect(sent({ code: ' a b ', picture: null })).toEqual({ code: 'a b', picture: null })
    expect(sent({ code: '', picture: '/x.png' })).toEqual({ code: null, picture: '/x.png' })
    expect(isEmpty({ code: ' ', picture: null })).toBe(true)
    expect(isEmpty({ code: '', picture: '/x.png' })).toBe(false)
  })
})

describe('the PCs of a project', () => {
  it('stand as the gravest thing to say of them', () => {
    expect(standing(device({})).text).toBe('正常')
    expect(standing(device({ lease_expired: true })).text).toBe('许可已过期')
    expect(standing(device({ lease_expired: true, quarantined: 3 })).text).toBe('待放行 3 条')
    expect(standing(device({ revoked: 1, lease_expired: true })).text).toBe('已停用')
    expect(standing(device({ revoked: 1, quarantined: 2 })).text).toBe('已停用 · 待放行 2 条')
  })
  it('are listed with this one first and those taken out last', () => {
    const names = inOrder([device({ label: 'b', revoked: 1 }), device({ label: '前台 10' }), device({ label: '前台 2' }), device({ label: 'z', this_pc: true })])
    expect(names.map((one) => one.label)).toEqual(['z', '前台 2', '前台 10', 'b'])
  })
  it('are taken out only when their name was typed', () => {
    expect(nameToType(device({ label: '' }))).toBe('abcd')
    expect(isTyped(' 前台 ', '前台')).toBe(true)
    expect(isTyped('ＰＣ1', 'PC1')).toBe(true)
    expect(isTyped('', '前台')).toBe(false)
  })
  it('versions are compared as numbers', () => {
    expect(isNewer('0.10.0', '0.9.4')).toBe(true)
    expect(isNewer('0.9.4', '0.10.0')).toBe(false)
    expect(isNewer('0.1.0', '0.1.0')).toBe(false)
    expect(isNewer('', '0.1.0')).toBe(false)
  })
})

describe('messages', () => {
  it('what stops the sync is grave, with what can be done about it here', () => {
    const told = messagesOf(view({ state: 'halted', messages: ['server_backwards', 'not_a_member', 'revoked', 'forked', 'clock_off'].map(problem) }))
    expect(told.map((one) => [one.code, one.grave, one.remedy])).toEqual([
      ['server_backwards', true, 'sync_now'],
      ['not_a_member', true, 'detach'],
      ['revoked', true, null],
      ['forked', false, 'forks'],
      ['clock_off', false, null],
    ])
  })
  it('homes that came as a summary are said to be provisional, after what the core says', () => {
    expect(messagesOf(view({ provisional: true, messages: [problem('clock_off')] })).map((one) => one.code)).toEqual(['clock_off', 'provisional'])
  })
})

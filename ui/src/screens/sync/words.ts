import type { DeviceView } from '../../bindings/DeviceView'
import type { Progress } from '../../bindings/Progress'
import type { Status } from '../../bindings/Status'
import type { SyncProgress } from '../../bindings/SyncProgress'
import type { SyncView } from '../../bindings/SyncView'
import { t, tx } from '../../i18n'
import { shortTime } from '../../text/time'

export type Tone = 'quiet' | 'plain' | 'busy' | 'done' | 'blocked'

/** The shape beside each tone. */
export const GLYPH = { quiet: 'todo', plain: 'todo', busy: 'partial', done: 'done', blocked: 'blocked' } as const satisfies Record<Tone, Progress>

/** What the status bar says of the server: the state is the status's own, the view adds times and reasons. */
export function linkWords(status: Pick<Status, 'sync' | 'to_sync'>, view: SyncView | null): { text: string; tone: Tone } {
  const waiting = status.to_sync ?? 0
  switch (status.sync) {
    case 'no_server':
      return { text: t('sync.bar_alone'), tone: 'quiet' }
    case 'offline':
      return { text: waiting > 0 ? t('sync.bar_offline_waiting', { n: waiting }) : t('sync.bar_offline'), tone: 'plain' }
    case 'to_sync':
      return { text: t('sync.bar_waiting', { n: waiting }), tone: 'busy' }
    case 'syncing': {
      const share = view?.progress ? shareOf(view.progress) : null
      return { text: share === null ? t('sync.bar_syncing') : t('sync.bar_syncing_share', { share }), tone: 'busy' }
    }
    case 'synced': {
      const at = view?.last_contact ?? view?.since ?? null
      return { text: at === null ? t('sync.bar_synced') : t('sync.bar_synced_at', { time: shortTime(at) }), tone: 'done' }
    }
    case 'halted': {
      const why = view?.messages[0]
      const text = why ? t('sync.bar_halted_why', { why: tx(why.what) }) : t('sync.bar_halted')
      return { text: waiting > 0 ? `${text} ${t('sync.bar_waiting', { n: waiting })}` : text, tone: 'blocked' }
    }
  }
}

/** Whole percent, never 100 before the end; `null`: nobody knows yet how much it is. */
export function shareOf({ done, total }: Pick<SyncProgress, 'done' | 'total'>): number | null {
  if (total <= 0) return null
  return done >= total ? 100 : Math.min(99, Math.max(0, Math.floor((done * 100) / total)))
}

/** `2 分 05 秒`; over an hour without the seconds. */
export function spanWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole >= 3600) return t('sync.span_hours', { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60) })
  if (whole >= 60) return t('sync.span_minutes', { m: Math.floor(whole / 60), s: String(whole % 60).padStart(2, '0') })
  return t('sync.span_seconds', { s: whole })
}

/** Of an invitation what is dictated apart: the address, and the groups of the code. */
export function codeParts(code: string): { address: string; groups: string[] } {
  const at = code.trim().lastIndexOf(' ')
  const secret = code.trim().slice(at + 1).replaceAll('-', '')
  return { address: at < 0 ? '' : code.trim().slice(0, at), groups: secret.match(/.{1,4}/g) ?? [] }
}

/** A PC without a name is told apart by the beginning of its id. */
export const deviceName = (device: Pick<DeviceView, 'device' | 'label'>): string =>
  device.label || t('sync.unnamed', { id: device.device.slice(0, 4) })

/** What has to be typed before a PC is taken out: its name, or the id where it has none. */
export const nameToType = (device: Pick<DeviceView, 'device' | 'label'>): string => device.label.trim() || device.device.slice(0, 4)

export const isTyped = (typed: string, wanted: string): boolean => typed.normalize('NFKC').trim() === wanted.normalize('NFKC').trim()

/** How a PC stands, the gravest first. */
export function standing(device: DeviceView): { text: string; tone: Tone } {
  if (device.revoked !== null) {
    const text = device.quarantined > 0 ? t('sync.dev_revoked_held', { n: device.quarantined }) : t('sync.dev_revoked')
    return { text, tone: 'quiet' }
  }
  if (device.quarantined > 0) return { text: t('sync.dev_held', { n: device.quarantined }), tone: 'blocked' }
  if (device.lease_expired) return { text: t('sync.dev_expired'), tone: 'blocked' }
  return { text: t('sync.dev_ok'), tone: 'done' }
}

/** This PC first, then those at work by name, then those taken out. */
export const inOrder = (devices: DeviceView[]): DeviceView[] =>
  devices.toSorted((a, b) => rank(a) - rank(b) || deviceName(a).localeCompare(deviceName(b), 'zh-CN', { numeric: true }))

const rank = (device: DeviceView): number => (device.this_pc ? 0 : device.revoked === null ? 1 : 2)

/** Bytes for reading, in thousands. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`
}

/** `0.10.1` is newer than `0.9.4`; what is no version is never newer. */
export function isNewer(version: string, than: string): boolean {
  const numbers = (text: string): number[] => text.split(/[.+-]/, 3).map(Number)
  const [ours, theirs] = [numbers(than), numbers(version)]
  const at = theirs.findIndex((n, i) => n !== ours[i])
  return at >= 0 && (theirs[at] ?? NaN) > (ours[at] ?? NaN)
}

import type { Problem } from '../../bindings/Problem'
import type { SyncView } from '../../bindings/SyncView'
import { t, tx } from '../../i18n'

/** What a message's button does; each is something that a person can do here about it. */
export type Remedy = 'sync_now' | 'detach' | 'disputes' | 'forks'

export interface Message {
  code: string
  what: string
  kept: string
  todo: string
  remedy: Remedy | null
  /** Red: it does not go on without a person. */
  grave: boolean
}

/** Those that stop the sync, and what is done about each here. Where somebody else has to act, nothing is. */
const STOPS: Partial<Record<string, Remedy | null>> = {
  server_backwards: 'sync_now',
  server_certificate: 'sync_now',
  lease_expired: 'sync_now',
  versions: 'sync_now',
  disk_full: 'sync_now',
  not_a_member: 'detach',
  revoked: null,
}
const OTHERS: Partial<Record<string, Remedy>> = { forked: 'forks', folder_copied: 'disputes', folder_rolled_back: 'disputes' }

const told = ({ code, what, kept, todo }: Problem): Message => ({
  code,
  what: tx(what),
  kept: tx(kept),
  todo: tx(todo),
  remedy: STOPS[code] ?? OTHERS[code] ?? null,
  grave: code in STOPS,
})

/** All there is to tell, most urgent first. */
export function messagesOf(view: SyncView): Message[] {
  const messages = view.messages.map(told)
  if (view.provisional) {
    messages.push({ code: 'provisional', what: t('sync.provisional_what'), kept: t('sync.provisional_kept'), todo: t('sync.provisional_todo'), remedy: null, grave: false })
  }
  return messages
}

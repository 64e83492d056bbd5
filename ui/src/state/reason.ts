import { shallowRef } from 'vue'

interface Asked {
  title: string
  text?: string
  ok: string
  danger?: boolean
  answer(reason: string | null): void
}

export const reasonAsked = shallowRef<Asked | null>(null)

/** Asks why, before something recorded is voided, removed or waived. `null`: it is left as it was. */
export const askReason = (asked: Omit<Asked, 'answer'>): Promise<string | null> =>
  new Promise((answer) => (reasonAsked.value = { ...asked, answer }))

export function answerReason(reason: string | null): void {
  reasonAsked.value?.answer(reason)
  reasonAsked.value = null
}

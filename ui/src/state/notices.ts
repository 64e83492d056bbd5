import { reactive, shallowRef } from 'vue'
import type { Problem } from '../bindings/Problem'
import { Refused } from '../core'

export interface Notice {
  id: number
  text: string
  undo: boolean
}

const SHOWN_MS = 10_000
let next = 1

export const notices = reactive<Notice[]>([])
export const problem = shallowRef<Problem | null>(null)

/** Says what was done; with `undo` it can be taken back for ten seconds. Only the newest can be undone. */
export function say(text: string, undo = false): void {
  const notice = { id: next++, text, undo }
  if (undo) notices.splice(0, notices.length)
  notices.push(notice)
  if (notices.length > 3) notices.shift()
  setTimeout(() => dismiss(notice.id), undo ? SHOWN_MS : SHOWN_MS / 2)
}

export function dismiss(id: number): void {
  const at = notices.findIndex((notice) => notice.id === id)
  if (at >= 0) notices.splice(at, 1)
}

export function showProblem(error: unknown): void {
  if (!(error instanceof Refused)) throw error
  problem.value = error.problem
}

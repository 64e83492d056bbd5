import type { Command } from '../../bindings/Command'
import type { HomeView } from '../../bindings/HomeView'
import type { ItemRef } from '../../bindings/ItemRef'
import type { ItemView } from '../../bindings/ItemView'
import type { Stage } from '../../bindings/Stage'

/** Sections of the page, in the order of a file's life. The phases of the template keep their words. */
export const PHASES = ['before', 'post', 'ready', 'identity', 'sign', 'issue', 'after'] as const
export type Phase = (typeof PHASES)[number]

/** Where a stage's work stands on the page. */
export const SECTION_OF: Record<Stage, string> = {
  check_in: 'parties',
  identity: 'identity',
  fees: 'fees',
  inspection: 'inspection',
  signing: 'sign',
  keys: 'keys',
  archive: 'after',
}

export const itemsOf = (view: HomeView, phase: string): ItemView[] => view.items.filter((item) => item.phase === phase)

export const isSettled = (item: ItemView): boolean => item.progress === 'done' || item.waived !== null || item.dropped

export const settledOf = (items: ItemView[]): number => items.filter(isSettled).length

/** Waits for the owner's name: has a mark for it, and nothing stands in its way. */
export const waitsForSignature = (item: ItemView): boolean =>
  !isSettled(item) && item.outstanding === null && item.marks.some((mark) => mark.mark === 'signed' && !mark.on)

export const openMarks = (items: ItemView[]): { item: ItemView; mark: string }[] =>
  items
    .filter((item) => !isSettled(item) && item.outstanding === null)
    .flatMap((item) => item.marks.filter((mark) => !mark.on && mark.mark !== 'signed').map((mark) => ({ item, mark: mark.mark })))

export const tickAll = (file: string, items: ItemView[]): Command[] =>
  openMarks(items).map(({ item, mark }) => ({ type: 'TickItem', file, item: item.item, mark, on: true }))

export const refOf = (item: ItemRef): string => `${item.key}/${item.instance}`
export const refKey = (item: ItemView): string => refOf(item.item)

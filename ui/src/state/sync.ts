import { computed, effectScope, shallowRef } from 'vue'
import type { DisputeView } from '../bindings/DisputeView'
import type { EventRef } from '../bindings/EventRef'
import type { Id } from '../bindings/Id'
import { useQuery, type Asked } from './queries'
import { act, status } from './session'

/** Every tick of a clerk changes a home; the counts of the rail need not be asked for at each. */
const GATHERED_MS = 150

type Shared = { sync: Asked<{ query: 'sync' }>; disputes: Asked<{ query: 'disputes' }>; rules: Asked<{ query: 'rules' }>; forks: Asked<{ query: 'forks' }> }
const asked = shallowRef<Shared | null>(null)

/** Asked once for the whole window: the status bar, the rail's counts and the screens show the same answers. */
export function keepSync(): void {
  const ready = computed(() => status.value?.phase === 'ready')
  asked.value = effectScope(true).run(() => ({
    sync: useQuery(() => (ready.value ? { query: 'sync' } : null)),
    disputes: useQuery(() => (ready.value ? { query: 'disputes' } : null), GATHERED_MS),
    rules: useQuery(() => (ready.value ? { query: 'rules' } : null), GATHERED_MS),
    forks: useQuery(() => (ready.value ? { query: 'forks' } : null)),
  }))!
}

export const sync = computed(() => asked.value?.sync.data.value ?? null)
export const disputes = computed(() => asked.value?.disputes.data.value ?? null)
export const rules = computed(() => asked.value?.rules.data.value ?? null)
export const forks = computed(() => asked.value?.forks.data.value ?? null)
/** What waits for a person to choose or to look into it. */
export const toReview = computed(() => (disputes.value?.view.length ?? 0) + (rules.value?.view.length ?? 0))

export const disputesOf = (unit: Id): DisputeView[] => disputes.value?.view.filter((one) => one.unit === unit) ?? []

/** The PC on which a side was said; empty where it is not known. */
export function placeOf(claim: EventRef): { place: string; this_pc: boolean } | null {
  for (const dispute of disputes.value?.view ?? []) {
    const side = dispute.sides.find((one) => one.side.claim === claim)
    if (side) return side
  }
  return null
}

/** Lets one side stand for all. */
export const settle = async (dispute: Pick<DisputeView, 'target' | 'path' | 'unit'>, claim: EventRef, basis: number): Promise<boolean> => {
  const { target, path, unit } = dispute
  const command = { type: 'SettleDispute', target, path, claim } as const
  return (await act({ action: 'do', command, basis }, [unit ? { topic: 'unit', unit } : { topic: 'project' }])) !== null
}

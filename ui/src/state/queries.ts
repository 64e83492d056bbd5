import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Problem } from '../bindings/Problem'
import type { Query } from '../bindings/Query'
import type { Topic } from '../bindings/Topic'
import { onChanged, query, Refused, type AnswerTo } from '../core'

/** Whether an answer to `asked` may differ after `topic` changed. */
export function touches(asked: Query, topic: Topic): boolean {
  switch (asked.query) {
    case 'status':
      return topic.topic === 'status' || topic.topic === 'project'
    case 'units':
    case 'outstanding':
      return topic.topic === 'unit' || topic.topic === 'units'
    case 'project':
    case 'form_templates':
      return topic.topic === 'project'
    case 'sync':
    case 'devices':
      return topic.topic === 'sync' || topic.topic === 'status'
    case 'scans':
      return topic.topic === 'scans'
    case 'forks':
      return topic.topic === 'sync'
    case 'printers':
    case 'print_jobs':
    case 'print_choices':
      return topic.topic === 'printing'
    case 'print_history':
      return asked.unit === null ? topic.topic === 'unit' || topic.topic === 'lists' : topic.topic === 'unit' && asked.unit === topic.unit
    case 'batch':
    case 'batches':
      return topic.topic === 'batches'
    case 'disputes':
    case 'rules':
      return topic.topic !== 'status' && topic.topic !== 'sync' && topic.topic !== 'scans' && topic.topic !== 'lists'
    case 'home':
    case 'packet':
    case 'history':
      return topic.topic === 'project' || (topic.topic === 'unit' && topic.unit === asked.unit)
    default:
      return false
  }
}

type Listener = (topics: Topic[]) => void
const listeners = new Set<Listener>()

export function listenForChanges(): void {
  onChanged((topics) => listeners.forEach((tell) => tell(topics)))
}

/** For what this window did itself: its screens do not wait for the event. */
export const tellChanged = (topics: Topic[]): void => listeners.forEach((tell) => tell(topics))

export function onTopics(tell: Listener): void {
  listeners.add(tell)
  onScopeDispose(() => listeners.delete(tell))
}

export interface Asked<Q extends Query> {
  data: ShallowRef<AnswerTo<Q> | null>
  problem: ShallowRef<Problem | null>
  loading: Ref<boolean>
  refresh(): Promise<void>
}

/**
 * A query that is asked again when its parameters or what it shows change. The last answer stays on the
 * screen meanwhile, and an answer that was overtaken is dropped. Never pauses: there may be no network at all.
 * For so many milliseconds of `patience` changes are gathered into one question.
 */
export function useQuery<Q extends Query>(make: () => Q | null, patience = 0): Asked<Q> {
  const data = shallowRef(null) as ShallowRef<AnswerTo<Q> | null>
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  let asking = 0
  let current: Q | null = null

  async function refresh(): Promise<void> {
    const asked = current
    if (!asked) return
    const mine = ++asking
    loading.value = true
    try {
      const answer = await query(asked)
      if (mine !== asking) return
      data.value = answer
      problem.value = null
    } catch (error) {
      if (mine === asking && error instanceof Refused) problem.value = error.problem
    } finally {
      if (mine === asking) loading.value = false
    }
  }

  watch(
    make,
    (next, last) => {
      if (JSON.stringify(next) === JSON.stringify(last) && current) return
      current = next
      if (!next) data.value = null
      void refresh()
    },
    { immediate: true },
  )
  let gathering: ReturnType<typeof setTimeout> | null = null
  function changed(): void {
    if (patience === 0) return void refresh()
    gathering ??= setTimeout(() => {
      gathering = null
      void refresh()
    }, patience)
  }
  onTopics((topics) => {
    if (current && topics.some((topic) => touches(current as Q, topic))) changed()
  })
  return { data, problem, loading, refresh }
}

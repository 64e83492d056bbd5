import { reactive, ref, watch, type Ref } from 'vue'
import type { HomeRow } from '../../bindings/HomeRow'
import type { Stage } from '../../bindings/Stage'
import type { UnitFilter } from '../../bindings/UnitFilter'
import { query, Refused } from '../../core'
import { problem } from '../../state/notices'
import { onTopics } from '../../state/queries'

export interface Asked {
  search: string
  building: string | null
  only: UnitFilter | null
  stage?: Stage | null
}

export const PAGE = 100

/** The list of homes, fetched by the page as it is scrolled to. */
export function useUnitPages(asked: () => Asked) {
  const total = ref<number | null>(null)
  const buildings: Ref<string[]> = ref([])
  const pages = reactive(new Map<number, HomeRow[]>())
  let round = 0
  let first = 0
  let last = 0

  async function fetchPage(page: number, mine: number): Promise<void> {
    try {
      const list = await query({ query: 'units', stage: null, ...asked(), offset: page * PAGE, limit: PAGE })
      if (mine !== round) return
      total.value = list.total
      buildings.value = list.buildings
      pages.set(page, list.rows)
    } catch (error) {
      if (error instanceof Refused) problem.value = error.problem
      else throw error
    }
  }

  /** The rows on the screen, by number; pages not here yet are fetched. */
  function show(from: number, to: number): void {
    first = Math.floor(from / PAGE)
    last = Math.floor(to / PAGE)
    for (let page = first; page <= last; page++) if (!pages.has(page)) void fetchPage(page, round)
  }

  /** Old rows stay until the new ones are here, so that nothing flickers. */
  async function refresh(): Promise<void> {
    const mine = ++round
    const shown: number[] = []
    for (let page = first; page <= last; page++) shown.push(page)
    await Promise.all(shown.map((page) => fetchPage(page, mine)))
    if (mine === round) for (const page of [...pages.keys()]) if (!shown.includes(page)) pages.delete(page)
  }

  watch(asked, () => {
    first = last = 0
    void refresh()
  }, { immediate: true })
  onTopics((topics) => {
    if (topics.some(({ topic }) => topic === 'unit' || topic === 'units')) void refresh()
  })
  const row = (index: number): HomeRow | undefined => pages.get(Math.floor(index / PAGE))?.[index % PAGE]
  return { total, buildings, row, show }
}

import type { BatchHomes } from '../../bindings/BatchHomes'
import type { BatchView } from '../../bindings/BatchView'
import type { Id } from '../../bindings/Id'
import type { Stage } from '../../bindings/Stage'
import type { UnitFilter } from '../../bindings/UnitFilter'

/** What goes to the owner by post before the day. */
export const LETTERS: ReadonlySet<string> = new Set(['admission_notice', 'intake_guide', 'welcome_letter', 'fee_list'])
export const STAGES: Stage[] = ['check_in', 'identity', 'fees', 'inspection', 'signing', 'keys', 'archive']
export const FILTERS: UnitFilter[] = ['today', 'blocked', 'outstanding', 'open', 'closed', 'disputed']

/** The homes to print for: all that a filter finds but those `apart`, or those `apart` alone. */
export interface Chosen {
  search: string
  building: string | null
  stage: Stage | null
  only: UnitFilter | null
  all: boolean
  apart: ReadonlySet<Id>
}
export const everyHome = (): Chosen => ({ search: '', building: null, stage: null, only: null, all: true, apart: new Set() })

export const isNarrowed = ({ search, building, stage, only }: Chosen): boolean => search.trim() !== '' || building !== null || stage !== null || only !== null
export const isChosen = ({ all, apart }: Chosen, unit: Id): boolean => all !== apart.has(unit)
export const countOf = ({ all, apart }: Chosen, found: number): number => (all ? found - apart.size : apart.size)

/** Another filter finds other homes: who was taken out before is not among those. Who was put in by hand stays in. */
export const narrowedBy = (chosen: Chosen, by: Partial<Chosen>): Chosen => ({ ...chosen, ...by, apart: chosen.all ? new Set() : chosen.apart })

export function flipped(chosen: Chosen, unit: Id): Chosen {
  const apart = new Set(chosen.apart)
  if (!apart.delete(unit)) apart.add(unit)
  return { ...chosen, apart }
}

/** Whether a filter says all of it, so that nobody has to name homes one by one. */
export const saysItAll = ({ all, apart }: Chosen): boolean => all && apart.size === 0

/** `among`: where homes were put in or out by hand, those to look among, in the order of the list. */
export function homesOf(chosen: Chosen, among: Id[]): BatchHomes {
  const { search, building, stage, only } = chosen
  if (saysItAll(chosen)) return { which: 'filter', search: search.trim(), building, stage, only }
  return { which: 'units', units: among.filter((unit) => isChosen(chosen, unit)) }
}

/** The one that a person has to do with now: what runs before what stands. */
export const underWay = (batches: BatchView[]): BatchView | null =>
  batches.find((one) => one.state === 'running') ?? batches.find((one) => one.state === 'paused') ?? null

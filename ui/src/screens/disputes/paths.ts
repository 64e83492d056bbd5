import type { DisputeView } from '../../bindings/DisputeView'
import type { FieldView } from '../../bindings/FieldView'
import type { HomeView } from '../../bindings/HomeView'
import type { ProjectView } from '../../bindings/ProjectView'

/** Registers that no field stands for: what a person ticks, moves or decides. Another value for them is another act, on the page of the home. */
const ACTS = /^(item|key|alarm|outcome|template|form|station_order|staff)(\/|$)/

export const canBeTyped = (dispute: Pick<DisputeView, 'path'>): boolean => !ACTS.test(dispute.path)

/** A side whose text is masked can be shown in full, where it is a home's. */
export const isMasked = (dispute: Pick<DisputeView, 'unit' | 'target'>, shown: string): boolean =>
  dispute.unit !== null && dispute.target.entity === 'file' && shown.includes('*')

/** The field of a dispute, empty: as it stands in a form that nobody filled yet. */
function emptied(field: FieldView | undefined): FieldView | null {
  return field ? { ...field, value: null, shown: { zh: '', en: '' }, masked: false, warning: null, disputed: [] } : null
}

export function fieldOfHome(view: HomeView, path: string): FieldView | null {
  const all = [view.unit_fields, view.file_fields, ...view.parties.map((party) => party.fields)].flat()
  return emptied(all.find((field) => field.path === path))
}

export const fieldOfProject = (view: ProjectView, path: string): FieldView | null => emptied(view.fields.find((field) => field.path === path))

/** By home, in the order of the list; what belongs to no home comes first. */
export function byHome(disputes: DisputeView[]): { code: string | null; unit: string | null; disputes: DisputeView[] }[] {
  const homes = new Map<string, { code: string | null; unit: string | null; disputes: DisputeView[] }>()
  for (const dispute of disputes) {
    const at = dispute.unit ?? ''
    const home = homes.get(at) ?? { code: dispute.code, unit: dispute.unit, disputes: [] }
    home.disputes.push(dispute)
    homes.set(at, home)
  }
  return [...homes.values()].toSorted((a, b) => (a.code ?? '').localeCompare(b.code ?? '', 'zh-CN', { numeric: true }))
}

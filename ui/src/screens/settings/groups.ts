import type { FieldView } from '../../bindings/FieldView'

const LAW = new Set(['filing_no', 'filing_date', 'presale_no', 'notice_days', 'working_days', 'handover_place', 'handover_hours', 'shown_papers', 'consequence_clause', 'maintenance_fund_gate', 'title_days', 'retention_years'])
const PEOPLE = new Set(['supervisor_roles', 'roles', 'departments', 'security_department', 'handover_copies_to', 'meter_kinds', 'inspection_rooms'])
/** Shown elsewhere on this screen, or not for hands. */
const APART = new Set(['station_order', 'logo', 'template'])

export type Group = 'set_basic' | 'set_law' | 'set_fees' | 'set_people' | 'set_words'

export function groupOf(path: string): Group {
  if (path.startsWith('fee/')) return 'set_fees'
  if (path.startsWith('title/') || path.startsWith('item_title/') || path === 'statutory_titles') return 'set_words'
  if (LAW.has(path)) return 'set_law'
  return PEOPLE.has(path) ? 'set_people' : 'set_basic'
}

/** The settings by subject; a field this list does not know stands with the project's own. */
export function grouped(fields: FieldView[]): { group: Group; fields: FieldView[] }[] {
  const order: Group[] = ['set_basic', 'set_law', 'set_fees', 'set_people', 'set_words']
  const listed = fields.filter((field) => !APART.has(field.path))
  return order
    .map((group) => ({ group, fields: listed.filter((field) => groupOf(field.path) === group) }))
    .filter((one) => one.fields.length > 0)
}

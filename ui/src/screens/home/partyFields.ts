import type { FieldView } from '../../bindings/FieldView'
import type { PartyRole } from '../../bindings/PartyRole'

const BASE = ['name', 'phone', 'paper_kind', 'paper_no']

/** The fields of a party that are filled every day; the others are one press away. */
const DAILY: Record<PartyRole, string[]> = {
  owner: [...BASE, 'address', 'share', 'company_code', 'legal_representative'],
  legal_representative: BASE,
  delegate: [...BASE, 'relation', 'poa_scope', 'poa_signed_on', 'poa_until'],
  family: ['name', 'relation', 'phone', 'paper_no'],
  emergency: ['name', 'relation', 'phone'],
}

const COMPANY_ONLY = new Set(['company_code', 'legal_representative', 'contact'])

const tail = (field: FieldView): string => field.path.split('/').at(-1) ?? ''

/** Splits a party's fields; one that holds something in need of a look is always shown. */
export function splitFields(role: PartyRole, fields: FieldView[], company: boolean): { daily: FieldView[]; other: FieldView[] } {
  const isDaily = (field: FieldView): boolean =>
    field.warning !== null ||
    field.disputed.length > 0 ||
    (DAILY[role].includes(tail(field)) && (company || !COMPANY_ONLY.has(tail(field))))
  return { daily: fields.filter(isDaily), other: fields.filter((field) => !isDaily(field)) }
}

import type { Holder } from '../../bindings/Holder'
import type { HomeView } from '../../bindings/HomeView'
import { t, tx } from '../../i18n'
import { project, staff } from '../../state/session'

/** Who may hold a key of a home, for a list to choose from; `key` turns back into a holder. */
export function holders(view: HomeView, withParties: boolean): { key: string; label: string }[] {
  const departments = (project.value?.view.departments ?? []).map((one) => ({ key: `department:${one.zh}`, label: tx(one) }))
  const people = staff.value.filter((one) => one.active).map((one) => ({ key: `staff:${one.id}`, label: `${one.name} · ${tx(one.role_shown)}` }))
  const parties = view.parties
    .filter((party) => !party.removed && !party.erased && (party.role === 'owner' || party.role === 'delegate'))
    .map((party) => ({ key: `party:${party.id}`, label: `${party.name} · ${t(`words.party_role.${party.role}`)}` }))
  const custody = (project.value?.view.departments ?? []).map((one) => ({ key: `custody:${one.zh}`, label: `${t('home.custody')} · ${tx(one)}` }))
  return [...(withParties ? parties : []), ...departments, ...people, ...(withParties ? custody : []), { key: 'missing', label: t('home.missing') }]
}

export function holderOf(key: string): Holder {
  const at = key.indexOf(':')
  const rest = key.slice(at + 1)
  switch (key.slice(0, at)) {
    case 'department':
      return { held_by: 'department', name: rest }
    case 'staff':
      return { held_by: 'staff', id: rest }
    case 'party':
      return { held_by: 'party', id: rest }
    case 'custody':
      return { held_by: 'custody', name: rest }
    default:
      return { held_by: 'missing' }
  }
}

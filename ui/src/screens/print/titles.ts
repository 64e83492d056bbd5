import { computed, type Ref } from 'vue'
import type { PacketForm } from '../../bindings/PacketForm'
import { tx } from '../../i18n'
import { useQuery } from '../../state/queries'

/** Every form of a home with its title, as the first home of the list has them; titles are the project's, not the home's. */
export function useForms() {
  const units = useQuery(() => ({ query: 'units', search: '', building: null, stage: null, only: null, offset: 0, limit: 1 }), 1000)
  const first = computed(() => units.data.value?.rows[0] ?? null)
  const packet = useQuery(() => (first.value ? { query: 'packet', unit: first.value.unit } : null), 1000)
  return { forms: computed<PacketForm[]>(() => packet.data.value ?? []), home: computed(() => first.value?.code ?? '') }
}

/** By form: of those, and of the lists over many homes. */
export function titlesOf(forms: Ref<PacketForm[]>): (form: string) => string {
  const lists = useQuery(() => ({ query: 'lists' }))
  const titles = computed(() => new Map([...forms.value, ...(lists.data.value ?? [])].map((one) => [one.form, tx(one.title)])))
  return (form) => titles.value.get(form) ?? form
}

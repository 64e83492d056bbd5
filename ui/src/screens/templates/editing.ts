import type { ComputedRef, InjectionKey, Ref } from 'vue'
import type { TemplateEdit } from '../../bindings/TemplateEdit'
import type { TemplateField } from '../../bindings/TemplateField'
import { set, type Path } from './tree'

/** What the parts of the editor share: one text, changed by its structure. */
export interface Editing {
  edit(edits: TemplateEdit[]): Promise<void>
  /** Lets a person choose a field; `null`: none after all. */
  pickField(): Promise<string | null>
  fields: Ref<TemplateField[]>
  locked: ComputedRef<boolean>
}
export const editing: InjectionKey<Editing> = Symbol('editing')

/** Changes the keys of one place of the template; an empty text takes its key away. */
export function keysOf(form: Editing, path: () => Path): { put(key: string, value: unknown): void; count(key: string, typed: string): void } {
  const put = (key: string, value: unknown): void => void form.edit([set([...path(), key], value === '' ? null : value)])
  return {
    put,
    count(key, typed) {
      const value = Number(typed.normalize('NFKC'))
      if (typed.trim() !== '' && Number.isFinite(value) && value >= 0) put(key, value)
    },
  }
}

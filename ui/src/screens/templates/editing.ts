import type { ComputedRef, InjectionKey, Ref } from 'vue'
import type { TemplateEdit } from '../../bindings/TemplateEdit'
import type { TemplateField } from '../../bindings/TemplateField'

/** What the parts of the editor share: one text, changed by its structure. */
export interface Editing {
  edit(edits: TemplateEdit[]): Promise<void>
  /** Lets a person choose a field; `null`: none after all. */
  pickField(): Promise<string | null>
  fields: Ref<TemplateField[]>
  locked: ComputedRef<boolean>
}
export const editing: InjectionKey<Editing> = Symbol('editing')

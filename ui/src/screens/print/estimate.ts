import type { FormOrder } from '../../bindings/FormOrder'
import type { Id } from '../../bindings/Id'
import type { Preview } from '../../bindings/Preview'
import { query } from '../../core'

/** Pages of every copy: as many as are ordered of a form, else as its case asks for. The preview has one of each. */
export function pagesOf({ documents }: Pick<Preview, 'documents'>, ordered: FormOrder[] = []): number {
  const own = new Map(ordered.map(({ form, copies }) => [form, copies]))
  return documents.reduce((sum, one) => sum + one.pages * (own.get(one.form) ?? one.copies), 0)
}

/** Of one home; `null` where it cannot be told. `ordered`: `null` for all that it needs. */
export async function pagesOfHome(unit: Id, ordered: FormOrder[] | null): Promise<number | null> {
  try {
    const wanted = ordered ?? (await query({ query: 'packet', unit })).filter((form) => form.needed)
    const preview = await query({ query: 'preview', unit, forms: wanted.map(({ form }) => form), blank: false })
    return pagesOf(preview, ordered ?? [])
  } catch {
    // What stands in the way of this home, the batch will say.
    return null
  }
}

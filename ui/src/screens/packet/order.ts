import type { FormOrder } from '../../bindings/FormOrder'
import type { PacketForm } from '../../bindings/PacketForm'
import type { PrintChoices } from '../../bindings/PrintChoices'

/** A form of the list and how it would be printed now. */
export interface Line {
  form: PacketForm
  on: boolean
  copies: number
  duplex: boolean
}

/** What a person set apart from the rules, by form; what is not here is as remembered, or as usual. */
export interface ByHand {
  on: Record<string, boolean>
  copies: Record<string, number>
  duplex: Record<string, boolean>
}

export const MOST_COPIES = 99
export const nothingSet = (): ByHand => ({ on: {}, copies: {}, duplex: {} })

/** In the order of the packet, whatever order they were ticked in. */
export const linesOf = (forms: PacketForm[], remembered: PrintChoices | null, set: ByHand): Line[] =>
  forms.map((form) => ({
    form,
    on: set.on[form.form] ?? form.needed,
    copies: set.copies[form.form] ?? remembered?.forms[form.form]?.copies ?? form.copies,
    duplex: set.duplex[form.form] ?? remembered?.forms[form.form]?.duplex ?? false,
  }))

/** The number of copies as it was typed; `null`: none that can be printed. */
export function readCopies(typed: string): number | null {
  const copies = Number(typed.normalize('NFKC').trim() || NaN)
  return Number.isInteger(copies) && copies >= 1 && copies <= MOST_COPIES ? copies : null
}

/** As many as the case asks for is not said: the case may change. */
export const ordersOf = (lines: Line[]): FormOrder[] =>
  lines.filter((line) => line.on).map(({ form, copies, duplex }) => (copies === form.copies ? { form: form.form, duplex } : { form: form.form, copies, duplex }))

/** Of all that is ticked; `null`: some so, some so. */
export function duplexOfAll(lines: Line[]): boolean | null {
  const ticked = lines.filter((line) => line.on)
  const both = ticked.filter((line) => line.duplex).length
  return both === 0 ? false : both === ticked.length ? true : null
}

export interface Paper {
  forms: number
  copies: number
  pages: number
  sheets: number
}

/** How much paper that is; a copy always begins on a sheet of its own. `pagesOf`: of one copy. */
export function paperOf(lines: Line[], pagesOf: (form: string) => number): Paper {
  const sum: Paper = { forms: 0, copies: 0, pages: 0, sheets: 0 }
  for (const { form, copies, duplex } of lines.filter((line) => line.on)) {
    const pages = pagesOf(form.form)
    sum.forms += 1
    sum.copies += copies
    sum.pages += pages * copies
    sum.sheets += (duplex ? Math.ceil(pages / 2) : pages) * copies
  }
  return sum
}

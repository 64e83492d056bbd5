import type { BatchForms } from '../../bindings/BatchForms'
import type { BatchState } from '../../bindings/BatchState'
import type { BatchTo } from '../../bindings/BatchTo'
import type { BatchView } from '../../bindings/BatchView'
import type { PrinterState } from '../../bindings/PrinterState'
import type { PrinterView } from '../../bindings/PrinterView'
import type { PrintJobState } from '../../bindings/PrintJobState'
import type { PrintJobView } from '../../bindings/PrintJobView'
import type { Progress } from '../../bindings/Progress'
import { t } from '../../i18n'

/** The shape beside each state; its words come from the core. */
export const PRINTER_GLYPH: Record<PrinterState, Progress> = { idle: 'todo', printing: 'partial', stopped: 'blocked', absent: 'blocked' }
export const JOB_GLYPH: Record<PrintJobState, Progress> = {
  queued: 'todo',
  printing: 'partial',
  held: 'blocked',
  out_of_paper: 'blocked',
  done: 'done',
  cancelled: 'todo',
  failed: 'blocked',
  unknown: 'todo',
}
export const BATCH_GLYPH: Record<BatchState, Progress> = { running: 'partial', paused: 'todo', finished: 'done', cancelled: 'todo' }
const UNDER_WAY: ReadonlySet<PrintJobState> = new Set(['queued', 'printing', 'held', 'out_of_paper'])
export const isUnderWay = (job: Pick<PrintJobView, 'state'>): boolean => UNDER_WAY.has(job.state)
/** What a person has to do something about. */
export const isTrouble = (job: Pick<PrintJobView, 'state' | 'problem'>): boolean => job.problem !== null && job.state !== 'done' && job.state !== 'cancelled'

/** Where paper goes unless somebody says otherwise: as the last time, else the system's usual printer, else a file. */
export function usualTarget(printers: PrinterView[], last: string | null, file: string): string {
  const found = printers.find((one) => one.name === last && one.state !== 'absent') ?? printers.find((one) => one.default) ?? printers[0]
  return found ? `printer:${found.name}` : file
}
export const printerTitle = (printers: PrinterView[], name: string): string => printers.find((one) => one.name === name)?.title ?? name
export const printerOf = (target: string): string | null => (target.startsWith('printer:') ? target.slice('printer:'.length) : null)

/** Whole percent, never 100 before the end. */
export const shareOf = ({ done, failed, total }: Pick<BatchView, 'done' | 'failed' | 'total'>): number => {
  const gone = done + failed.length
  return total === 0 || gone >= total ? 100 : Math.min(99, Math.floor((gone * 100) / total))
}

type Standing = Pick<BatchView, 'state' | 'failed' | 'to'>
/** It came to its end, and homes have no paper. */
export const isIncomplete = ({ state, failed }: Standing): boolean => state === 'finished' && failed.length > 0
/** All of it is with a printer, where it may still wait for paper. */
export const isHanded = (batch: Standing): boolean => batch.state === 'finished' && batch.to.to === 'printer' && !isIncomplete(batch)
export const stateWords = (batch: Standing): string => t(isIncomplete(batch) ? 'print.b_state_incomplete' : isHanded(batch) ? 'print.b_state_handed' : `print.b_state_${batch.state}`)

export function formsWords(forms: BatchForms, titleOf: (form: string) => string): string {
  if (forms.which === 'packet') return t('print.b_packet')
  const named = forms.forms.map(({ form }) => titleOf(form))
  return named.length <= 3 ? named.join(t('print.and')) : t('print.b_and_more', { first: named.slice(0, 2).join(t('print.and')), n: named.length })
}

export function toWords(to: BatchTo, printers: PrinterView[]): string {
  return to.to === 'printer' ? printerTitle(printers, to.printer) : to.path
}

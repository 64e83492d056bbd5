import type { ItemView } from '../../bindings/ItemView'
import type { ScanView } from '../../bindings/ScanView'
import type { SignOffView } from '../../bindings/SignOffView'
import { t } from '../../i18n'
import type { Entry } from '../../parts/MenuButton.vue'

const has = (item: ItemView, mark: string): boolean => item.marks.some((one) => one.mark === mark)

const onPaper = (item: ItemView): SignOffView[] => item.sign_offs.filter((one) => !one.on_screen)

/** Entries that attach a scan to a signature on paper: the fact follows. */
export const SIGNED = 'signed:'

/** The item's copies, then the papers that were signed for it. */
export const scansOf = (item: ItemView): ScanView[] => [...item.scans, ...item.sign_offs.flatMap((one) => one.scans)]

/** What can be done with an item beyond ticking it. */
export function itemEntries(item: ItemView): Entry[] {
  const entries: (Entry | false)[] = [
    item.outstanding === null && { key: 'outstanding', label: t('home.set_outstanding') },
    item.outstanding !== null && { key: 'outstanding', label: t('home.edit_outstanding') },
    item.outstanding !== null && { key: 'clear', label: t('home.outstanding_clear') },
    has(item, 'signed') && { key: 'sign', label: t('home.sign_item') },
    has(item, 'issued') && { key: 'serials', label: t('home.serials') },
    has(item, 'posted') && { key: 'post', label: t('home.post_out') },
    has(item, 'passed') && { key: 'transfer', label: t('home.transfer') },
    { key: 'attach', label: t('home.attach') },
    ...onPaper(item).map((one): Entry => ({ key: `${SIGNED}${one.fact}`, label: t('home.attach_signed', { who: one.signer }) })),
    item.waived === null && { key: 'waive', label: t('home.waive') },
    item.waived !== null && { key: 'unwaive', label: t('home.unwaive') },
  ]
  return entries.filter((entry): entry is Entry => entry !== false)
}

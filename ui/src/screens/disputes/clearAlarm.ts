import type { Alarm } from '../../bindings/Alarm'
import type { Id } from '../../bindings/Id'
import { t, tx } from '../../i18n'
import { askReason } from '../../state/reason'
import { act } from '../../state/session'

/** A person looked into it, and says what came of it. */
export async function clearAlarm(alarm: Alarm, of: { unit: Id; file: Id }, basis: number): Promise<void> {
  const reason = await askReason({ title: t('disputes.rule_done_title', { what: tx(alarm.text) }), text: t('disputes.rule_done_text'), ok: t('disputes.rule_done_ok') })
  if (!reason) return
  const command = { type: 'ClearAlarm', file: of.file, key: alarm.key, seen: alarm.seen, reason } as const
  await act({ action: 'do', command, basis }, [{ topic: 'unit', unit: of.unit }])
}

/** Where on the page an alarm is cleared; its key begins with its kind. */
const CLEARED_IN: Record<string, string> = { closed_with_new_defect: 'inspection', fee_taken_twice: 'fees', key_with_two_holders: 'keys', signed_by_delegate: 'sign' }

export const clearedIn = (alarm: { key: string }): string | undefined => CLEARED_IN[alarm.key.split(':')[0]!]

import { expect, it } from 'vitest'
import type { StationView } from '../../bindings/StationView'
import { firstUnsigned } from './obstacles'

const station = (key: string, blockedBy: string | null): StationView => ({
  key,
  title: { zh: key, en: key },
  department: { zh: '', en: '' },
  needs_signature: true,
  needs_stamp: false,
  progress: 'todo',
  blocked_by: blockedBy === null ? null : { zh: blockedBy, en: blockedBy },
  sign_offs: [],
})

it('a blocked station names the first signature it waits for', () => {
  const all = [station('验房', null), station('收款', '验房未签字'), station('签约', '验房、收款未签字')]
  expect(firstUnsigned(all, all[2]!)?.key).toBe('验房')
})

it('what is no signature is said in full', () => {
  const all = [station('验房', '业主尚未签到')]
  expect(firstUnsigned(all, all[0]!)).toBe(null)
})

import { expect, it } from 'vitest'
import type { DisputeView } from '../../bindings/DisputeView'
import { clearedIn } from '../home/alarms'
import { isArriving } from '../start/arriving'
import { byHome, canBeTyped, isMasked } from './paths'

const dispute = (code: string | null, path: string): DisputeView => ({
  target: code ? { entity: 'file', id: 'f' } : { entity: 'project' },
  unit: code,
  code,
  path,
  title: { zh: path, en: path },
  sides: [],
})

it('a field takes another value; a tick, a key or the outcome only one of its sides', () => {
  expect(['party/ab/phone', 'vehicle/1/plate', 'name', 'outcome_note'].map((path) => canBeTyped({ path }))).toEqual([true, true, true, true])
  expect(['item/a/1/seen', 'key/ab/holder', 'outcome', 'outcome/reason', 'staff/ab/name'].map((path) => canBeTyped({ path }))).toEqual([false, false, false, false, false])
})

it('only what is masked in a home can be asked to be shown', () => {
  expect(isMasked(dispute('1-1-101', 'x'), '138****5566')).toBe(true)
  expect(isMasked(dispute('1-1-101', 'x'), '13812345566')).toBe(false)
  expect(isMasked(dispute(null, 'x'), '*')).toBe(false)
})

it('disputes stand by home, the project’s first, homes as people count them', () => {
  const homes = byHome([dispute('1-1-1001', 'a'), dispute('1-1-201', 'b'), dispute(null, 'c'), dispute('1-1-1001', 'd')])
  expect(homes.map((home) => [home.code, home.disputes.length])).toEqual([
    [null, 1],
    ['1-1-201', 1],
    ['1-1-1001', 2],
  ])
})

it('a rule leads to where it is put right, and one nobody knows to the home', () => {
  expect(clearedIn({ key: 'fee_taken_twice:ab' })).toBe('fees')
  expect(clearedIn({ key: 'something_new' })).toBeUndefined()
})

it('nobody new is entered while the people of a joined project are on their way', () => {
  const someone = { id: 'a', name: 'A', role: '', role_shown: { zh: '', en: '' }, department: '', department_shown: { zh: '', en: '' }, active: true }
  expect(isArriving({ sync: 'syncing' }, [])).toBe(true)
  expect(isArriving({ sync: 'offline' }, [])).toBe(true)
  expect(isArriving({ sync: 'syncing' }, [someone])).toBe(false)
  expect(isArriving({ sync: 'synced' }, [])).toBe(false)
  expect(isArriving({ sync: 'no_server' }, [])).toBe(false)
})

import { describe, expect, it } from 'vitest'
import { condition, fresh, kindOf, KINDS, said } from './tree'

describe('the structure of a template', () => {
  it('says in a line what a block says', () => {
    expect(said({ grid: { fields: [{ label: '房　　号', value: '{home.code}' }, { label: '业主', value: '' }] } })).toBe('房 号 · 业主')
    expect(said({ checks: { items: ['{?outcome.accepted} 收楼', '{?_} 拒收'] } })).toBe('□ 收楼 · □ 拒收')
    expect(said({ paragraph: '于 {day|date} 交 {_:8}' }, (path) => (path === 'day' ? '办理日期' : path))).toBe('于 [办理日期] 交 __')
    expect(said({ something: 'new' })).toBe('')
  })

  it('begins every kind of block with something to see', () => {
    for (const kind of KINDS) {
      const block = fresh(kind, '新的文字')
      expect(kindOf(block)).toBe(kind)
      expect(said(block)).not.toBe('')
    }
  })

  it('takes a simple condition apart and leaves another alone', () => {
    expect(condition('sentence')).toEqual({ field: 'sentence', not: false })
    expect(condition('!owner.company')).toEqual({ field: 'owner.company', not: true })
    expect(condition('a or b')).toBeNull()
    expect(condition('result=refused')).toBeNull()
  })
})

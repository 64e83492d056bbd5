import { describe, expect, it } from 'vitest'
import { typedValue, valueText } from './value'

const same = (text: string) => ({ zh: text, en: text })

describe('fields as they are typed', () => {
  it('an emptied field is cleared', () => expect(typedValue('text', '  ')).toBeNull())
  it('money and areas become whole numbers', () => {
    expect(typedValue('money', '1,000.5')).toBe(100050)
    expect(typedValue('area', '89.37')).toBe(8937)
  })
  it('what cannot be read is not sent', () => {
    expect(typedValue('money', 'a lot')).toBeUndefined()
    expect(typedValue('int', '1.5')).toBeUndefined()
  })
  it('a list may be parted by any of the usual signs', () => {
    expect(typedValue('list', '工程部、保安部,财务部 ；')).toEqual(['工程部', '保安部', '财务部'])
  })
  it('reads back what the core keeps', () => {
    expect(valueText({ kind: 'money', value: 380, shown: same('3.80') })).toBe('3.80')
    expect(valueText({ kind: 'list', value: ['a', 'b'], shown: { zh: 'a、b', en: 'a, b' } })).toBe('a、b')
    expect(valueText({ kind: 'text', value: null, shown: same('') })).toBe('')
  })
})

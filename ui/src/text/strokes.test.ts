import { describe, expect, it } from 'vitest'
import { addPoint, isSignature, strokePath, type Point } from './strokes'

describe('a signature as vectors', () => {
  it('keeps points as parts of the width, and pressure to 1000', () => {
    expect(addPoint([], 0.5, 0.1, 0.25)).toEqual([[5000, 1000, 250]])
  })
  it('a mouse, which has no pressure, writes at half', () => expect(addPoint([], 0, 0, 0)[0]![2]).toBe(500))
  it('stays inside the box when the pen leaves it', () => expect(addPoint([], 1.4, -0.2, 1)).toEqual([[10000, 0, 1000]]))
  it('a pen that rests adds nothing', () => {
    const stroke: Point[] = [[5000, 1000, 500]]
    expect(addPoint(stroke, 0.5005, 0.1, 0.5)).toBe(stroke)
  })
  it('a dot is a dot on the screen and no signature', () => {
    expect(strokePath([[10, 10, 500]])).toBe('M10 10L11 10')
    expect(isSignature([[[10, 10, 500]]])).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { percentOf, readZoom, scaleOf, stepFrom } from './zoom'

const a4 = { width: 595.28, height: 841.89 }
const across = { width: a4.height, height: a4.width }

describe('the zoom of a preview', () => {
  it('shows the size on paper at 100 %', () => {
    expect(scaleOf(100, [a4], { width: 10, height: 10 }) * a4.width).toBeCloseTo(793.7, 1)
  })

  it('fits the widest page into the width', () => {
    expect(scaleOf('width', [a4, across], { width: 600, height: 500 }) * across.width).toBeCloseTo(600)
  })

  it('fits a whole page, whichever side is the narrow one', () => {
    expect(scaleOf('page', [a4], { width: 600, height: 500 }) * a4.height).toBeCloseTo(500)
    expect(scaleOf('page', [a4], { width: 300, height: 900 }) * a4.width).toBeCloseTo(300)
  })

  it('stays readable in a place too small, and of a size where there are no pages', () => {
    expect(percentOf(scaleOf('page', [a4], { width: 0, height: 0 }))).toBe(25)
    expect(percentOf(scaleOf('width', [], { width: 600, height: 500 }))).toBe(300)
  })

  it('steps on from whatever fits the place, and not past the ends', () => {
    expect(stepFrom(83, true)).toBe(100)
    expect(stepFrom(83, false)).toBe(75)
    expect(stepFrom(100, true)).toBe(125)
    expect(stepFrom(300, true)).toBe(300)
    expect(stepFrom(25, false)).toBe(25)
  })

  it('is remembered, and forgets what it cannot read', () => {
    for (const kept of ['width', 'page', 125] as const) expect(readZoom(String(kept))).toBe(kept)
    for (const odd of [null, '', 'wide', '0', '9000']) expect(readZoom(odd)).toBe('width')
  })
})

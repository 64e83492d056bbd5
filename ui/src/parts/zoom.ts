export interface Size {
  width: number
  height: number
}

/** As wide as the place, a whole page, or percent of the size on paper. */
export type Zoom = 'width' | 'page' | number

export const STEPS = [25, 50, 75, 100, 125, 150, 200, 300] as const
/** CSS pixels of a point at the size on paper. */
const FULL = 96 / 72
const [LEAST, MOST] = [STEPS[0], STEPS.at(-1)!]

/** CSS pixels of one point, for pages of these sizes in a place of this size. */
export function scaleOf(zoom: Zoom, pages: Size[], place: Size): number {
  if (typeof zoom === 'number') return (zoom / 100) * FULL
  const widest = Math.max(1, ...pages.map((page) => page.width))
  const tallest = Math.max(1, ...pages.map((page) => page.height))
  const wide = Math.max(place.width, 1) / widest
  const fits = zoom === 'width' ? wide : Math.min(wide, Math.max(place.height, 1) / tallest)
  return Math.min((MOST / 100) * FULL, Math.max((LEAST / 100) * FULL, fits))
}

export const percentOf = (scale: number): number => Math.round((scale / FULL) * 100)

/** The next step from here, larger or smaller; the last one where there is none. */
export function stepFrom(percent: number, larger: boolean): number {
  return (larger ? STEPS.find((step) => step > percent) : STEPS.findLast((step) => step < percent)) ?? (larger ? MOST : LEAST)
}

export function readZoom(stored: string | null): Zoom {
  if (stored === 'width' || stored === 'page') return stored
  const percent = Number(stored)
  return percent >= LEAST && percent <= MOST ? percent : 'width'
}

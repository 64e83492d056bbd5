export type Point = [number, number, number]
export type Strokes = Point[][]

const SCALE = 10_000
const PRESSURE = 1000
/** Points nearer than this add nothing to the shape: 0.2 % of the width. */
const NEAR = 20

const clamp = (value: number, top: number): number => Math.min(top, Math.max(0, Math.round(value)))

/**
 * The stroke with one more point; the same stroke where the pen has hardly moved.
 * `x` and `y` are parts of the box's width; a mouse has no pressure and writes at half.
 */
export function addPoint(stroke: Point[], x: number, y: number, pressure: number): Point[] {
  const point: Point = [clamp(x * SCALE, SCALE), clamp(y * SCALE, SCALE), clamp((pressure || 0.5) * PRESSURE, PRESSURE)]
  const last = stroke.at(-1)
  if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAR) return stroke
  return [...stroke, point]
}

/** An SVG path through the midpoints, so that a quick hand looks as smooth as it was. */
export function strokePath(stroke: Point[]): string {
  const first = stroke[0]
  if (!first) return ''
  if (stroke.length < 3) return `M${first[0]} ${first[1]}L${(stroke[1] ?? first)[0] + 1} ${(stroke[1] ?? first)[1]}`
  let path = `M${first[0]} ${first[1]}`
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i]!
    const [nx, ny] = stroke[i + 1]!
    path += `Q${x} ${y} ${(x + nx) / 2} ${(y + ny) / 2}`
  }
  const last = stroke.at(-1)!
  return `${path}L${last[0]} ${last[1]}`
}

/** A dot is no signature. */
export const isSignature = (strokes: Strokes): boolean => strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= 8

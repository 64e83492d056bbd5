import { query } from '../core'

const HEIGHT = 64
const known = new Map<string, Promise<string>>()
let last: Promise<unknown> = Promise.resolve()

/** A small picture of a photo, as an address. A blob never changes, so each is drawn once; one after the other, for a photo is large. */
export function thumbnail(blob: string): Promise<string> {
  const already = known.get(blob)
  if (already) return already
  const drawn = last.then(() => draw(blob))
  last = drawn.catch(() => known.delete(blob))
  known.set(blob, drawn)
  return drawn
}

async function draw(blob: string): Promise<string> {
  const { media, base64 } = await query({ query: 'scan', blob })
  const photo = Object.assign(new Image(), { src: `data:${media};base64,${base64}` })
  await photo.decode()
  const canvas = document.createElement('canvas')
  canvas.height = HEIGHT
  canvas.width = Math.max(1, Math.round((photo.naturalWidth * HEIGHT) / photo.naturalHeight))
  canvas.getContext('2d')?.drawImage(photo, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', 0.8)
}

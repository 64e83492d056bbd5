import type { Progress } from '../bindings/Progress'

/** Every state has a glyph and a word; colour only repeats them. */
export const glyph: Record<Progress, string> = { todo: '○', partial: '◐', done: '●', blocked: '!' }

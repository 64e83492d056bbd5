/** The list with the entry at `from` standing at `to`. */
export function moved(order: string[], from: number, to: number): string[] {
  const rest = order.filter((_, i) => i !== from)
  const entry = order[from]
  return entry === undefined ? order : [...rest.slice(0, to), entry, ...rest.slice(to)]
}

export const sameOrder = (a: string[], b: string[]): boolean => a.length === b.length && a.every((key, i) => key === b[i])

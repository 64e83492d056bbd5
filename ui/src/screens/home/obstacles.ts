import type { StationView } from '../../bindings/StationView'

/** The station whose signature a blocked one waits for first; `null`: it waits for something else. */
export function firstUnsigned(stations: StationView[], blocked: StationView): StationView | null {
  const text = blocked.blocked_by?.zh ?? ''
  const waits = (other: StationView): boolean => other !== blocked && !other.sign_offs.length && text.startsWith(other.title.zh)
  return stations.find(waits) ?? null
}

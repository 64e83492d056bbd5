import type { MeterKind } from '../../bindings/MeterKind'

export const METERS: MeterKind[] = [
  'electricity',
  'electricity_peak',
  'electricity_flat',
  'electricity_valley',
  'cold_water',
  'hot_water',
  'reclaimed_water',
  'gas',
  'heat',
]

/** What the dial counts: kWh for power and heat, m³ for what flows. */
export const unitOf = (kind: MeterKind): string => (kind.startsWith('electricity') || kind === 'heat' ? 'kWh' : 'm³')

import type { HomeView } from '../../bindings/HomeView'
import type { SignedPages } from '../../bindings/SignedPages'
import type { SignOffView } from '../../bindings/SignOffView'

/** A signature on the screen whose pages are kept. */
export type OnScreen = SignOffView & { pages: SignedPages }

export const onScreen = (all: SignOffView[]): OnScreen[] => all.filter((one): one is OnScreen => one.pages !== null)

/** The signatures on the screen under the number of a printed paper. */
export function signedUnder(home: HomeView, number: string): OnScreen[] {
  const all = [...home.items, ...home.stations].flatMap((one) => one.sign_offs)
  return onScreen([...all, ...(home.retention?.returns ?? [])]).filter((one) => one.pages.paper?.number === number)
}

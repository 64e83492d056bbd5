import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { Command } from '../../bindings/Command'
import type { HomeView } from '../../bindings/HomeView'
import type { EventRef } from '../../bindings/EventRef'
import { t } from '../../i18n'
import { askReason } from '../../state/reason'
import { act, attempt, readOnly } from '../../state/session'

export interface Home {
  unit: string
  view: ComputedRef<HomeView>
  basis: ComputedRef<number>
  /** Why nothing can be changed here; `null`: it can. */
  locked: ComputedRef<string | null>
  /** Records what a command says; `false`: it was refused, and the reason is shown. */
  run(command: Command): Promise<boolean>
  /** The same for dialogs, which show the refusal in their own place: throws it. */
  tryRun(command: Command): Promise<string | null>
  voidFact(fact: EventRef, what: string): Promise<void>
}

/** A command on the file at hand; its id is put in. */
const key: InjectionKey<Home> = Symbol('home')

export function provideHome(unit: string, answer: () => { basis: number; view: HomeView } | null): Home {
  const view = computed(() => {
    const now = answer()
    if (!now) throw new Error('a section of a home is shown before the home is read')
    return now.view
  })
  const basis = computed(() => answer()?.basis ?? 0)
  const topics = [{ topic: 'unit', unit } as const]
  const locked = computed(() => {
    if (readOnly.value) return t('shell.read_only')
    if (answer()?.view.read_only) return t('home.newer_version')
    return null
  })
  const home: Home = {
    unit,
    view,
    basis,
    locked,
    async run(command) {
      return (await act({ action: 'do', command, basis: basis.value }, topics)) !== null
    },
    async tryRun(command) {
      const done = await attempt({ action: 'do', command, basis: basis.value }, topics)
      return done.done === 'recorded' ? done.id : null
    },
    async voidFact(fact, what) {
      const reason = await askReason({ title: t('home.void_title'), text: what, ok: t('home.void'), danger: true })
      if (reason) await home.run({ type: 'VoidFact', target: { entity: 'file', id: view.value.row.file }, fact, reason })
    },
  }
  provide(key, home)
  return home
}

export function useHome(): Home {
  const home = inject(key)
  if (!home) throw new Error('used outside the page of a home')
  return home
}


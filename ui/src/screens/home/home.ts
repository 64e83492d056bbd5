import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { Action } from '../../bindings/Action'
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
  /**
   * Records what the commands of one gesture say: all of them or none, and one undo takes them back.
   * `false`: they were refused, and the reason is shown.
   */
  run(...commands: Command[]): Promise<boolean>
  /** The same for dialogs, which show the refusal in their own place: throws it. */
  tryRun(...commands: Command[]): Promise<string | null>
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
    if (answer()?.view.erased) return t('home.household_erased')
    if (answer()?.view.read_only) return t('home.newer_version')
    return null
  })
  const together = ([first, ...rest]: [Command, ...Command[]]): Action =>
    rest.length ? { action: 'do_all', commands: [first, ...rest], basis: basis.value } : { action: 'do', command: first, basis: basis.value }
  const isSome = (commands: Command[]): commands is [Command, ...Command[]] => commands.length > 0
  const home: Home = {
    unit,
    view,
    basis,
    locked,
    async run(...commands) {
      return !isSome(commands) || (await act(together(commands), topics)) !== null
    },
    async tryRun(...commands) {
      if (!isSome(commands)) return null
      const done = await attempt(together(commands), topics)
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


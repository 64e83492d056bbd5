import { computed, ref, shallowRef } from 'vue'
import type { Action } from '../bindings/Action'
import type { Done } from '../bindings/Done'
import type { Id } from '../bindings/Id'
import type { ProjectView } from '../bindings/ProjectView'
import type { StaffView } from '../bindings/StaffView'
import type { Status } from '../bindings/Status'
import type { Topic } from '../bindings/Topic'
import { execute, query } from '../core'
import { t, tx } from '../i18n'
import { notices, problem, say, showProblem } from './notices'
import { tellChanged } from './queries'

export const status = shallowRef<Status | null>(null)
export const project = shallowRef<{ basis: number; view: ProjectView } | null>(null)
export const savedAt = ref<number | null>(null)
/** What a person typed into and has not sent yet: fields register here so that nothing is left behind. */
export const busy = ref(0)

export const staff = computed<StaffView[]>(() => project.value?.view.staff ?? [])
export const staffName = (id: Id | null | undefined): string => staff.value.find((one) => one.id === id)?.name ?? ''
/** A department as a person reads it; one that a project named itself stands as it is. */
export const departmentName = (said: string): string => tx(project.value?.view.departments.find((one) => one.zh === said)) || said
export const actor = computed(() => status.value?.actor ?? null)
export const readOnly = computed(() => status.value?.read_only ?? false)

export async function readStatus(): Promise<void> {
  const now = await query({ query: 'status' })
  status.value = now
  savedAt.value ??= now.last_saved
  if (now.phase === 'ready') project.value = await query({ query: 'project' })
}

/** Every recorded action offers its own undo: an older offer would take back something else than it says. */
function told(done: Done): void {
  if (done.done !== 'recorded') return
  savedAt.value = Date.now()
  if (done.undo) say(tx(done.undo), true)
}

/** Does one thing. `null`: it was refused, and the reason is on the screen. */
export async function act(action: Action, topics: Topic[] = []): Promise<Done | null> {
  busy.value++
  try {
    const done = await execute(action)
    problem.value = null
    told(done)
    tellChanged(topics)
    return done
  } catch (error) {
    showProblem(error)
    // What the screen shows may no longer be what is recorded.
    tellChanged(topics)
    return null
  } finally {
    busy.value--
  }
}

/** Does one thing and throws the refusal, for dialogs that show it in their own place. */
export async function attempt(action: Action, topics: Topic[] = []): Promise<Done> {
  const done = await execute(action)
  told(done)
  tellChanged(topics)
  return done
}

export async function undo(): Promise<void> {
  notices.splice(0, notices.length)
  const done = await act({ action: 'undo' }, [{ topic: 'units' }, { topic: 'project' }, { topic: 'status' }])
  if (done) say(t('shell.undone'))
}

export async function chooseActor(id: Id): Promise<boolean> {
  const done = await act({ action: 'choose_actor', staff: id })
  await readStatus()
  return done !== null
}

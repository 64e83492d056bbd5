import { ref, shallowRef } from 'vue'
import type { Problem } from '../bindings/Problem'
import { Refused } from '../core'

/** A dialog's one action: busy while it runs, closed when it went through, the refusal shown in the dialog. */
export function useAttempt(done: () => void = () => {}) {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  async function go(what: () => Promise<unknown>): Promise<void> {
    if (busy.value) return
    busy.value = true
    problem.value = null
    try {
      await what()
      done()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      problem.value = error.problem
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, go }
}

import { getCurrentInstance, onActivated, onDeactivated, onScopeDispose } from 'vue'

type Press = (event: KeyboardEvent) => void
const presses = new Map<string, Press[]>()

const isWriting = (on: EventTarget | null): boolean =>
  on instanceof HTMLElement && (on.matches('input:not([type=checkbox]):not([type=radio]), textarea, select') || on.isContentEditable)

export const composing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229

function chord(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.shiftKey && key.length > 1 ? 'Shift+' : ''}${key}`
}

/** Keys of the web view that would lose the page or open its own bars. */
const KEPT_FROM_THE_WEB_VIEW = new Set(['F5', 'Ctrl+r', 'Ctrl+p', 'Ctrl+f', 'F3', 'F7'])

/** While a component is on the screen, `keys` (`Ctrl+k`, `F2`) belong to it; the newest comes first. */
export function useKeys(keys: Record<string, Press>): void {
  function take(): void {
    leave()
    for (const [key, press] of Object.entries(keys)) presses.set(key, [...(presses.get(key) ?? []), press])
  }
  function leave(): void {
    for (const [key, press] of Object.entries(keys)) {
      presses.set(key, (presses.get(key) ?? []).filter((other) => other !== press))
    }
  }
  take()
  onScopeDispose(leave)
  if (!getCurrentInstance()) return
  // Kept alive behind another tab, it is not on the screen.
  onActivated(take)
  onDeactivated(leave)
}

export function keepKeys(): void {
  window.addEventListener('keydown', (event) => {
    const pressed = chord(event)
    if (KEPT_FROM_THE_WEB_VIEW.has(pressed)) event.preventDefault()
    if (composing(event) || document.querySelector('dialog[open]')) return
    // In a text field Ctrl+Z takes back typing, and what has no Ctrl is typed.
    const typing = event.key.length === 1 && !((event.ctrlKey || event.metaKey) && !event.altKey)
    if (isWriting(event.target) && (pressed === 'Ctrl+z' || typing)) return
    const press = presses.get(pressed)?.at(-1)
    if (!press) return
    event.preventDefault()
    press(event)
  })
}

/** Enter goes to the next field of the same form; on the last one it leaves the field, which saves it. */
export function toNextField(event: KeyboardEvent): void {
  if (composing(event)) return
  event.preventDefault()
  const here = event.target as HTMLElement
  const within = here.closest('[data-fields]') ?? document.body
  const fields = [...within.querySelectorAll<HTMLElement>('input:not([disabled]), select:not([disabled])')]
  const next = fields[fields.indexOf(here) + 1]
  if (next) next.focus()
  else here.blur()
}

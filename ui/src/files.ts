// The only place that asks for files of this PC.
import { onScopeDispose } from 'vue'
import { t } from './i18n'

export interface Kind {
  name: string
  extensions: string[]
}

const inTest = import.meta.env.MODE === 'loopback'

/** Asks for an existing file; `null`: the person thought better of it. */
export async function askOpen(kinds: Kind[]): Promise<string | null> {
  if (inTest) return askPath('')
  const { open } = await import('@tauri-apps/plugin-dialog')
  return open({ multiple: false, directory: false, filters: kinds })
}

/** Asks for an existing folder. */
export async function askFolder(): Promise<string | null> {
  if (inTest) return askPath('')
  const { open } = await import('@tauri-apps/plugin-dialog')
  return open({ multiple: false, directory: true })
}

/** Asks for several existing files; none: the person thought better of it. */
export async function askOpenAll(kinds: Kind[]): Promise<string[]> {
  if (inTest) return [await askPath('')].filter((path) => path !== null)
  const { open } = await import('@tauri-apps/plugin-dialog')
  return (await open({ multiple: true, directory: false, filters: kinds })) ?? []
}

/** Asks where to save. */
export async function askSave(name: string, kinds: Kind[]): Promise<string | null> {
  if (inTest) return askPath(name)
  const { save } = await import('@tauri-apps/plugin-dialog')
  return save({ defaultPath: name, filters: kinds })
}

/** Test builds: a browser has no such dialog, so a plain input asks for the path. */
function askPath(proposed: string): Promise<string | null> {
  return new Promise((answer) => {
    const dialog = document.createElement('dialog')
    dialog.className = 'dialog'
    dialog.dataset.test = 'path-dialog'
    const form = document.createElement('form')
    form.method = 'dialog'
    const input = Object.assign(document.createElement('input'), { className: 'input', value: proposed })
    input.dataset.test = 'path'
    input.setAttribute('aria-label', t('shell.test_path'))
    const ok = Object.assign(document.createElement('button'), { className: 'btn primary', textContent: t('shell.ok') })
    ok.dataset.test = 'path-ok'
    form.append(input, ok)
    dialog.append(form)
    let chosen: string | null = null
    form.onsubmit = () => (chosen = input.value || null)
    dialog.onclose = () => (dialog.remove(), answer(chosen))
    document.body.append(dialog)
    dialog.showModal()
  })
}

/** Files that are dropped on the window, by their paths. A browser knows no paths, so tests choose the file instead. */
export function onDropped(tell: (paths: string[]) => void): void {
  if (inTest) return
  const listening = import('@tauri-apps/api/event').then(({ listen, TauriEvent }) => listen<{ paths: string[] }>(TauriEvent.DRAG_DROP, (event) => tell(event.payload.paths)))
  onScopeDispose(() => void listening.then((stop) => stop()))
}

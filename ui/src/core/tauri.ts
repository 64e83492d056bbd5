import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'
import type { Topic } from '../bindings/Topic'
import type { Core } from '../core'

export const tauri = (): Core => ({
  execute: (action) => invoke('execute', { action }),
  query: (query) => invoke('query', { query }),
  onChanged: (tell) => void listen<Topic[]>('changed', (event) => tell(event.payload)),
})

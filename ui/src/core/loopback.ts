// Test builds only: the same two calls and the event over HTTP on the page's own origin.
import type { Topic } from '../bindings/Topic'
import type { Core } from '../core'

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw answer
  return answer
}

export const loopback = (): Core => ({
  execute: (action) => post('/execute', action) as ReturnType<Core['execute']>,
  query: (query) => post('/query', query),
  onChanged(tell) {
    new EventSource('/changed').onmessage = (event) => tell(JSON.parse(event.data) as Topic[])
  },
})

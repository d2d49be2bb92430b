/**
 * Changes of others, as they happen: one WebSocket for all workspaces. After a break it goes on
 * behind the last number that was seen, so nothing is missed; answers are then read anew.
 */
import { touchedBy } from '@/words/events'
import type { Happened } from './cached'
import { api, connected, unwrap } from './client'
import { readAnew, showHappened } from './fresh'
import { held, live } from './held'
import { workspacesQuery } from './queries'
import { queryClient } from './query-client'

interface Message {
  type: string
  id?: string
  code?: string
  subscription?: string
  seq?: number
  seqs?: Record<string, number>
  event?: Happened
}

const GATHER = 120
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 30_000
const RESTARTS = 1012
const TOO_MANY = 4429

/** Asked for together: one change of a task often is several events. */
const stale = new Set<string>()
const happened: Happened[] = []
let gathering: ReturnType<typeof setTimeout> | undefined

function gather(events: Happened[]): void {
  happened.push(...events)
  for (const { type } of events) for (const key of touchedBy(type)) stale.add(key)
  if (gathering === undefined) gathering = setTimeout(flush, GATHER)
}

function flush(): void {
  gathering = undefined
  if (held.get()) return
  const keys = [...stale]
  stale.clear()
  showHappened(happened.splice(0))
  readAnew(keys)
}

const isPast = (code = '') => code.startsWith('events_')

/** Follows until it is told to stop. */
export function follow(): () => void {
  const seen = new Map<string, number>()
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_WAIT
  let stopped = false

  const later = (milliseconds: number) => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void open(), milliseconds)
  }

  const open = async () => {
    if (!connected.get()) return later(FIRST_WAIT)
    try {
      const { ticket } = await unwrap(api.POST('/api/v1/auth/ws-ticket'))
      if (stopped) return
      const address = `${location.origin.replace(/^http/, 'ws')}/api/v1/ws`
      socket = new WebSocket(address, ['upnext.v1', `ticket.${ticket}`])
      socket.onmessage = ({ data }) => {
        const message: Message = JSON.parse(String(data))
        void on[message.type]?.(message)
      }
      socket.onclose = ({ code }) => {
        live.set(false)
        const pause = code === RESTARTS ? 0 : code === TOO_MANY ? LONGEST_WAIT : wait
        wait = Math.min(wait * 2, LONGEST_WAIT)
        later(pause + Math.random() * FIRST_WAIT)
      }
    } catch {
      // No connection, or no session: what shows that does not depend on this.
      wait = Math.min(wait * 2, LONGEST_WAIT)
      later(wait)
    }
  }

  const subscribe = async (again: boolean) => {
    // Signed out meanwhile, or cut off: the next heartbeat asks again.
    const found = await queryClient.fetchQuery(workspacesQuery).catch(() => null)
    if (!found || stopped) return
    for (const { id } of found.items) {
      if (!again && seen.has(id)) continue
      const after = seen.get(id)
      const words = { type: 'subscribe', workspace_id: id, ...(after ? { after } : {}) }
      socket?.send(JSON.stringify(words))
    }
  }

  /** Too long ago, or the server is younger than what was seen: all is read anew. */
  const beginAnew = async (id: string) => {
    seen.delete(id)
    void queryClient.invalidateQueries()
    await subscribe(false)
  }

  const on: Record<string, (message: Message) => unknown> = {
    ready: async () => {
      wait = FIRST_WAIT
      await subscribe(true)
      live.set(true)
    },
    event: ({ subscription = '', event }) => {
      if (!event) return
      seen.set(subscription, event.seq)
      gather([event])
    },
    subscribed: ({ id = '', seq }) => {
      if (seq !== undefined && !seen.has(id)) seen.set(id, seq)
    },
    heartbeat: ({ seqs = {} }) => {
      for (const [name, seq] of Object.entries(seqs)) seen.set(name, seq)
      return subscribe(false)
    },
    unsubscribed: ({ id = '', code }) => (isPast(code) ? beginAnew(id) : seen.delete(id)),
    error: ({ id = '', code }) => isPast(code) && beginAnew(id),
  }

  const release = held.subscribe(() => {
    if (!held.get() && stale.size > 0) gather([])
  })
  void open()
  return () => {
    stopped = true
    clearTimeout(timer)
    release()
    live.set(false)
    socket?.close()
  }
}

import { type DehydratedState, dehydrate, hydrate, QueryClient } from '@tanstack/react-query'
import { whenIdle } from '@/ui/idle'
import { Problem } from './problem'
import { database } from './storage'
import type { User } from './types'

const SAVE_AFTER = 2_000
const LEFT_OUT = new Set<unknown>(['search', 'thumbnail'])
const KEPT_PAGES = 3
const KEEP = 7 * 24 * 3_600_000

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 30 * 60_000,
      networkMode: 'always',
      retry: (count, error) => error instanceof Problem && error.status >= 500 && count < 2,
    },
  },
})

interface Remembered {
  user: User
  at: number
  state: DehydratedState
}

/** Who was here last, and what they saw: for a start without a connection. */
export async function recall(): Promise<User | undefined> {
  const kept = (await (await database()).get('cache', 'last')) as Remembered | undefined
  if (!kept || Date.now() - kept.at > KEEP) return undefined
  hydrate(queryClient, kept.state)
  return kept.user
}

type Kept = DehydratedState['queries'][number]

/** Of a list that was scrolled far only its beginning: all of it would hold up who is typing. */
export function beginning(query: Kept): Kept {
  const { data } = query.state as { data?: { pages?: unknown[]; pageParams?: unknown[] } }
  if (!data?.pages || !data.pageParams || data.pages.length <= KEPT_PAGES) return query
  const [pages, pageParams] = [data.pages, data.pageParams].map((all) => all.slice(0, KEPT_PAGES))
  return { ...query, state: { ...query.state, data: { ...data, pages, pageParams } } }
}

export function keepCache(user: User): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false
  const save = async () => {
    timer = undefined
    // Signed out meanwhile: nothing of theirs is to stay.
    if (over) return
    const state = dehydrate(queryClient, {
      shouldDehydrateQuery: (query) =>
        query.state.status === 'success' && !LEFT_OUT.has(query.queryKey[0]),
    })
    const kept = { ...state, queries: state.queries.map(beginning) }
    await (await database()).put('cache', { user, at: Date.now(), state: kept }, 'last')
  }
  const unsubscribe = queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return
    // Begun once, not put off by each answer: a busy screen would never be kept.
    timer ??= setTimeout(() => whenIdle(() => void save()), SAVE_AFTER)
  })
  return () => {
    over = true
    clearTimeout(timer)
    unsubscribe()
  }
}

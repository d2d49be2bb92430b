import './styles/app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connected } from './api/client'
import { onReplayed, openOutbox, watchConnection } from './api/outbox'
import { nextQuery } from './api/queries'
import { keepCache, queryClient, recall } from './api/query-client'
import { session, start } from './api/session'
import { forgetSeen } from './api/storage'
import { refresh } from './api/writes'
import { router } from './app/router'
import { nowIdle, whenIdle } from './ui/idle'
import { Failure } from './ui/states'

const place = document.getElementById('root')
if (!place) throw new Error('The page has no place for the app.')
const root = createRoot(place)

/** What others change, as it happens. Its code is fetched when the first screen is there. */
function followLive(): () => void {
  let stop: (() => void) | null = null
  let over = false
  whenIdle(async () => {
    const { follow } = await import('./api/live')
    if (!over) stop = follow()
  })
  return () => {
    over = true
    stop?.()
  }
}

/** Follows who is signed in: their writes, their data, and nobody else's afterwards. */
function followSession(): void {
  let person: string | null = null
  let stop: (() => void) | null = null
  session.subscribe(() => {
    const state = session.get()
    const next = state.status === 'signed-in' ? state.user.id : null
    if (next === person) return
    stop?.()
    stop = null
    if (person && !next) {
      queryClient.clear()
      void forgetSeen()
    }
    person = next
    if (state.status === 'signed-in') {
      void openOutbox(state.user.id)
      const forget = keepCache(state.user)
      const unfollow = followLive()
      stop = () => {
        forget()
        unfollow()
      }
    }
  })
}

const SHORT = 300

/** What the first screen needs is asked for together with whose it is, and waited for a moment. */
async function askAhead(): Promise<void> {
  if (location.pathname !== '/') return
  const moment = new Promise((resolve) => setTimeout(resolve, SHORT))
  await Promise.race([queryClient.prefetchQuery(nextQuery({})), moment])
}

async function open(): Promise<void> {
  followSession()
  onReplayed(refresh)
  watchConnection()
  await start(() => {
    connected.set(false)
    return recall()
  }, askAhead)
  root.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
  whenIdle(() => {
    nowIdle()
    if ('serviceWorker' in navigator && import.meta.env.PROD)
      void import('./app/update').then(({ watchForUpdates }) => watchForUpdates())
  })
}

open().catch((error: unknown) => {
  root.render(
    <main className="mx-auto max-w-[520px] px-6">
      <Failure error={error} retry={() => location.reload()} />
    </main>,
  )
})

import { useEffect } from 'react'
import { session } from '@/api/session'
import { createStore } from '@/ui/store'
import type { Clock } from '@/words/dates'

const MINUTE = 60_000
const now = createStore(new Date())

export function zone(): string {
  const state = session.get()
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  return state.status === 'signed-in' ? state.user.timezone : own
}

export const readClock = (): Clock => ({ now: new Date(), zone: zone() })

/** The minute it is, in the zone of the account. */
export function useClock(): Clock {
  const state = session.use()
  return { now: now.use(), zone: state.status === 'signed-in' ? state.user.timezone : zone() }
}

export function useTicking(): void {
  useEffect(() => {
    const timer = setInterval(() => now.set(new Date()), MINUTE)
    return () => clearInterval(timer)
  }, [])
}

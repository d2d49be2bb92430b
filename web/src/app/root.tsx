import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { session } from '@/api/session'
import { EntryScreen, isMailPage } from '@/screens/entry/entry'
import { whenIdle } from '@/ui/idle'
import { overlay } from './overlays'
import { Shell } from './shell'
import { Toasts } from './toasts'

const overlays = () => import('./overlay-host')
const Overlays = lazy(overlays)

/** Palette, quick add and the like: their code is there before anybody asks for one. */
function Above() {
  const open = overlay.use()
  useEffect(() => whenIdle(() => void overlays().catch(() => undefined)), [])
  if (!open) return null
  return (
    <Suspense fallback={null}>
      <Overlays />
    </Suspense>
  )
}

/** Signed out, every address shows the entrance; afterwards the screen that was asked for. */
export function Root() {
  const state = session.use()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const atDoor = ['/sign-in', '/register', '/forgot-password'].includes(pathname)
  const signedIn = state.status === 'signed-in'
  useEffect(() => {
    if (signedIn && atDoor) void navigate({ to: '/', replace: true })
  }, [signedIn, atDoor, navigate])

  if (state.status === 'starting') return null
  if (!signedIn || isMailPage(pathname)) return <EntryScreen path={pathname} />
  return (
    <Shell>
      <Outlet />
      <Toasts />
      <Above />
    </Shell>
  )
}

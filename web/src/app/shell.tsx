import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { session, signOut } from '@/api/session'
import { whenIdle } from '@/ui/idle'
import { useNarrow } from '@/ui/narrow'
import { BottomBar } from './bottom-bar'
import { useTicking } from './clock'
import { type Command, useCommands, useKeyboard } from './commands'
import { ConnectionLine } from './connection-line'
import { openQuickAdd, overlay } from './overlays'
import { ADMIN, NOTIFICATIONS, PLACES, SEARCH, SETTINGS } from './places'
import { RunningTimer } from './running-timer'
import { Sidebar } from './sidebar'
import { chooseTheme } from './theme'
import { undoLast } from './toasts'

const panel = () => import('@/screens/task/panel')
const TaskPanel = lazy(panel)
/** The panel's code comes once the first screen is there, so that it opens at once. */
function usePanelSoon(): void {
  useEffect(() => whenIdle(() => void panel().catch(() => undefined)), [])
}

export function Shell({ children }: { children: ReactNode }) {
  useKeyboard()
  useTicking()
  useCommands(useShellCommands())
  useSharedText()
  usePanelSoon()
  const { task } = useSearch({ from: '__root__' })
  const narrow = useNarrow()
  return (
    <div className="flex h-full">
      <a
        href="#content"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:start-2 focus:top-2"
      >
        Skip to the content
      </a>
      {!narrow && <Sidebar />}
      <div className="flex min-w-0 flex-1 flex-col">
        <ConnectionLine />
        <RunningTimer />
        <main
          id="content"
          tabIndex={-1}
          className="min-h-0 flex-1 overflow-y-auto pb-20 outline-none md:pb-0"
        >
          {children}
        </main>
      </div>
      {task && (
        <Suspense fallback={null}>
          <TaskPanel key={task} id={task} />
        </Suspense>
      )}
      {narrow && <BottomBar />}
    </div>
  )
}

function useShellCommands(): Command[] {
  const navigate = useNavigate()
  const state = session.use()
  const isAdmin = state.status === 'signed-in' && state.user.role === 'admin'
  const places = [...PLACES, SEARCH, NOTIFICATIONS, SETTINGS, ...(isAdmin ? [ADMIN] : [])]
  return [
    {
      id: 'palette',
      title: 'Command palette',
      keys: 'mod+k',
      run: () => overlay.set({ kind: 'palette' }),
    },
    { id: 'add', title: 'Add a task', keys: 'q', run: () => openQuickAdd() },
    { id: 'undo', title: 'Undo', keys: 'u', run: () => void undoLast() },
    {
      id: 'help',
      title: 'Keyboard shortcuts',
      keys: '?',
      run: () => overlay.set({ kind: 'help' }),
    },
    ...places.map((place) => ({
      id: `go ${place.to}`,
      title: `Go to ${place.name}`,
      keys: place.keys,
      group: 'Go to',
      run: () => void navigate({ to: place.to }),
    })),
    { id: 'light', title: 'Light theme', group: 'Settings', run: () => chooseTheme('light') },
    { id: 'dark', title: 'Dark theme', group: 'Settings', run: () => chooseTheme('dark') },
    {
      id: 'system',
      title: 'Theme of the system',
      group: 'Settings',
      run: () => chooseTheme('system'),
    },
    { id: 'sign-out', title: 'Sign out', group: 'Settings', run: () => void signOut() },
  ]
}

/** What another app shared, or a shortcut asked for, becomes the line of quick add. */
function useSharedText(): void {
  const search = useSearch({ from: '__root__' })
  const navigate = useNavigate()
  const asked = search.add !== undefined || search['add-text'] || search['add-url']
  const line = [search.add, search['add-text'], search['add-url']].filter(Boolean).join(' ')
  useEffect(() => {
    if (!asked) return
    openQuickAdd(line)
    void navigate({ to: '/', search: {}, replace: true })
  }, [asked, line, navigate])
}

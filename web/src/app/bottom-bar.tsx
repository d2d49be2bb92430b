import { Link } from '@tanstack/react-router'
import { CalendarClock, List, MoreHorizontal, Plus, Sparkle } from 'lucide-react'
import { openQuickAdd, overlay } from './overlays'
import { Unread } from './unread'

const ITEM =
  'flex h-14 flex-1 flex-col items-center justify-center gap-1 text-xs text-ink-2 [&.active]:font-medium [&.active]:text-accent'

/** On a phone: within reach of the thumb. */
export function BottomBar() {
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 flex items-center border-t border-line bg-paper pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }} className={ITEM}>
        <Sparkle size={20} aria-hidden />
        Now
      </Link>
      <Link to="/plan" activeOptions={{ includeSearch: false }} className={ITEM}>
        <CalendarClock size={20} aria-hidden />
        Plan
      </Link>
      <button type="button" className={ITEM} aria-label="Add a task" onClick={() => openQuickAdd()}>
        <span className="flex size-11 items-center justify-center rounded-full bg-accent text-accent-ink">
          <Plus size={22} aria-hidden />
        </span>
      </button>
      <Link to="/lists/all" activeOptions={{ includeSearch: false }} className={ITEM}>
        <List size={20} aria-hidden />
        Lists
      </Link>
      <button type="button" className={ITEM} onClick={() => overlay.set({ kind: 'palette' })}>
        <span className="relative">
          <MoreHorizontal size={20} aria-hidden />
          <Unread dot />
        </span>
        More
      </button>
    </nav>
  )
}

import {
  BarChart3,
  Columns3,
  Inbox,
  List,
  type LucideIcon,
  Search,
  Settings,
  Shield,
  Sparkle,
  Target,
} from 'lucide-react'

export interface Place {
  to:
    | '/'
    | '/lists/inbox'
    | '/lists/all'
    | '/board'
    | '/goals'
    | '/stats'
    | '/search'
    | '/settings'
    | '/admin'
  name: string
  keys: string
  icon: LucideIcon
}

/** In the order in which they are used; the first ones are in the bar of a phone. */
export const PLACES: Place[] = [
  { to: '/', name: 'Now', keys: 'g n', icon: Sparkle },
  { to: '/lists/inbox', name: 'Inbox', keys: 'g i', icon: Inbox },
  { to: '/lists/all', name: 'All tasks', keys: 'g l', icon: List },
  { to: '/board', name: 'Board', keys: 'g b', icon: Columns3 },
  { to: '/goals', name: 'Goals', keys: 'g g', icon: Target },
  { to: '/stats', name: 'Stats', keys: 'g s', icon: BarChart3 },
]
export const SEARCH: Place = { to: '/search', name: 'Search', keys: '/', icon: Search }
export const SETTINGS: Place = { to: '/settings', name: 'Settings', keys: 'g ,', icon: Settings }
export const ADMIN: Place = { to: '/admin', name: 'Admin', keys: 'g a', icon: Shield }

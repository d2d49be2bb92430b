import {
  BarChart3,
  Bell,
  CalendarClock,
  Columns3,
  Inbox,
  List,
  type LucideIcon,
  Search,
  Settings,
  Shield,
  Sparkle,
  Target,
  Zap,
} from 'lucide-react'

export interface Place {
  to:
    | '/'
    | '/plan'
    | '/automations'
    | '/notifications'
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
  { to: '/plan', name: 'Plan', keys: 'g p', icon: CalendarClock },
  { to: '/lists/inbox', name: 'Inbox', keys: 'g i', icon: Inbox },
  { to: '/lists/all', name: 'All tasks', keys: 'g l', icon: List },
  { to: '/board', name: 'Board', keys: 'g b', icon: Columns3 },
  { to: '/goals', name: 'Goals', keys: 'g g', icon: Target },
  { to: '/stats', name: 'Stats', keys: 'g s', icon: BarChart3 },
  { to: '/automations', name: 'Automations', keys: 'g u', icon: Zap },
]
export const SEARCH: Place = { to: '/search', name: 'Search', keys: '/', icon: Search }
export const NOTIFICATIONS: Place = {
  to: '/notifications',
  name: 'Notifications',
  keys: 'g o',
  icon: Bell,
}
export const SETTINGS: Place = { to: '/settings', name: 'Settings', keys: 'g ,', icon: Settings }
export const ADMIN: Place = { to: '/admin', name: 'Admin', keys: 'g a', icon: Shield }

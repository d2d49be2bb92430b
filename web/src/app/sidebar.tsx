import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { filtersQuery, projectsQuery } from '@/api/queries'
import { session } from '@/api/session'
import { Mark } from '@/ui/mark'
import { openQuickAdd } from './overlays'
import { ADMIN, NOTIFICATIONS, PLACES, type Place, SEARCH, SETTINGS } from './places'
import { Unread } from './unread'

const ROW =
  'flex h-8 items-center gap-3 rounded px-2 text-base text-ink-2 transition-colors hover:bg-hover hover:text-ink [&.active]:bg-hover [&.active]:font-medium [&.active]:text-ink'

export function Sidebar() {
  const state = session.use()
  const isAdmin = state.status === 'signed-in' && state.user.role === 'admin'
  return (
    <nav
      aria-label="Main"
      className="hidden w-[232px] shrink-0 flex-col border-e border-line bg-ground p-3 md:flex"
    >
      <div className="flex items-center justify-between px-2 pt-1 pb-4">
        <span className="flex items-center gap-2 text-lg font-semibold tracking-tight">
          <Mark /> Upnext
        </span>
        <button
          type="button"
          onClick={() => openQuickAdd()}
          aria-label="Add a task"
          title="Add a task (q)"
          className="flex size-8 items-center justify-center rounded bg-accent text-accent-ink hover:bg-accent-strong"
        >
          <Plus size={18} aria-hidden />
        </button>
      </div>
      <PlaceRow place={SEARCH} />
      <div className="h-3 shrink-0" />
      {PLACES.map((place) => (
        <PlaceRow key={place.to} place={place} />
      ))}
      <div className="mt-4 min-h-0 flex-1 overflow-y-auto">
        <Projects />
        <Filters />
      </div>
      <div className="mt-2 border-t border-line pt-2">
        {isAdmin && <PlaceRow place={ADMIN} />}
        <PlaceRow place={NOTIFICATIONS} badge={<Unread />} />
        <PlaceRow place={SETTINGS} />
      </div>
    </nav>
  )
}

function PlaceRow({ place, badge }: { place: Place; badge?: ReactNode }) {
  const Icon = place.icon
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      className={ROW}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className="flex-1">{place.name}</span>
      {badge}
    </Link>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mb-4">
      <h2 className="px-2 pb-1 text-xs font-medium text-ink-3">{title}</h2>
      {children}
    </div>
  )
}

// Where the screen says that they could not be read, the sidebar's coming does not ask again.
const ONCE = { retryOnMount: false }

function Projects() {
  const { data } = useQuery({ ...projectsQuery, ...ONCE })
  const projects = data?.items.filter((project) => !project.inbox && !project.archived_at) ?? []
  if (projects.length === 0) return null
  return (
    <Group title="Projects">
      {projects.map((project) => (
        <Link
          key={project.id}
          to="/lists/project/$projectId"
          params={{ projectId: project.id }}
          className={ROW}
          activeOptions={{ includeSearch: false }}
        >
          <span className="truncate">{project.name}</span>
        </Link>
      ))}
    </Group>
  )
}

function Filters() {
  const { data } = useQuery({ ...filtersQuery, ...ONCE })
  if (!data || data.items.length === 0) return null
  return (
    <Group title="Filters">
      {data.items.map((filter) => (
        <Link
          key={filter.id}
          to="/lists/filter/$filterId"
          params={{ filterId: filter.id }}
          className={ROW}
          activeOptions={{ includeSearch: false }}
        >
          <span className="truncate">{filter.name}</span>
        </Link>
      ))}
    </Group>
  )
}

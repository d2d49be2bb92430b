import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { filtersQuery, projectsQuery, type TaskFilter } from '@/api/queries'
import { useMayChange } from '@/api/rights'
import { openQuickAdd } from '@/app/overlays'
import { Button, Select } from '@/ui/controls'
import { Empty, Pending } from '@/ui/states'
import { GROUPINGS, type Grouping, groupedSort } from '@/words/groups'
import { ONLY_LOOK } from '@/words/roles'
import { ChangeFilter } from './filter-form'
import { FilterLine } from './filter-line'
import { TaskList } from './task-list'

const SORTS = [
  { value: 'due_at,-priority', label: 'By deadline' },
  { value: '-priority,due_at', label: 'By priority' },
  { value: '-created_at', label: 'Newest first' },
  { value: 'title', label: 'By title' },
]
const SHOWN = [
  { value: 'open', label: 'Open' },
  { value: 'done', label: 'Done' },
  { value: 'all', label: 'All' },
]

export function InboxScreen() {
  const projects = useQuery(projectsQuery)
  const inbox = projects.data?.items.find((project) => project.inbox)
  if (!inbox)
    return (
      <Bare title="Inbox">
        <Pending query={projects} rows={8} />
      </Bare>
    )
  return (
    <ListPage
      title="Inbox"
      filter={{ project_id: inbox.id }}
      empty={
        <Empty
          title="The inbox is empty"
          action={<Button onClick={() => openQuickAdd()}>Add a task</Button>}
        >
          What you add without a project lands here.
        </Empty>
      }
    />
  )
}

export function AllScreen() {
  const { q } = useSearch({ from: '/lists/all' })
  const navigate = useNavigate()
  return (
    <ListPage
      title="All tasks"
      filter={q ? { filter: q } : {}}
      showProject
      above={
        <FilterLine
          value={q ?? ''}
          onChange={(next) => void navigate({ to: '/lists/all', search: { q: next || undefined } })}
        />
      }
      empty={
        q ? (
          <Empty title="No task is like that">Say less, or look among the done ones.</Empty>
        ) : (
          <Empty
            title="No tasks here"
            action={<Button onClick={() => openQuickAdd()}>Add a task</Button>}
          />
        )
      }
    />
  )
}

export function ProjectScreen() {
  const { projectId } = useParams({ from: '/lists/project/$projectId' })
  const { data, isSuccess } = useQuery(projectsQuery)
  const project = data?.items.find((one) => one.id === projectId)
  const may = useMayChange(projectId)
  // More projects than one page are read: only then one may be there that is not in it.
  if (isSuccess && !project && !data?.next_cursor)
    return (
      <Bare title="Project">
        <Empty title="There is no such project">
          It was deleted, or it is private and not shared with you.
        </Empty>
      </Bare>
    )
  return (
    <ListPage
      key={projectId}
      title={project?.name ?? 'Project'}
      told={may ? undefined : ONLY_LOOK}
      filter={{ project_id: projectId }}
      aside={
        <>
          <Link
            to="/board/$projectId"
            params={{ projectId }}
            className="inline-flex h-9 items-center rounded px-3 font-medium text-ink-2 hover:bg-hover hover:text-ink"
          >
            Board
          </Link>
          {may && (
            <Button look="quiet" onClick={() => openQuickAdd('', projectId)}>
              Add
            </Button>
          )}
        </>
      }
      empty={
        <Empty
          title="Nothing to do in this project"
          action={may && <Button onClick={() => openQuickAdd('', projectId)}>Add a task</Button>}
        />
      }
    />
  )
}

export function FilterScreen() {
  const { filterId } = useParams({ from: '/lists/filter/$filterId' })
  const { data, isSuccess } = useQuery(filtersQuery)
  const saved = data?.items.find((one) => one.id === filterId)
  if (isSuccess && !saved)
    return (
      <Bare title="Filter">
        <Empty title="There is no such filter (any more)">
          It was deleted, or is no longer shared with you.
        </Empty>
      </Bare>
    )
  return (
    <ListPage
      key={filterId}
      title={saved?.name ?? 'Filter'}
      told={saved?.meaning}
      aside={saved && <ChangeFilter filter={saved} />}
      filter={{ saved_filter: filterId }}
      showProject
      empty={
        <Empty title="No task is like that">Look among the done ones, or change the filter.</Empty>
      }
    />
  )
}

/** A list of which not even the name is known. */
function Bare({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[960px] px-5 py-6 md:px-12 md:py-10">
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      {children}
    </div>
  )
}

interface ListPageProps {
  title: string
  told?: string
  filter: TaskFilter
  showProject?: boolean
  above?: ReactNode
  aside?: ReactNode
  empty: ReactNode
}

function ListPage({ title, told, filter, showProject, above, aside, empty }: ListPageProps) {
  const [sort, setSort] = useState(SORTS[0]?.value ?? '')
  const [group, setGroup] = useState<Grouping>('')
  const [shown, setShown] = useState('open')
  const status: TaskFilter = shown === 'all' ? {} : { status: [shown === 'open' ? 'open' : 'done'] }
  return (
    <div className="mx-auto w-full max-w-[960px] px-3 py-6 md:px-10 md:py-10">
      <div className="mb-4 flex flex-wrap items-center gap-2 px-2">
        <h1 className="me-auto text-xl font-semibold tracking-tight">{title}</h1>
        {aside}
        <div className="flex w-full gap-2 md:w-auto">
          <Select
            label="Which"
            hideLabel
            value={shown}
            onChange={(event) => setShown(event.target.value)}
            options={SHOWN}
            className="flex-1 md:w-24 md:flex-none"
          />
          <Select
            label="Order"
            hideLabel
            value={sort}
            onChange={(event) => setSort(event.target.value)}
            options={SORTS}
            className="flex-1 md:w-36 md:flex-none"
          />
          <Select
            label="Groups"
            hideLabel
            value={group}
            onChange={(event) => setGroup(event.target.value as Grouping)}
            options={showProject ? GROUPINGS : GROUPINGS.filter(({ value }) => value !== 'project')}
            className="flex-1 md:w-44 md:flex-none"
          />
        </div>
      </div>
      {told && <p className="mb-4 px-2 text-ink-2">{told}</p>}
      {above}
      <TaskList
        filter={{ ...filter, ...status, sort: groupedSort(group, sort) }}
        group={group}
        showProject={showProject}
        empty={<div className="px-2">{empty}</div>}
      />
    </div>
  )
}

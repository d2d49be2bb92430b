import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { waiting } from '@/api/outbox'
import { type TaskFilter, tasksQuery } from '@/api/queries'
import { useLocked } from '@/api/rights'
import type { Task } from '@/api/types'
import { useClock } from '@/app/clock'
import { askSnooze } from '@/screens/task/choices'
import { afterPaint } from '@/ui/painted'
import { Failure, Skeleton } from '@/ui/states'
import { calendarDay } from '@/words/dates'
import { type Grouping, headings, type Names, sameHeadings } from '@/words/groups'
import { BulkBar } from './bulk-bar'
import { useListCommands } from './list-commands'
import { useNames, whoDoes } from './names'
import { TaskRow } from './row'
import { meant, moved, NOTHING, toggled } from './selection'

const ROW = 40
const TOUCH_ROW = 48
const HEADING = 44

interface Props {
  filter: TaskFilter
  showProject?: boolean
  /** The filter's sort has to keep its groups in one piece. */
  group?: Grouping
  empty: ReactNode
}

/** A list of any length: only the rows in sight are there, and pages come as it is scrolled. */
export function TaskList({ filter, showProject, group = '', empty }: Props) {
  const query = useInfiniteQuery(tasksQuery(filter))
  const tasks = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  if (query.error && !query.data)
    return (
      <div className="px-2">
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    )
  if (!query.data)
    return (
      <div className="px-2">
        <Skeleton rows={8} />
      </div>
    )
  return (
    <>
      <Unsent />
      {tasks.length === 0 ? (
        empty
      ) : (
        <Rows
          tasks={tasks}
          showProject={showProject}
          group={group}
          more={query.hasNextPage && !query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </>
  )
}

interface RowsProps {
  tasks: Task[]
  showProject?: boolean
  group: Grouping
  more: boolean
  onMore: () => void
}

function Rows({ tasks, showProject, group, more, onMore }: RowsProps) {
  const [selection, setSelection] = useState(NOTHING)
  const [opening, setOpening] = useState<string | null>(null)
  const [editing, setEditing] = useState<string | null>(null)
  const navigate = useNavigate()
  const names = useNames(tasks, showProject)
  const locked = useLocked()
  const list = useRef<HTMLDivElement>(null)
  const height = useRowHeight()
  const above = useHeadings(tasks, group, names)
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => document.getElementById('content'),
    estimateSize: (index) => height + (above.has(index) ? HEADING : 0),
    scrollMargin: list.current?.offsetTop ?? 0,
    overscan: 6,
  })
  // Rows that were measured keep their height, unless they are told.
  // biome-ignore lint/correctness/useExhaustiveDependencies: where headings stand changes heights
  useEffect(() => rows.measure(), [above])
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= tasks.length - 30) onMore()
  }, [more, last, tasks.length, onMore])

  const open = useCallback(
    (task: Task) => {
      // The row answers at once; the panel, which makes all rows narrower, comes a moment later.
      setOpening(task.id)
      afterPaint(() => {
        setOpening(null)
        void navigate({ to: '.', search: (now) => ({ ...now, task: task.id }) })
      })
    },
    [navigate],
  )
  const choose = useCallback((task: Task) => setSelection((now) => toggled(now, task.id)), [])
  const snooze = useCallback((task: Task) => askSnooze([task]), [])
  const edited = useCallback(() => setEditing(null), [])
  const move = (by: number) => {
    const next = moved(selection, by, tasks.length)
    setSelection(next)
    rows.scrollToIndex(next.cursor)
  }
  useListCommands({
    tasks: () => meant(selection, tasks),
    under: () => tasks[selection.cursor],
    move,
    open,
    choose,
    edit: (task) => setEditing(task.id),
    clear: () => setSelection({ ...selection, chosen: new Set() }),
  })
  return (
    <div ref={list} className="@container">
      <ul aria-label="Tasks" className="relative" style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const task = tasks[item.index]
          if (!task) return null
          return (
            <li
              key={task.id}
              className="absolute inset-x-0 top-0"
              style={{
                height: item.size,
                transform: `translateY(${item.start - rows.options.scrollMargin}px)`,
              }}
            >
              {above.has(item.index) && (
                <h2 className="flex h-[44px] items-end px-3 pb-2 text-sm font-medium text-ink-3 md:px-2">
                  {above.get(item.index)}
                </h2>
              )}
              <div style={{ height }}>
                <TaskRow
                  task={task}
                  project={group === 'project' ? undefined : names.projects?.get(task.project_id)}
                  people={whoDoes(task, names)}
                  locked={locked.has(task.project_id)}
                  atCursor={item.index === selection.cursor}
                  chosen={selection.chosen.has(task.id) || opening === task.id}
                  editing={editing === task.id}
                  onOpen={open}
                  onChoose={choose}
                  onEdited={edited}
                  onSnooze={snooze}
                />
              </div>
            </li>
          )
        })}
      </ul>
      {selection.chosen.size > 0 && (
        <BulkBar tasks={meant(selection, tasks)} onClear={() => setSelection(NOTHING)} />
      )}
    </div>
  )
}

function useRowHeight(): number {
  const [narrow] = useState(() => matchMedia('(max-width: 767px)').matches)
  return narrow ? TOUCH_ROW : ROW
}

function useHeadings(tasks: Task[], group: Grouping, names: Names): Map<number, string> {
  const { now, zone } = useClock()
  // By the day, so that a passing minute moves nothing.
  const day = calendarDay(now, zone)
  const find = () => headings(tasks, group, { now, zone }, names)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the day stands for the moment
  const found = useMemo(find, [tasks, group, day, zone, names])
  const before = useRef(found)
  if (!sameHeadings(before.current, found)) before.current = found
  return before.current
}

/** Tasks that were added without a connection. */
function Unsent() {
  const added = waiting.use().filter((write) => write.path === '/api/v1/tasks/quick')
  if (added.length === 0) return null
  return (
    <ul aria-label="Not sent yet" className="mb-2">
      {added.map((write) => (
        <li key={write.key} className="flex h-10 items-center gap-3 px-2 text-ink-3">
          <span className="size-[18px] shrink-0 rounded-full border-[1.5px] border-line-strong border-dotted" />
          <span className="min-w-0 flex-1 truncate">{(write.body as { text: string }).text}</span>
          <span className="text-sm">not sent yet</span>
        </li>
      ))}
    </ul>
  )
}

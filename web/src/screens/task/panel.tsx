import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Trash2, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { projectsQuery, taskQuery } from '@/api/queries'
import { refused, useMayChange } from '@/api/rights'
import { toggleTimer } from '@/api/timing'
import type { Task } from '@/api/types'
import { changeTask, removeTask, toggleDone } from '@/api/writes'
import { useCommands } from '@/app/commands'
import { ConnectionLine } from '@/app/connection-line'
import { ShareLinks } from '@/screens/sharing/links'
import { Button, IconButton } from '@/ui/controls'
import { useNarrow } from '@/ui/narrow'
import { afterPaint, usePainted } from '@/ui/painted'
import { Failure, Skeleton } from '@/ui/states'
import { TaskCheck } from '@/ui/task-parts'
import { ONLY_LOOK } from '@/words/roles'
import { askAssignee, askPriority, askProject, askSnooze, askTag } from './choices'
import { Comments } from './comments'
import { Facts } from './facts'
import { Fields } from './fields'
import { Files } from './files'
import { History } from './history'
import { Part } from './part'
import { Relations } from './relations'
import { Reminders } from './reminders'
import { Subtasks } from './subtasks'
import { Time } from './time'

/** A task beside the screen it was opened from; it has an address of its own. */
export default function TaskPanel({ id }: { id: string }) {
  const { data: task, error, refetch } = useQuery(taskQuery(id))
  const navigate = useNavigate()
  const ref = useRef<HTMLElement>(null)
  // Gone from sight at once; the screen beside it takes its room a moment later.
  const close = () => {
    if (ref.current) ref.current.style.visibility = 'hidden'
    afterPaint(() => void navigate({ to: '.', search: (now) => ({ ...now, task: undefined }) }))
  }
  // There the panel lies over the line of the screen.
  const narrow = useNarrow()
  useEffect(() => ref.current?.focus(), [])
  useCommands([
    { id: 'close', title: 'Close the task', keys: 'Escape', group: 'This task', run: close },
  ])
  return (
    <aside
      ref={ref}
      tabIndex={-1}
      aria-label={task ? `Task: ${task.title}` : 'Task'}
      className="slide-in fixed inset-0 z-40 flex flex-col overflow-hidden bg-paper outline-none md:inset-y-0 md:start-auto md:end-0 md:w-[480px] md:border-s md:border-line md:shadow-float lg:static lg:w-[440px] lg:shrink-0 lg:shadow-none"
    >
      {narrow && <ConnectionLine />}
      {error && !task ? (
        <div className="px-6">
          <Failure error={error} retry={() => void refetch()} />
          <Button onClick={close}>Close</Button>
        </div>
      ) : task ? (
        <Opened task={task} close={close} />
      ) : (
        <div className="p-6">
          <Skeleton />
        </div>
      )}
    </aside>
  )
}

function Opened({ task, close }: { task: Task; close: () => void }) {
  useTaskCommands(task, close)
  const may = useMayChange(task.project_id)
  return (
    <>
      <Head task={task} may={may} close={close} />
      <div className="min-h-0 flex-1 overflow-y-auto px-6 pt-2 pb-10">
        {!may && <p className="mb-3 text-sm text-ink-2">{ONLY_LOOK}</p>}
        <div className="flex gap-3">
          <span className="pt-[9px]">
            <TaskCheck task={task} locked={!may} onToggle={() => void toggleDone(task)} />
          </span>
          {may ? <Title key={task.title} task={task} /> : <ReadTitle task={task} />}
        </div>
        {may ? <Fields task={task} /> : <Facts task={task} />}
        {may ? (
          <Description key={task.description} task={task} />
        ) : (
          <p className="mt-4 whitespace-pre-wrap break-words">{task.description}</p>
        )}
        <Further task={task} may={may} />
      </div>
    </>
  )
}

/** What lies below: there once the task itself is on the screen. */
function Further({ task, may }: { task: Task; may: boolean }) {
  const shown = usePainted()
  if (!shown) return null
  return (
    <>
      <Subtasks task={task} may={may} />
      <Relations task={task} may={may} />
      <Files task={task} may={may} />
      <Time task={task} may={may} />
      <Reminders task={task} />
      <Comments task={task} may={may} />
      {may && (
        <Part title="Links">
          <ShareLinks shared={{ kind: 'task', id: task.id }} />
        </Part>
      )}
      <History task={task} />
    </>
  )
}

function Head({ task, may, close }: { task: Task; may: boolean; close: () => void }) {
  const { data } = useQuery(projectsQuery)
  const project = data?.items.find((one) => one.id === task.project_id)
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 ps-6 pe-3">
      <p className="me-auto min-w-0 truncate text-sm text-ink-3">
        {project?.name} <span className="tabular-nums">{task.key}</span>
      </p>
      {may && (
        <IconButton label="Delete" onClick={() => remove(task, close)}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      )}
      <IconButton label="Close" onClick={close}>
        <X size={18} aria-hidden />
      </IconButton>
    </header>
  )
}

function remove(task: Task, close: () => void): void {
  if (refused([task])) return
  close()
  void removeTask(task)
}

function ReadTitle({ task }: { task: Task }) {
  return (
    <h2 className="min-w-0 py-1 text-xl font-semibold tracking-tight break-words">{task.title}</h2>
  )
}

function Title({ task }: { task: Task }) {
  const keep = (value: string) => {
    const title = value.replaceAll('\n', ' ').trim()
    if (title && title !== task.title) void changeTask(task, { title }, { done: 'Renamed' })
  }
  return (
    <textarea
      aria-label="Title"
      rows={1}
      defaultValue={task.title}
      onBlur={(event) => keep(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.preventDefault()
          event.currentTarget.blur()
        }
      }}
      className="field-sizing-content -mx-2 w-full resize-none rounded bg-transparent px-2 py-1 text-xl font-semibold tracking-tight hover:bg-hover focus:bg-hover"
    />
  )
}

function Description({ task }: { task: Task }) {
  const keep = (description: string) => {
    if (description !== task.description)
      void changeTask(task, { description }, { done: 'Description changed' })
  }
  return (
    <textarea
      aria-label="Description"
      defaultValue={task.description}
      placeholder="Add a description"
      onBlur={(event) => keep(event.target.value)}
      className="field-sizing-content -mx-2 mt-4 min-h-16 w-full resize-none rounded bg-transparent px-2 py-2 hover:bg-hover focus:bg-hover"
    />
  )
}

function useTaskCommands(task: Task, close: () => void): void {
  const group = 'This task'
  useCommands([
    { id: 'done', title: 'Done', keys: 'd', group, run: () => void toggleDone(task) },
    { id: 'start', title: 'Start or stop', keys: 's', group, run: () => void toggleTimer(task) },
    { id: 'snooze', title: 'Snooze', keys: 'z', group, run: () => askSnooze([task]) },
    { id: 'priority', title: 'Priority', keys: 'p', group, run: () => askPriority([task]) },
    { id: 'tags', title: 'Tags', keys: 'l', group, run: () => askTag([task]) },
    { id: 'assign', title: 'Assign', keys: 'a', group, run: () => void askAssignee([task]) },
    {
      id: 'move',
      title: 'Move to a project',
      keys: 'm',
      group,
      run: () => void askProject([task]),
    },
    {
      id: 'delete',
      title: 'Delete',
      keys: 'Delete',
      group,
      run: () => remove(task, close),
    },
  ])
}

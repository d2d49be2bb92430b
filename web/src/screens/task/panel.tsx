import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Trash2, X } from 'lucide-react'
import { startTransition, useEffect, useRef, useState } from 'react'
import { projectsQuery, taskQuery } from '@/api/queries'
import { toggleTimer } from '@/api/timing'
import type { Task } from '@/api/types'
import { changeTask, removeTask, toggleDone } from '@/api/writes'
import { useCommands } from '@/app/commands'
import { ConnectionLine } from '@/app/connection-line'
import { ShareLinks } from '@/screens/sharing/links'
import { Button, IconButton } from '@/ui/controls'
import { useNarrow } from '@/ui/narrow'
import { afterPaint } from '@/ui/painted'
import { Failure, Skeleton } from '@/ui/states'
import { TaskCheck } from '@/ui/task-parts'
import { askAssignee, askPriority, askProject, askSnooze, askTag } from './choices'
import { Comments } from './comments'
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
  return (
    <>
      <Head task={task} close={close} />
      <div className="min-h-0 flex-1 overflow-y-auto px-6 pt-2 pb-10">
        <div className="flex gap-3">
          <span className="pt-[9px]">
            <TaskCheck task={task} onToggle={() => void toggleDone(task)} />
          </span>
          <Title key={task.title} task={task} />
        </div>
        <Fields task={task} />
        <Description key={task.description} task={task} />
        <Further task={task} />
      </div>
    </>
  )
}

/** What lies below: there once the task itself is on the screen. */
function Further({ task }: { task: Task }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    let gone = false
    afterPaint(() => gone || startTransition(() => setShown(true)))
    return () => {
      gone = true
    }
  }, [])
  if (!shown) return null
  return (
    <>
      <Subtasks task={task} />
      <Relations task={task} />
      <Files task={task} />
      <Time task={task} />
      <Reminders task={task} />
      <Comments task={task} />
      <Part title="Links">
        <ShareLinks shared={{ kind: 'task', id: task.id }} />
      </Part>
      <History task={task} />
    </>
  )
}

function Head({ task, close }: { task: Task; close: () => void }) {
  const { data } = useQuery(projectsQuery)
  const project = data?.items.find((one) => one.id === task.project_id)
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 ps-6 pe-3">
      <p className="me-auto min-w-0 truncate text-sm text-ink-3">
        {project?.name} <span className="tabular-nums">{task.key}</span>
      </p>
      <IconButton
        label="Delete"
        onClick={() => {
          close()
          void removeTask(task)
        }}
      >
        <Trash2 size={16} aria-hidden />
      </IconButton>
      <IconButton label="Close" onClick={close}>
        <X size={18} aria-hidden />
      </IconButton>
    </header>
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
      run: () => {
        close()
        void removeTask(task)
      },
    },
  ])
}

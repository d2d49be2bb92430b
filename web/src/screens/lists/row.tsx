import { memo, useEffect, useRef, useState } from 'react'
import type { Task } from '@/api/types'
import { changeTask, toggleDone } from '@/api/writes'
import { cx } from '@/ui/controls'
import { Due, PriorityMark, TaskCheck } from '@/ui/task-parts'
import { minutesWords } from '@/words/tasks'
import { useSwipe } from './swipe'

interface Props {
  task: Task
  project?: string
  people?: string
  /** It may only be looked at. */
  locked: boolean
  atCursor: boolean
  chosen: boolean
  editing: boolean
  onOpen: (task: Task) => void
  onChoose: (task: Task) => void
  onEdited: () => void
  onSnooze: (task: Task) => void
}

type LineProps = Pick<Props, 'task' | 'project' | 'people' | 'onOpen'>

/** One task in one line. */
export const TaskRow = memo(function TaskRow(props: Props) {
  const { task, locked, atCursor, chosen, editing, onOpen, onChoose } = props
  const swipe = useSwipe(
    locked ? null : { right: () => void toggleDone(task), left: () => props.onSnooze(task) },
  )
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the title inside is the button for the keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: the same
    <div
      {...swipe}
      onClick={(event) => (event.shiftKey || event.metaKey ? onChoose(task) : onOpen(task))}
      className={cx(
        'group relative flex h-full touch-pan-y items-center gap-3 rounded px-3 md:px-2',
        chosen ? 'bg-accent-soft' : atCursor ? 'bg-hover' : 'hover:bg-hover',
        atCursor && 'shadow-[inset_2px_0_0_var(--accent)]',
      )}
    >
      <TaskCheck task={task} locked={locked} onToggle={() => void toggleDone(task)} />
      {editing ? (
        <TitleField task={task} onEdited={props.onEdited} />
      ) : (
        <Line task={task} project={props.project} people={props.people} onOpen={onOpen} />
      )}
    </div>
  )
})

function Line({ task, project, people, onOpen }: LineProps) {
  return (
    <>
      <button
        type="button"
        onClick={(event) => {
          event.stopPropagation()
          onOpen(task)
        }}
        className={cx(
          'min-w-0 truncate py-1 text-start',
          task.completed && 'text-ink-3 line-through',
          task.blocked && !task.completed && 'text-ink-2',
        )}
      >
        {task.title}
      </button>
      <span className="hidden min-w-0 shrink truncate text-xs text-ink-3 @2xl:inline">
        {[...task.tags, ...task.context].slice(0, 3).join('  ')}
      </span>
      <span className="ms-auto flex shrink-0 items-center gap-4 text-sm text-ink-3 tabular-nums">
        {task.blocked && !task.completed && <span className="hidden @md:inline">waits</span>}
        {people && <span className="hidden max-w-[120px] truncate @xl:inline">{people}</span>}
        {project && <span className="hidden max-w-[160px] truncate @2xl:inline">{project}</span>}
        {task.estimated_duration && (
          <span className="hidden @md:inline">{minutesWords(task.estimated_duration)}</span>
        )}
        <Due task={task} />
        <PriorityMark priority={task.priority} />
      </span>
    </>
  )
}

function TitleField({ task, onEdited }: { task: Task; onEdited: () => void }) {
  const [title, setTitle] = useState(task.title)
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => ref.current?.select(), [])
  const keep = () => {
    const words = title.trim()
    if (words && words !== task.title) void changeTask(task, { title: words }, { done: 'Renamed' })
    onEdited()
  }
  return (
    <input
      ref={ref}
      aria-label="Title"
      value={title}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={keep}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') onEdited()
      }}
      className="min-w-0 flex-1 bg-transparent outline-none"
    />
  )
}

import { Check } from 'lucide-react'
import { useState } from 'react'
import { sayLocked } from '@/api/rights'
import type { Priority, Task } from '@/api/types'
import { useClock } from '@/app/clock'
import { isPast, momentWords } from '@/words/dates'
import { ONLY_LOOK } from '@/words/roles'
import { PRIORITY_WORDS } from '@/words/tasks'
import { cx } from './controls'
import { afterPaint } from './painted'

const HEIGHTS: Record<Priority, number> = { low: 1, medium: 2, high: 3, urgent: 3 }

/** Height, and for urgent a mark of its own: never colour alone. */
export function PriorityMark({ priority, size = 16 }: { priority: Priority; size?: number }) {
  const label = `${PRIORITY_WORDS[priority]} priority`
  if (priority === 'urgent')
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        role="img"
        aria-label={label}
        className="shrink-0 text-danger"
      >
        <rect x="1" y="1" width="14" height="14" rx="4" fill="currentColor" />
        <path d="M8 4v5M8 11.5v.5" stroke="var(--paper)" strokeWidth="2" strokeLinecap="round" />
      </svg>
    )
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role="img"
      aria-label={label}
      className="shrink-0 text-ink-2"
    >
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          x={2 + bar * 4.5}
          y={10 - bar * 3.5}
          width="3"
          height={4 + bar * 3.5}
          rx="1"
          fill="currentColor"
          opacity={bar < HEIGHTS[priority] ? 1 : 0.25}
        />
      ))}
    </svg>
  )
}

type Circle = 'done' | 'started' | 'waits'
const OPEN: Record<Circle, string> = {
  done: 'border-accent bg-accent text-accent-ink',
  started: 'border-accent border-dashed text-transparent group-hover:text-accent',
  waits: 'border-line-strong text-transparent group-hover:border-accent group-hover:text-accent',
}
const LOCKED: Record<Circle, string> = {
  done: 'border-transparent bg-hover text-ink-3',
  started: 'border-line-strong border-dashed bg-hover text-transparent',
  waits: 'border-line bg-hover text-transparent',
}

interface CheckProps {
  task: Pick<Task, 'title' | 'completed' | 'status'>
  /** It shows how the task is, and says why it cannot be ticked. */
  locked?: boolean
  onToggle: () => void
}

export function TaskCheck({ task, locked, onToggle }: CheckProps) {
  const [ticking, setTicking] = useState(false)
  const completed = ticking ? !task.completed : task.completed
  const started = task.status === 'in_progress' || task.status === 'in_review'
  const circle = completed ? 'done' : started ? 'started' : 'waits'
  const tick = () => {
    if (ticking) return
    if (locked) return sayLocked()
    // The mark answers at once; what shows the task elsewhere may be lists of thousands.
    setTicking(true)
    afterPaint(() => {
      onToggle()
      // What follows the cache is told of the change in a task of its own, which comes first.
      setTimeout(() => setTicking(false))
    })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a real checkbox cannot look like this one
    <button
      type="button"
      role="checkbox"
      aria-checked={completed}
      aria-disabled={locked}
      title={locked ? ONLY_LOOK : undefined}
      aria-label={`Done: ${task.title}`}
      onClick={(event) => {
        event.stopPropagation()
        tick()
      }}
      className={cx(
        'group -m-2 inline-flex size-9 shrink-0 items-center justify-center',
        locked && 'cursor-default',
      )}
    >
      <span
        className={cx(
          'flex size-[18px] items-center justify-center rounded-full border-[1.5px] transition-colors',
          (locked ? LOCKED : OPEN)[circle],
        )}
      >
        <Check size={12} strokeWidth={3} aria-hidden />
      </span>
    </button>
  )
}

/** The deadline in words; when it is past it says so in words as well. */
export function Due({ task }: { task: Pick<Task, 'due_at' | 'completed'> }) {
  const clock = useClock()
  if (!task.due_at) return null
  const late = !task.completed && isPast(task.due_at, clock.now)
  const words = momentWords(task.due_at, clock)
  return (
    <time
      dateTime={task.due_at}
      className={cx('whitespace-nowrap', late && 'font-medium text-danger')}
    >
      {late ? `late, ${words}` : words}
    </time>
  )
}

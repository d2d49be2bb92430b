import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Plan, Unplaced } from '@/api/types'
import { useClock } from '@/app/clock'
import { IconButton } from '@/ui/controls'
import { type Clock, momentWords } from '@/words/dates'
import type { Move } from '@/words/plan'
import { countWords, minutesWords } from '@/words/tasks'
import { type Outcome, outcome } from './planning'
import { Risks } from './risks'

interface Props {
  plan: Plan
  onPin: (task: Unplaced) => void
}

/** What the plan could not do: what has no room, and which deadlines break. */
export function Tray({ plan, onPin }: Props) {
  const change = outcome.use()
  const broken = plan.deadlines.filter(
    (one) => !plan.unplaced.some((other) => other.task_id === one.task_id),
  )
  return (
    <div className="flex flex-col gap-6">
      {change && <Changed change={change} />}
      {plan.unplaced.length > 0 && (
        <Part title={`Will not fit, ${countWords(plan.unplaced.length, 'task')}`}>
          {plan.unplaced.map((task) => (
            <TrayRow key={task.task_id} task={task} onPin={() => onPin(task)} />
          ))}
        </Part>
      )}
      <Risks />
      {broken.length > 0 && (
        <Part title={`Will be late, ${countWords(broken.length, 'task')}`}>
          {broken.slice(0, MOST).map((one) => (
            <li key={one.task_id} className="border-b border-line py-2 last:border-0">
              <span className="block font-medium">{one.title}</span>
              <span className="text-sm text-danger">{lateWords(one.late_minutes)}</span>
            </li>
          ))}
          {broken.length > MOST && (
            <li className="py-2 text-sm text-ink-3">
              and {countWords(broken.length - MOST, 'more task')}
            </li>
          )}
        </Part>
      )}
      {plan.alternatives.length > 0 && (
        <Part title="Instead">
          {plan.alternatives.slice(0, 3).map((one) => (
            <li key={one.task_id} className="border-b border-line py-2 text-ink-2 last:border-0">
              {one.text}
            </li>
          ))}
        </Part>
      )}
      {plan.unplaced.length + broken.length === 0 && (
        <p className="text-ink-2">Everything fits, and every deadline is kept.</p>
      )}
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1 text-sm font-medium text-ink-3">{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

const lateWords = (minutes: number) => `late by ${minutesWords(minutes)} of work`

function TrayRow({ task, onPin }: { task: Unplaced; onPin: () => void }) {
  const ref = useRef<HTMLButtonElement>(null)
  const clock = useClock()
  const { task_id, title, missing_minutes } = task
  useEffect(() => {
    const element = ref.current
    if (!element) return
    return draggable({
      element,
      getInitialData: () => ({ planned: task_id, title, minutes: missing_minutes }),
    })
  }, [task_id, title, missing_minutes])
  return (
    <li className="border-b border-line last:border-0">
      <button
        ref={ref}
        type="button"
        data-block={task_id}
        onClick={onPin}
        className="-mx-2 block w-[calc(100%+16px)] rounded px-2 py-2 text-start hover:bg-hover"
      >
        <span className="block font-medium">{title}</span>
        <span className="block text-sm text-ink-2">
          {task.reason === 'waits'
            ? 'waits for somebody else'
            : `${minutesWords(missing_minutes)} missing`}
        </span>
        {task.breaks && (
          <span className="block text-sm text-danger">
            due {momentWords(task.breaks.due_at, clock)}, {lateWords(task.breaks.late_minutes)}
          </span>
        )}
      </button>
    </li>
  )
}

const MOST = 6

function Changed({ change }: { change: Outcome }) {
  const clock = useClock()
  const { moved, plan } = change
  return (
    <section role="status" className="rounded border border-line bg-ground p-3">
      <div className="flex items-start justify-between gap-2">
        <h2 className="pt-0.5 font-medium">
          {moved.length === 0 ? 'Nothing moved' : `${countWords(moved.length, 'task')} moved`}
        </h2>
        <IconButton label="Dismiss" className="-mt-2 -me-2" onClick={() => outcome.set(null)}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <ul className="text-sm">
        {moved.slice(0, MOST).map((move) => (
          <li key={move.task_id} className="py-1">
            <span className="block truncate">{move.title}</span>
            <span className="text-xs text-ink-2">{moveWords(move, clock)}</span>
          </li>
        ))}
      </ul>
      {moved.length > MOST && (
        <p className="text-xs text-ink-2">and {countWords(moved.length - MOST, 'more task')}</p>
      )}
      <p className="mt-1 text-xs text-ink-3">{whyWords(plan, moved.length)}</p>
    </section>
  )
}

export function moveWords({ from, to }: Move, clock: Clock): string {
  if (!to) return `${from ? momentWords(from, clock) : ''}, now without a place`
  if (!from) return `now ${momentWords(to, clock)}`
  return `${momentWords(from, clock)} to ${momentWords(to, clock)}`
}

/** Why the plan is as it is now: what the old order would have cost, and what this one does. */
export function whyWords(plan: Plan, moved: number): string {
  const measured = plan.replan
  if (!measured || moved === 0) return 'The order is still the cheapest that was found.'
  const { cost_before, cost_after } = measured
  if (cost_before > cost_after)
    return `In the old order more would be late: ${round(cost_before)} against ${round(cost_after)} (weight times minutes).`
  return 'Times shifted; the order stayed, since no other one is cheaper by more than 1 %.'
}

const round = (cost: number) => Math.round(cost).toLocaleString('en')

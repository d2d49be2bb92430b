import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { categoriesQuery, goalsQuery, membersQuery } from '@/api/queries'
import type { Energy, Priority, Status, Task, TaskPatch } from '@/api/types'
import { changeTask } from '@/api/writes'
import { useClock } from '@/app/clock'
import { fromLocalInput, toLocalInput } from '@/words/dates'
import { ENERGIES, PRIORITIES, PRIORITY_WORDS, STATUS_WORDS, STATUSES } from '@/words/tasks'
import { askAssignee, askTag } from './choices'
import { Derived } from './derived'

const VALUE =
  'h-8 w-full min-w-0 rounded border border-transparent bg-transparent px-2 text-base hover:bg-hover focus:bg-hover'

/** What is known about a task; each value is changed where it stands. */
export function Fields({ task }: { task: Task }) {
  const { zone } = useClock()
  const change = (patch: TaskPatch) => void changeTask(task, patch, { done: 'Changed' })
  return (
    <dl className="mt-4 grid grid-cols-[104px_minmax(0,1fr)] items-center gap-y-1">
      <Field name="Status">
        <Pick
          label="Status"
          value={task.status}
          options={STATUSES.map((value) => [value, STATUS_WORDS[value]])}
          onPick={(status) => change({ status: status as Status })}
        />
      </Field>
      <Field name="Priority">
        <Pick
          label="Priority"
          value={task.priority}
          options={PRIORITIES.map((value) => [value, PRIORITY_WORDS[value]])}
          onPick={(priority) => change({ priority: priority as Priority })}
        />
        <Derived task={task} field="priority" />
      </Field>
      <Field name="Category">
        <CategoryPick task={task} onPick={(category) => change({ category })} />
        <Derived task={task} field="category" />
      </Field>
      <Field name="Due">
        <Moment
          label="Due"
          value={task.due_at}
          zone={zone}
          onPick={(due_at) => change({ due_at })}
        />
      </Field>
      <Field name="Not before">
        <Moment
          label="Not before"
          value={task.start_at}
          zone={zone}
          onPick={(start_at) => change({ start_at })}
        />
      </Field>
      <Field name="Takes">
        <Minutes task={task} onPick={(estimated_duration) => change({ estimated_duration })} />
        <Derived task={task} field="estimated_duration" />
      </Field>
      <Field name="Energy">
        <Pick
          label="Energy"
          value={task.energy ?? ''}
          options={[
            ['', 'Any'],
            ...ENERGIES.map((value): [string, string] => [value, capital(value)]),
          ]}
          onPick={(energy) => change({ energy: (energy || null) as Energy | null })}
        />
      </Field>
      <Field name="Goal">
        <GoalPick task={task} onPick={(goal_id) => change({ goal_id })} />
      </Field>
      <Field name="Tags">
        <button
          type="button"
          className={`${VALUE} truncate text-start`}
          onClick={() => askTag([task])}
        >
          {[...task.tags, ...task.context].join(', ') || <span className="text-ink-3">None</span>}
        </button>
      </Field>
      <Field name="Assigned to">
        <Assignees task={task} />
      </Field>
      {task.recurrence && (
        <Field name="Repeats">
          <span className="px-2">{repeatWords(task)}</span>
        </Field>
      )}
    </dl>
  )
}

/** Who has it, in words. */
export function useAssignees(task: Task): string {
  const { data } = useQuery(membersQuery(task.workspace_id))
  const names = task.assignee_ids.map((id) => {
    const member = data?.items.find(({ user_id }) => user_id === id)
    return member?.username ?? member?.email ?? (data ? 'somebody who left' : '')
  })
  return names.filter(Boolean).join(', ')
}

function Assignees({ task }: { task: Task }) {
  const names = useAssignees(task)
  return (
    <button
      type="button"
      className={`${VALUE} truncate text-start`}
      onClick={() => void askAssignee([task])}
    >
      {names || <span className="text-ink-3">Nobody</span>}
    </button>
  )
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const EVERY: Record<string, string> = {
  DAILY: 'Every day',
  WEEKLY: 'Every week',
  MONTHLY: 'Every month',
  YEARLY: 'Every year',
}

export function repeatWords(task: Task): string {
  const rule = task.recurrence?.rrule ?? ''
  const frequency = /FREQ=(\w+)/.exec(rule)?.[1] ?? ''
  return /INTERVAL|BY/.test(rule) ? rule : (EVERY[frequency] ?? rule)
}

export function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

interface PickProps {
  label: string
  value: string
  options: [string, string][]
  onPick: (value: string) => void
}

function Pick({ label, value, options, onPick }: PickProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onPick(event.target.value)}
      className={`${VALUE} ps-1`}
    >
      {options.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  )
}

interface MomentProps {
  label: string
  value: string | null
  zone: string
  onPick: (moment: string | null) => void
}

function Moment({ label, value, zone, onPick }: MomentProps) {
  const shown = toLocalInput(value, zone)
  const keep = (typed: string) => {
    if (typed !== shown) onPick(fromLocalInput(typed, zone))
  }
  return (
    <input
      key={shown}
      type="datetime-local"
      aria-label={label}
      defaultValue={shown}
      onBlur={(event) => keep(event.target.value)}
      className={`${VALUE} ${shown ? '' : 'text-ink-3'}`}
    />
  )
}

function Minutes({ task, onPick }: { task: Task; onPick: (minutes: number | null) => void }) {
  const shown = task.estimated_duration?.toString() ?? ''
  const keep = (typed: string) => {
    if (typed !== shown) onPick(typed === '' ? null : Math.max(1, Math.round(Number(typed))))
  }
  return (
    <span className="flex items-center">
      <input
        key={shown}
        type="number"
        min={1}
        aria-label="Minutes"
        defaultValue={shown}
        placeholder="Not estimated"
        onBlur={(event) => keep(event.target.value)}
        className={`${VALUE} max-w-[132px]`}
      />
      {shown && <span className="-ms-14 text-ink-3">min</span>}
    </span>
  )
}

function CategoryPick({ task, onPick }: { task: Task; onPick: (category: string) => void }) {
  const { data } = useQuery(categoriesQuery(task.workspace_id))
  const known = data?.items.map(({ name }) => name) ?? []
  const names = known.includes(task.category) ? known : [task.category, ...known]
  return (
    <Pick
      label="Category"
      value={task.category}
      options={names.map((name): [string, string] => [name, capital(name)])}
      onPick={onPick}
    />
  )
}

function GoalPick({ task, onPick }: { task: Task; onPick: (id: string | null) => void }) {
  const { data } = useQuery(goalsQuery)
  const fitting = data?.items.filter(
    (goal) =>
      goal.id === task.goal_id ||
      (goal.status === 'open' && goal.workspace_id === task.workspace_id),
  )
  return (
    <Pick
      label="Goal"
      value={task.goal_id ?? ''}
      options={[
        ['', 'None'],
        ...(fitting ?? []).map((goal): [string, string] => [goal.id, goal.title]),
      ]}
      onPick={(id) => onPick(id || null)}
    />
  )
}

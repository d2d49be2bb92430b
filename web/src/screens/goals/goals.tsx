import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { goalsQuery, projectsQuery, workspacesQuery } from '@/api/queries'
import type { Goal } from '@/api/types'
import { useClock } from '@/app/clock'
import { useCommands } from '@/app/commands'
import { TaskList } from '@/screens/lists/task-list'
import { act } from '@/ui/acting'
import { Button, cx } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { forecastWords, outlookWords, targetWords } from '@/words/goals'
import { isAtLeast } from '@/words/roles'
import { minutesWords } from '@/words/tasks'
import { GoalForm } from './goal-form'

// The plots come when a goal is opened.
const BurnUp = lazy(() => import('./burn-up').then((part) => ({ default: part.BurnUp })))

export function GoalsScreen() {
  const { data, error, refetch } = useQuery(goalsQuery)
  const [making, setMaking] = useState(false)
  useCommands([{ id: 'new-goal', title: 'New goal', group: 'Goals', run: () => setMaking(true) }])
  const goals = data?.items ?? []
  return (
    <div className="mx-auto w-full max-w-[800px] px-5 py-6 md:px-10 md:py-10">
      <header className="mb-6 flex items-center justify-between">
        <h1 className="text-xl font-semibold tracking-tight">Goals</h1>
        <Button onClick={() => setMaking(true)}>
          <Plus size={16} aria-hidden /> New goal
        </Button>
      </header>
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data && goals.length === 0 && (
        <Empty
          title="What is it all for?"
          action={
            <Button look="primary" onClick={() => setMaking(true)}>
              Set a goal
            </Button>
          }
        >
          Tasks that serve a goal count more in what comes next, and the goal says when it will be
          reached.
        </Empty>
      )}
      <ul>
        {inOrder(goals).map(({ goal, depth }) => (
          <li key={goal.id} style={{ marginInlineStart: depth * 24 }}>
            <GoalRow goal={goal} />
          </li>
        ))}
      </ul>
      {making && <GoalForm onClose={() => setMaking(false)} />}
    </div>
  )
}

interface Placed {
  goal: Goal
  depth: number
}

/** Each goal with those below it. */
export function inOrder(goals: Goal[]): Placed[] {
  const known = new Set(goals.map((goal) => goal.id))
  const below = (parent: string | null, depth: number): Placed[] =>
    goals
      .filter((goal) => (known.has(goal.parent_id ?? '') ? goal.parent_id : null) === parent)
      .flatMap((goal) => [{ goal, depth }, ...below(goal.id, depth + 1)])
  return below(null, 0)
}

const TONES: Record<string, string> = {
  on_track: 'text-good',
  at_risk: 'text-warn',
  late: 'text-danger',
}

function GoalRow({ goal }: { goal: Goal }) {
  const clock = useClock()
  const [open, setOpen] = useState(false)
  const closed = goal.status !== 'open'
  return (
    <article className="border-b border-line py-4">
      <div className="flex items-baseline gap-3">
        <h2 className="min-w-0 font-semibold">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className={cx('text-start hover:text-accent', closed && 'text-ink-3')}
          >
            {goal.title}
          </button>
        </h2>
        <span className={cx('text-sm font-medium', TONES[goal.outlook ?? ''])}>
          {closed ? (goal.status === 'completed' ? 'Reached' : 'Given up') : outlookWords(goal)}
        </span>
        <span className="ms-auto shrink-0 text-sm text-ink-3">{targetWords(goal, clock)}</span>
      </div>
      <Progress goal={goal} />
      <p className="mt-2 text-sm text-ink-2">{forecastWords(goal, clock)}</p>
      {open && <Tasks goal={goal} />}
    </article>
  )
}

function Progress({ goal }: { goal: Goal }) {
  const { ratio, done_count, task_count, total_minutes, done_minutes } = goal.progress
  const share = Math.round((ratio ?? 0) * 100)
  return (
    <div className="mt-3 flex items-center gap-3">
      <div
        role="progressbar"
        aria-label={`Progress of ${goal.title}`}
        aria-valuenow={share}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 flex-1 overflow-hidden rounded-full bg-hover"
      >
        <div className="h-full rounded-full bg-accent" style={{ width: `${share}%` }} />
      </div>
      <span className="shrink-0 text-xs text-ink-3 tabular-nums">
        {done_count} of {task_count} tasks
        {total_minutes > 0 && `, ${minutesWords(total_minutes - done_minutes)} left`}
      </span>
    </div>
  )
}

function Tasks({ goal }: { goal: Goal }) {
  const filter = { goal_id: goal.id, status: ['open' as const], sort: '-priority,due_at' }
  return (
    <div className="mt-4">
      {goal.description && <p className="mb-3 text-ink-2">{goal.description}</p>}
      <Actions goal={goal} />
      <Suspense fallback={<Skeleton rows={3} />}>
        <BurnUp goal={goal} />
      </Suspense>
      <h3 className="mb-1 text-sm font-medium text-ink-3">What matters most for it</h3>
      <TaskList
        filter={filter}
        empty={<p className="py-2 text-ink-3">No open task serves it.</p>}
      />
    </div>
  )
}

/** Changed, closed and opened again; nothing of it touches the tasks. */
function Actions({ goal }: { goal: Goal }) {
  const [editing, setEditing] = useState(false)
  const params = {
    path: { goal_id: goal.id },
    header: { 'if-match': `"${goal.version}"` },
  }
  const become = (status: Goal['status'], done: string) => {
    const work = () => unwrap(api.PATCH('/api/v1/goals/{goal_id}', { params, body: { status } }))
    void act(work, done, 'goals')
  }
  const drop = () => unwrap(api.DELETE('/api/v1/goals/{goal_id}', { params }))
  const restore = () =>
    unwrap(api.POST('/api/v1/goals/{goal_id}/restore', { params: { path: { goal_id: goal.id } } }))
  const remove = async () => {
    const undo = () => void act(restore, `Back: ${goal.title}`, 'goals')
    await act(drop, `In the trash: ${goal.title}`, 'goals', undo)
  }
  const { data: workspaces } = useQuery(workspacesQuery)
  const { data: projects } = useQuery(projectsQuery)
  const places = goal.project_id ? projects?.items : workspaces?.items
  const role = places?.find(({ id }) => id === (goal.project_id ?? goal.workspace_id))?.role
  if (!isAtLeast(role, 'member'))
    return <p className="mb-3 text-sm text-ink-3">You may look at it, and not change it.</p>
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <Button onClick={() => setEditing(true)}>Change</Button>
      {goal.status === 'open' ? (
        <>
          <Button onClick={() => become('completed', `Reached: ${goal.title}`)}>Reached</Button>
          <Button look="quiet" onClick={() => become('abandoned', `Given up: ${goal.title}`)}>
            Give up
          </Button>
        </>
      ) : (
        <Button onClick={() => become('open', `Open again: ${goal.title}`)}>Open again</Button>
      )}
      {isAtLeast(role, 'manager') && (
        <Button look="quiet" onClick={() => void remove()}>
          Delete
        </Button>
      )}
      {editing && <GoalForm goal={goal} onClose={() => setEditing(false)} />}
    </div>
  )
}

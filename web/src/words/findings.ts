import type { components } from '@/api/schema'
import type { Goal, Stats, Task } from '@/api/types'
import { percentWords, secondsWords } from './durations'
import { countWords } from './tasks'

type Point = Stats['throughput']['items'][number]

/** What the plot shows, as its title. */
export function throughputFinding(points: Point[]): string {
  const made = points.reduce((sum, point) => sum + point.created, 0)
  const done = points.reduce((sum, point) => sum + point.completed, 0)
  if (made + done === 0) return 'Nothing was added or finished'
  if (made > done)
    return `${countWords(made - done, 'more task')} came in than ${made - done === 1 ? 'was' : 'were'} finished`
  if (done > made)
    return `${countWords(done - made, 'more task')} ${done - made === 1 ? 'was' : 'were'} finished than came in`
  return 'As much was finished as came in'
}

export interface Flow {
  start: string
  created: number
  completed: number
}

/** Sums up to each day; the distance between the two lines is what is open. */
export function cumulated(points: Point[]): Flow[] {
  let created = 0
  let completed = 0
  return points.map((point) => {
    created += point.created
    completed += point.completed
    return { start: point.start, created, completed }
  })
}

export function priorityFinding(counts: Record<string, number>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (total === 0) return 'No tasks yet'
  const loud = (counts.urgent ?? 0) + (counts.high ?? 0)
  return `${Math.round((loud / total) * 100)} % of all tasks are high or urgent`
}

export function statesFinding({ completion_rate, total }: Stats): string {
  if (total === 0) return 'Nothing was added in this time'
  if (completion_rate === null) return 'All that was added is cancelled'
  return `${percentWords(completion_rate)} of what was added in this time is finished`
}

export function timesFinding({ lead_time }: Stats): string {
  const { median_seconds, p85_seconds } = lead_time
  if (median_seconds === null) return 'Nothing was finished in this time'
  return `Half of what was finished took at most ${secondsWords(median_seconds)}, most of it ${secondsWords(p85_seconds)}`
}

export interface Taken {
  title: string
  estimated: number
  actual: number
}

/** Finished tasks of which both is known. */
export function taken(tasks: Task[]): Taken[] {
  return tasks.flatMap(({ title, estimated_duration, actual_minutes }) =>
    estimated_duration && actual_minutes
      ? [{ title, estimated: estimated_duration, actual: actual_minutes }]
      : [],
  )
}

export function estimatesFinding(points: Taken[]): string {
  if (points.length === 0) return 'No finished task has both an estimate and tracked time'
  const ratios = points.map(({ estimated, actual }) => actual / estimated).sort((a, b) => a - b)
  const middle = ratios[Math.floor(ratios.length / 2)] ?? 1
  if (middle > 0.9 && middle < 1.1) return 'Half of the tasks take as long as estimated'
  return middle < 1
    ? `Half of the tasks take at most ${Math.round(middle * 100)} % of their estimate`
    : `Half of the tasks take at least ${middle.toFixed(1)} times their estimate`
}

type Kept = components['schemas']['Kept']

export function summed(all: Kept[]): Required<Omit<Kept, 'met_share'>> {
  const sum = { met: 0, breached: 0, late: 0, open: 0, warning: 0 }
  for (const one of all)
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += one[key] ?? 0
  return sum
}

export function promisesFinding(parts: Pick<Kept, 'met' | 'breached' | 'open'>[]): string {
  const { met, breached, open } = summed(parts)
  if (met + breached + open === 0) return 'Nothing was promised'
  if (met + breached === 0) return `${countWords(open, 'promise')} open, none decided yet`
  return `${percentWords(met / (met + breached))} of the promises that are decided were kept`
}

type Backtest = components['schemas']['Backtest']

export function acceptanceFinding({ picks, used_where_better }: Backtest): string {
  if (picks === 0) return 'You have not chosen among proposals yet'
  return `You took the first proposal in ${percentWords(used_where_better.first)} of ${countWords(picks, 'choice')}`
}

export interface Burn {
  day: number
  scope: number
  done: number
}

const DAY = 86_400_000
const dayOf = (moment: string) => Math.floor(Date.parse(moment) / DAY) * DAY

/** For each day on which something changed: how many tasks serve it by then, and how many are done. */
export function burnUp(tasks: Pick<Task, 'created_at' | 'completed_at'>[], now: Date): Burn[] {
  const steps = new Map<number, { added: number; done: number }>()
  const step = (moment: string) => {
    const found = steps.get(dayOf(moment)) ?? { added: 0, done: 0 }
    steps.set(dayOf(moment), found)
    return found
  }
  for (const { created_at, completed_at } of tasks) {
    // An imported task can be older than the day on which it came in.
    const begun = completed_at && completed_at < created_at ? completed_at : created_at
    step(begun).added += 1
    if (completed_at) step(completed_at).done += 1
  }
  if (steps.size > 0) step(now.toISOString())
  let scope = 0
  let done = 0
  return [...steps.entries()]
    .sort(([a], [b]) => a - b)
    .map(([day, { added, done: finished }]) => {
      scope += added
      done += finished
      return { day, scope, done }
    })
}

/** The days that a forecast and a target name, in the order in which they come. */
export function milestones(goal: Goal): { day: number; name: string }[] {
  const named: [string | null | undefined, string][] = [
    [goal.forecast.likely, 'likely'],
    [goal.forecast.latest, 'latest'],
    [goal.target_date, 'target'],
  ]
  return named
    .flatMap(([day, name]) => (day ? [{ day: Date.parse(`${day}T00:00:00Z`), name }] : []))
    .sort((a, b) => a.day - b.day)
}

export function burnUpFinding(points: Burn[]): string {
  const last = points.at(-1)
  if (!last) return 'No task serves it yet'
  const left = last.scope - last.done
  if (left === 0)
    return last.scope === 1 ? 'The 1 task is done' : `All ${last.scope} tasks are done`
  const first = points[0]
  const grown = first ? last.scope - first.scope : 0
  const more =
    grown > last.done ? 'more was added than was done' : `${last.done} of ${last.scope} done`
  return `${countWords(left, 'task')} left, ${more}`
}

/** Rows under headings. The server sorts by what they are grouped by, so groups are whole. Pure. */
import type { Task } from '@/api/types'
import { type Clock, daysAway } from './dates'
import { PRIORITY_WORDS, STATUS_WORDS } from './tasks'

export type Grouping = '' | 'due' | 'priority' | 'status' | 'project' | 'assignee'

export const GROUPINGS: { value: Grouping; label: string }[] = [
  { value: '', label: 'No groups' },
  { value: 'due', label: 'Per deadline' },
  { value: 'priority', label: 'Per priority' },
  { value: 'status', label: 'Per state' },
  { value: 'project', label: 'Per project' },
  { value: 'assignee', label: 'Per person' },
]

/** Who and what the ids of tasks stand for, as far as it is known. */
export interface Names {
  projects?: Map<string, string>
  people?: Map<string, string>
}

const FIRST: Record<Grouping, string> = {
  '': '',
  due: 'due_at',
  priority: '-priority',
  status: 'status',
  project: 'project_id',
  assignee: 'assignee_id',
}

const bare = (field: string) => field.replace(/^-/, '')

/** What the server is to sort by, so that each group is in one piece. */
export function groupedSort(by: Grouping, sort: string): string {
  const first = FIRST[by]
  if (!first) return sort
  return [first, ...sort.split(',').filter((field) => bare(field) !== bare(first))].join(',')
}

/** Days alone decide, so that done and open ones of a day stand together. */
function dueGroup(due_at: string | null, clock: Clock): string {
  if (!due_at) return 'No deadline'
  const days = daysAway(due_at, clock)
  if (days < 0) return 'Before today'
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  return days < 7 ? 'In the next seven days' : 'Later'
}

type Grouped = Pick<Task, 'due_at' | 'priority' | 'status' | 'project_id' | 'assignee_ids'>

/** Of several people the first to have come, as the server sorts. */
const firstOf = (ids: string[]) => ids.toSorted()[0] ?? ''

/** Two projects of one name are two groups. */
function keyOf(task: Grouped, by: Grouping, clock: Clock): string {
  if (by === 'due') return dueGroup(task.due_at, clock)
  if (by === 'project') return task.project_id
  if (by === 'assignee') return firstOf(task.assignee_ids) || 'nobody'
  return by === 'priority' ? task.priority : task.status
}

function headingOf(task: Grouped, by: Grouping, clock: Clock, names: Names): string {
  if (by === 'due') return dueGroup(task.due_at, clock)
  if (by === 'priority') return PRIORITY_WORDS[task.priority]
  if (by === 'status') return STATUS_WORDS[task.status]
  if (by === 'project') return names.projects?.get(task.project_id) ?? 'Another project'
  if (task.assignee_ids.length === 0) return 'Nobody'
  return names.people?.get(firstOf(task.assignee_ids)) ?? 'Somebody who left'
}

/** The heading above each row with which a group begins. */
export function headings(
  tasks: Grouped[],
  by: Grouping,
  clock: Clock,
  names: Names = {},
): Map<number, string> {
  const found = new Map<number, string>()
  if (!by) return found
  let before = ''
  tasks.forEach((task, index) => {
    const key = keyOf(task, by, clock)
    if (key !== before) found.set(index, headingOf(task, by, clock, names))
    before = key
  })
  return found
}

/** Whether the same rows have the same headings: then no row has to be measured again. */
export function sameHeadings(one: Map<number, string>, other: Map<number, string>): boolean {
  return one.size === other.size && [...one].every(([index, text]) => other.get(index) === text)
}

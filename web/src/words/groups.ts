/** Rows under headings. The server sorts by what they are grouped by, so groups are whole. Pure. */
import { differenceInCalendarDays } from 'date-fns'
import type { Task } from '@/api/types'
import { at, type Clock } from './dates'
import { PRIORITY_WORDS, STATUS_WORDS } from './tasks'

export type Grouping = '' | 'due' | 'priority' | 'status'

export const GROUPINGS: { value: Grouping; label: string }[] = [
  { value: '', label: 'No groups' },
  { value: 'due', label: 'Grouped by deadline' },
  { value: 'priority', label: 'Grouped by priority' },
  { value: 'status', label: 'Grouped by state' },
]

const FIRST: Record<Grouping, string> = {
  '': '',
  due: 'due_at',
  priority: '-priority',
  status: 'status',
}

const bare = (field: string) => field.replace(/^-/, '')

/** What the server is to sort by, so that each group is in one piece. */
export function groupedSort(by: Grouping, sort: string): string {
  const first = FIRST[by]
  if (!first) return sort
  return [first, ...sort.split(',').filter((field) => bare(field) !== bare(first))].join(',')
}

/** Days alone decide, so that done and open ones of a day stand together. */
function dueGroup(due_at: string | null, { now, zone }: Clock): string {
  if (!due_at) return 'No deadline'
  const days = differenceInCalendarDays(at(due_at, zone), at(now, zone))
  if (days < 0) return 'Before today'
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  return days < 7 ? 'In the next seven days' : 'Later'
}

export function groupOf(
  task: Pick<Task, 'due_at' | 'priority' | 'status'>,
  by: Grouping,
  clock: Clock,
): string {
  if (by === 'due') return dueGroup(task.due_at, clock)
  if (by === 'priority') return PRIORITY_WORDS[task.priority]
  return by === 'status' ? STATUS_WORDS[task.status] : ''
}

/** The heading above each row with which a group begins. */
export function headings(
  tasks: Pick<Task, 'due_at' | 'priority' | 'status'>[],
  by: Grouping,
  clock: Clock,
): Map<number, string> {
  const found = new Map<number, string>()
  if (!by) return found
  let before = ''
  tasks.forEach((task, index) => {
    const group = groupOf(task, by, clock)
    if (group !== before) found.set(index, group)
    before = group
  })
  return found
}

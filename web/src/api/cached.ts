/** Pure changes of cached answers, so that a screen shows at once what was asked for. */
import type { NextAction, Task } from './types'

interface Shown {
  id: string
  title: string
}

// Under these an answer holds further answers; nothing else is looked into.
const HOLDERS = [
  'pages',
  'items',
  'columns',
  'cards',
  'action',
  'runners_up',
  'task',
  'blocked_by',
  'blocks',
] as const

type Change = (task: Shown) => Shown | null

/** The same answer with one task changed; taken out of its list where `change` says null. */
export function mapTasks<T>(data: T, id: string, change: Change): T {
  return visit(data, id, change) as T
}

function visit(data: unknown, id: string, change: Change): unknown {
  if (Array.isArray(data)) return visitList(data, id, change)
  if (typeof data !== 'object' || data === null) return data
  if (isTask(data, id)) return change(data)
  let next: Record<string, unknown> | null = null
  for (const key of HOLDERS) {
    const before = (data as Record<string, unknown>)[key]
    if (typeof before !== 'object' || before === null) continue
    const after = visit(before, id, change)
    if (after === before) continue
    // A proposal without its task is none.
    if (after === null && key === 'task') return null
    next = { ...(next ?? data), [key]: after }
  }
  return next ?? data
}

function visitList(list: unknown[], id: string, change: Change): unknown[] {
  let next: unknown[] | null = null
  list.forEach((item, index) => {
    const after = visit(item, id, change)
    // Most lists do not hold it: they are not copied.
    if (after !== item) next ??= list.slice(0, index)
    if (after !== null) next?.push(after)
  })
  return next ?? list
}

function isTask(data: object, id: string): data is Shown {
  return 'id' in data && data.id === id && 'title' in data
}

/** An event of the server, as far as it is looked at. */
export interface Happened {
  seq: number
  type: string
  resource?: { type: string; id: string; version?: number | null }
  data?: Record<string, unknown> | null
}

/** The same answer with what an event says of a task that is in it. */
export function applied(data: unknown, { type, resource, data: fields }: Happened): unknown {
  if (resource?.type !== 'task') return data
  const { id, version } = resource
  return mapTasks(data, id, (shown) => {
    const task = shown as Task
    if (type === 'task.deleted' || type === 'task.purged') return null
    // One's own change, which is shown since it was asked for.
    if (!version || version <= task.version) return task
    const known = Object.entries(fields ?? {}).filter(([name]) => name in task)
    const next = { ...task, ...Object.fromEntries(known), version }
    return { ...next, completed: next.status === 'done' }
  })
}

/** Without a task that is done or put off: the best of the others moves up. */
export function withoutTask(next: NextAction, id: string): NextAction {
  const rest = next.runners_up.filter((one) => one.task.id !== id)
  if (next.action?.task.id !== id) return { ...next, runners_up: rest }
  const [first, ...others] = rest
  const action = first ? { task: first.task, score: first.score, reasons: first.reasons } : null
  return { ...next, action, runners_up: others }
}

const same = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

/**
 * Whether others changed what a patch is to change. What they made of it is no matter if it is the
 * same; and a value that was not read counts as changed.
 */
export function overlaps(before: object, now: object, patch: object): boolean {
  const [old, current] = [before, now] as Record<string, unknown>[]
  return Object.entries(patch).some(([key, mine]) => {
    const theirs = current?.[key]
    if (same(theirs, mine)) return false
    return old?.[key] === undefined || !same(old[key], theirs)
  })
}

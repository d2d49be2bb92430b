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

type Changes = ReadonlyMap<string, Change>

/** The same answer with one task changed; taken out of its list where `change` says null. */
export const mapTasks = <T>(data: T, id: string, change: Change): T =>
  mapMany(data, new Map([[id, change]]))

/** The same for many tasks, by their ids: an answer of thousands is gone through once. */
export function mapMany<T>(data: T, changes: Changes): T {
  return visit(data, changes) as T
}

function visit(data: unknown, changes: Changes): unknown {
  if (Array.isArray(data)) return visitList(data, changes)
  if (typeof data !== 'object' || data === null) return data
  const change = isTask(data) ? changes.get(data.id) : undefined
  return change ? change(data as Shown) : visitParts(data, changes)
}

function visitParts(data: object, changes: Changes): unknown {
  let next: Record<string, unknown> | null = null
  for (const key of HOLDERS) {
    const before = (data as Record<string, unknown>)[key]
    if (typeof before !== 'object' || before === null) continue
    const after = visit(before, changes)
    if (after === before) continue
    // A proposal without its task is none.
    if (after === null && key === 'task') return null
    next = { ...(next ?? data), [key]: after }
  }
  return next ?? data
}

function visitList(list: unknown[], changes: Changes): unknown[] {
  let next: unknown[] | null = null
  list.forEach((item, index) => {
    const after = visit(item, changes)
    // Most lists do not hold it: they are not copied.
    if (after !== item) next ??= list.slice(0, index)
    if (after !== null) next?.push(after)
  })
  return next ?? list
}

function isTask(data: object): data is Shown {
  return 'id' in data && 'title' in data
}

/** An event of the server, as far as it is looked at. */
export interface Happened {
  seq: number
  type: string
  resource?: { type: string; id: string; version?: number | null }
  data?: Record<string, unknown> | null
}

/** The same answer with what events, in their order, say of the tasks that are in it. */
export function applied<T>(data: T, events: readonly Happened[]): T {
  const changes = new Map<string, Change>()
  for (const event of events) {
    const { resource } = event
    if (resource?.type !== 'task') continue
    const before = changes.get(resource.id)
    changes.set(resource.id, (task) => {
      const known = before ? before(task) : task
      return known && changedBy(known as Task, event)
    })
  }
  return mapMany(data, changes)
}

function changedBy(task: Task, { type, resource, data: fields }: Happened): Task | null {
  if (type === 'task.deleted' || type === 'task.purged') return null
  const version = resource?.version
  // One's own change, which is shown since it was asked for.
  if (!version || version <= task.version) return task
  const known = Object.entries(fields ?? {}).filter(([name]) => name in task)
  const next = { ...task, ...Object.fromEntries(known), version }
  return { ...next, completed: next.status === 'done' }
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

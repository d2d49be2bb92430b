/** Pure changes of cached answers, so that a screen shows at once what was asked for. */
import type { NextAction } from './types'

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
  let changed = false
  const next: unknown[] = []
  for (const item of list) {
    const after = visit(item, id, change)
    changed ||= after !== item
    if (after !== null) next.push(after)
  }
  return changed ? next : list
}

function isTask(data: object, id: string): data is Shown {
  return 'id' in data && data.id === id && 'title' in data
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

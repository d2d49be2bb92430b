/** What people do to tasks: shown at once, sent through the outbox, taken back with `u`. */
import { say } from '@/app/toasts'
import { mapTasks, overlaps, withoutTask } from './cached'
import { api, unwrap } from './client'
import { readAnew } from './fresh'
import { contest, type Sent, send, type Write } from './outbox'
import { isStale, sentence } from './problem'
import { queryClient } from './query-client'
import { refused } from './rights'
import type { NextAction, QuickRead, Task, TaskPatch } from './types'

type Known = Pick<Task, 'id' | 'title' | 'version'> & Partial<Task>

const LISTS = ['tasks', 'task', 'board', 'next', 'goals'] as const

function showChange(id: string, patch: Partial<Task>): void {
  for (const key of LISTS) {
    queryClient.setQueriesData({ queryKey: [key] }, (data: unknown) =>
      mapTasks(data, id, (task) => ({ ...task, ...patch })),
    )
  }
}

function showGone(id: string): void {
  for (const key of ['tasks', 'board'])
    queryClient.setQueriesData({ queryKey: [key] }, (data: unknown) =>
      mapTasks(data, id, () => null),
    )
  leaveNow(id)
}

export function leaveNow(id: string): void {
  queryClient.setQueriesData<NextAction>({ queryKey: ['next'] }, (next) =>
    next ? withoutTask(next, id) : next,
  )
}

export const refresh = () => readAnew(['next', 'board', 'task', 'goals', 'stats', 'tasks'])

/** What the task shows right after a patch, before the server has answered. */
function appearance(patch: TaskPatch): Partial<Task> {
  const { completed, ...rest } = patch
  const shown = rest as Partial<Task>
  if (patch.status) shown.completed = patch.status === 'done'
  if (completed !== undefined) shown.completed = completed
  return shown
}

/** The patch that takes another one back. */
export function inverse(task: Partial<Task>, patch: TaskPatch): TaskPatch {
  const back: Record<string, unknown> = {}
  for (const key of Object.keys(patch)) back[key] = task[key as keyof Task] ?? null
  if (patch.completed !== undefined && task.status) {
    delete back.completed
    back.status = task.status
  }
  return back as TaskPatch
}

interface Told {
  /** What is said afterwards; nothing for a change that shows by itself. */
  done?: string
  leavesNow?: boolean
}

export async function changeTask(task: Known, patch: TaskPatch, told: Told = {}): Promise<boolean> {
  if (refused([task])) return false
  showChange(task.id, appearance(patch))
  if (told.leavesNow) leaveNow(task.id)
  const write: Write = {
    method: 'PATCH',
    path: `/api/v1/tasks/${task.id}`,
    body: patch,
    version: task.version,
    label: `${told.done ?? 'Change'}: ${task.title}`,
  }
  const sending = sendOver<Task>(write, task)
  if (told.done) offerUndo(sending, task, patch, told.done)
  try {
    const sent = await sending
    if (sent.queued) return true
    showChange(task.id, sent.data)
    refresh()
    return true
  } catch (error) {
    if (isStale(error)) contest(write, error)
    else say({ text: sentence(error), tone: 'danger' })
    refresh()
    return false
  }
}

/** Where others changed something else meanwhile, both changes stand. */
async function sendOver<T>(write: Write, before: Known): Promise<Sent<T>> {
  try {
    return await send<T>(write)
  } catch (error) {
    if (!isStale(error)) throw error
    const params = { path: { task_id: before.id } }
    const now = await unwrap(api.GET('/api/v1/tasks/{task_id}', { params }))
    if (overlaps(before, now, write.body as TaskPatch)) throw error
    return send<T>({ ...write, version: now.version })
  }
}

/** Offered at once; taken back when it is known which version there is to take back. */
function offerUndo(sending: Promise<Sent<Task>>, before: Known, patch: TaskPatch, done: string) {
  const undo = async () => {
    const sent = await sending.catch(() => null)
    if (!sent) return
    const version = sent.queued ? before.version : sent.data.version
    await changeTask({ ...before, version }, inverse(before, patch))
  }
  say({ text: `${done}: ${before.title}`, undo: () => void undo() })
}

export const complete = (task: Known) =>
  changeTask(task, { status: 'done' }, { done: 'Done', leavesNow: true })

export const reopen = (task: Known) => changeTask(task, { status: 'todo' }, { done: 'Open again' })

export const toggleDone = (task: Known) => (task.completed ? reopen(task) : complete(task))

export const snooze = (task: Known, until: Date, words: string) =>
  changeTask(
    task,
    { start_at: until.toISOString() },
    { done: `Snoozed until ${words}`, leavesNow: true },
  )

export async function removeTask(task: Known): Promise<void> {
  if (refused([task])) return
  showGone(task.id)
  const path = `/api/v1/tasks/${task.id}`
  try {
    await send({ method: 'DELETE', path, version: task.version, label: `Delete: ${task.title}` })
    const restore = () => send({ method: 'POST', path: `${path}/restore`, label: 'Restore' })
    say({ text: `In the trash: ${task.title}`, undo: () => void restore().then(refresh) })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

export async function quickAdd(text: string, projectId?: string): Promise<Sent<QuickRead>> {
  const body = { text, ...(projectId ? { project_id: projectId } : {}) }
  const sent: Sent<QuickRead> = await send({
    method: 'POST',
    path: '/api/v1/tasks/quick',
    body,
    label: `Add: ${text}`,
  })
  if (!sent.queued) {
    const { task } = sent.data
    say({ text: `Added: ${task.title}`, undo: () => void removeTask(task) })
    refresh()
  }
  return sent
}

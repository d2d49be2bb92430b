/** What people say to a proposal, under the ticket that it came with. */
import { say } from '@/app/toasts'
import { api, unwrap } from './client'
import { type Sent, send } from './outbox'
import { sentence } from './problem'
import { queryClient } from './query-client'
import { refused } from './rights'
import type { SkipReason, Task, Verdict } from './types'
import { changeTask, leaveNow, refresh } from './writes'

interface Feedback {
  ticket: string
  task_id: string
  verdict: Verdict
  reason?: SkipReason
  until?: string
}

const tell = (body: Feedback, label: string): Promise<Sent<unknown>> =>
  send({ method: 'POST', path: '/api/v1/next-action/feedback', body, label })

/** A pick. The ranking learns from it; whoever picked is not kept waiting, nor told if it fails. */
export const picked = (ticket: string, task: Task) =>
  void tell({ ticket, task_id: task.id, verdict: 'accept' }, `Chosen: ${task.title}`).catch(
    () => undefined,
  )

export async function skip(ticket: string, task: Task, reason: SkipReason): Promise<void> {
  leaveNow(task.id)
  try {
    await tell({ ticket, task_id: task.id, verdict: 'skip', reason }, `Skip: ${task.title}`)
    say({ text: `Not proposed for two hours: ${task.title}` })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  await queryClient.invalidateQueries({ queryKey: ['next'] })
}

export async function putOff(ticket: string, task: Task, until: Date, words: string) {
  if (refused([task])) return
  leaveNow(task.id)
  const body = { ticket, task_id: task.id, verdict: 'snooze' as const, until: until.toISOString() }
  try {
    await tell(body, `Snooze: ${task.title}`)
    say({ text: `Snoozed until ${words}: ${task.title}`, undo: () => void bringBack(task) })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

async function bringBack(task: Task): Promise<void> {
  try {
    const params = { path: { task_id: task.id } }
    const now = await unwrap(api.GET('/api/v1/tasks/{task_id}', { params }))
    await changeTask(now, { start_at: task.start_at })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
}

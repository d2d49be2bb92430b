/** The timer: one per person, started and stopped wherever a task is. */
import { say } from '@/app/toasts'
import { minutesWords } from '@/words/tasks'
import { api, unwrap } from './client'
import { isOffline, sentence } from './problem'
import { timerQuery } from './queries'
import { queryClient } from './query-client'
import { refused } from './rights'
import type { Task, TimeEntry } from './types'
import { changeTask } from './writes'

type Known = Pick<Task, 'id' | 'title' | 'version' | 'status' | 'key'> & Partial<Task>

const show = (timer: TimeEntry | null) =>
  queryClient.setQueryData(timerQuery.queryKey, { timer: timer as never })

export const runningFor = (id: string) =>
  queryClient.getQueryData(timerQuery.queryKey)?.timer?.task_id === id

function counted(entry: TimeEntry): void {
  void queryClient.invalidateQueries({ queryKey: ['task', entry.task_id] })
  void queryClient.invalidateQueries({ queryKey: ['next'] })
}

function failed(error: unknown): void {
  void queryClient.invalidateQueries({ queryKey: timerQuery.queryKey })
  const text = isOffline(error)
    ? 'Without a connection time is not tracked. Enter it by hand later.'
    : sentence(error)
  say({ text, tone: 'danger' })
}

async function start(task: Known): Promise<void> {
  if (refused([task])) return
  const path = { task_id: task.id }
  const waits = task.status === 'todo' || task.status === 'backlog'
  const begun = waits ? changeTask(task, { status: 'in_progress' }) : Promise.resolve(true)
  try {
    const { stopped, timer } = await unwrap(
      api.POST('/api/v1/tasks/{task_id}/timer/start', { params: { path }, body: {} }),
    )
    show(timer)
    if (stopped) counted(stopped)
    await begun
    say({ text: `Started: ${task.title}`, undo: () => void stopTimer() })
  } catch (error) {
    failed(error)
  }
}

export async function stopTimer(): Promise<void> {
  const before = queryClient.getQueryData(timerQuery.queryKey)?.timer
  show(null)
  try {
    const entry = await unwrap(api.POST('/api/v1/timer/stop'))
    counted(entry)
    say({ text: `Stopped after ${minutesWords(entry.minutes)}: ${before?.task?.title ?? ''}` })
  } catch (error) {
    failed(error)
  }
}

export const toggleTimer = (task: Known) => (runningFor(task.id) ? stopTimer() : start(task))

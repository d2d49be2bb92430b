/** The same change for many tasks at once, taken back as one. */
import { say } from '@/app/toasts'
import { countWords } from '@/words/tasks'
import { mapTasks } from './cached'
import { type Sent, send } from './outbox'
import { sentence } from './problem'
import { queryClient } from './query-client'
import type { components } from './schema'
import { refresh } from './writes'

type Updates = components['schemas']['BulkUpdates']
type Outcome = components['schemas']['EditOutcome']

function show(ids: string[], updates: Updates): void {
  const { status, priority, deleted } = updates
  const patch = {
    ...(status ? { status, completed: status === 'done' } : {}),
    ...(priority ? { priority } : {}),
  }
  for (const id of ids)
    queryClient.setQueriesData({ queryKey: ['tasks'] }, (data: unknown) =>
      mapTasks(data, id, (task) => (deleted ? null : { ...task, ...patch })),
    )
}

export async function changeMany(ids: string[], updates: Updates, done: string): Promise<void> {
  show(ids, updates)
  const words = `${done}: ${countWords(ids.length, 'task')}`
  try {
    const sent: Sent<Outcome> = await send({
      method: 'PATCH',
      path: '/api/v1/tasks/bulk',
      body: { task_ids: ids, updates },
      label: words,
    })
    if (sent.queued) say({ text: words })
    else tell(sent.data, words)
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

function tell(outcome: Outcome, words: string): void {
  const first = outcome.results.find((result) => result.error)?.error?.detail
  const text = outcome.refused ? `${outcome.refused} of them could not be changed. ${first}` : words
  const { operation } = outcome
  say({ text, ...(operation ? { undo: () => void takeBack(operation) } : {}) })
}

async function takeBack(operation: string): Promise<void> {
  try {
    await send({ method: 'POST', path: `/api/v1/operations/${operation}/undo`, label: 'Undo' })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

/** The same change for many tasks at once, taken back as one. */
import { say } from '@/app/toasts'
import { countWords } from '@/words/tasks'
import { mapMany } from './cached'
import { type Sent, send } from './outbox'
import { sentence } from './problem'
import { queryClient } from './query-client'
import { changeable, refused } from './rights'
import type { components } from './schema'
import type { Task } from './types'
import { refresh } from './writes'

type Updates = components['schemas']['BulkUpdates']
type Outcome = components['schemas']['EditOutcome']

function show(ids: string[], updates: Updates): void {
  const { status, priority, deleted } = updates
  const patch = {
    ...(status ? { status, completed: status === 'done' } : {}),
    ...(priority ? { priority } : {}),
  }
  const change = <T>(task: T) => (deleted ? null : { ...task, ...patch })
  const changes = new Map(ids.map((id) => [id, change]))
  queryClient.setQueriesData({ queryKey: ['tasks'] }, (data: unknown) => mapMany(data, changes))
}

export async function changeMany(all: Task[], updates: Updates, done: string): Promise<void> {
  if (refused(all)) return
  const ids = changeable(all).map(({ id }) => id)
  show(ids, updates)
  const words = `${done}: ${countWords(ids.length, 'task')}${untouched(all.length - ids.length)}`
  const sending = send<Outcome>({
    method: 'PATCH',
    path: '/api/v1/tasks/bulk',
    body: { task_ids: ids, updates },
    label: words,
  })
  // Offered at once; taken back when it is known what there is to take back.
  const undo = () => void takeBack(sending)
  say({ text: words, undo })
  try {
    const sent = await sending
    if (sent.queued) say({ text: words })
    else if (sent.data.refused) say({ text: refusal(sent.data), undo })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

/** Of several that were chosen. */
const untouched = (count: number) =>
  count > 0 ? `. ${count} may only be looked at, and ${count === 1 ? 'stays' : 'stay'}` : ''

function refusal({ refused, results }: Outcome): string {
  const first = results.find((result) => result.error)?.error?.detail
  return `${refused} of them could not be changed. ${first}`
}

async function takeBack(sending: Promise<Sent<Outcome>>): Promise<void> {
  const sent = await sending.catch(() => null)
  if (!sent || sent.queued || !sent.data.operation) return
  const path = `/api/v1/operations/${sent.data.operation}/undo`
  try {
    await send({ method: 'POST', path, label: 'Undo' })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

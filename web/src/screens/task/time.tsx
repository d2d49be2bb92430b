import { useQuery } from '@tanstack/react-query'
import { Play, Square, X } from 'lucide-react'
import { type FormEvent, useRef } from 'react'
import { send } from '@/api/outbox'
import { timeQuery, timerQuery } from '@/api/queries'
import { toggleTimer } from '@/api/timing'
import type { Task, TimeEntry } from '@/api/types'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, IconButton } from '@/ui/controls'
import { dayWords, timeWords } from '@/words/dates'
import { minutesWords } from '@/words/tasks'
import { Part } from './part'

export function Time({ task, may }: { task: Task; may: boolean }) {
  const { data } = useQuery(timeQuery(task.id))
  const { data: timing } = useQuery(timerQuery)
  const running = timing?.timer?.task_id === task.id
  const field = useRef<HTMLInputElement>(null)
  const path = `/api/v1/tasks/${task.id}/time-entries`
  const add = async (event: FormEvent) => {
    event.preventDefault()
    const minutes = Number(field.current?.value)
    if (!minutes || !field.current) return
    field.current.value = ''
    const label = `Time on ${task.title}`
    const work = () => send({ method: 'POST', path, body: { minutes }, label })
    await act(work, `${minutesWords(minutes)} entered`, 'task')
  }
  const total = task.actual_minutes
  // What runs since before can be stopped, whatever one may by now.
  if (!may && !running && !data?.items.length) return null
  return (
    <Part title={total ? `Time, ${minutesWords(total)}` : 'Time'}>
      <ul>
        {data?.items.map((entry) => (
          <Row key={entry.id} entry={entry} may={may} />
        ))}
      </ul>
      <form onSubmit={add} className="mt-1 flex items-center gap-2">
        {(may || running) && (
          <Button onClick={() => void toggleTimer(task)}>
            {running ? <Square size={14} aria-hidden /> : <Play size={14} aria-hidden />}
            {running ? 'Stop' : 'Start'}
          </Button>
        )}
        {may && (
          <input
            ref={field}
            type="number"
            min={1}
            max={1440}
            aria-label="Minutes to enter"
            placeholder="or enter minutes"
            className="h-9 min-w-0 flex-1 rounded bg-transparent px-2 hover:bg-hover focus:bg-hover"
          />
        )}
      </form>
    </Part>
  )
}

function Row({ entry, may }: { entry: TimeEntry; may: boolean }) {
  const clock = useClock()
  const { zone } = clock
  const remove = () =>
    send({
      method: 'DELETE',
      path: `/api/v1/time-entries/${entry.id}`,
      version: entry.version,
      label: 'Remove time',
    })
  return (
    <li className="flex min-h-9 items-center gap-3">
      <span className="w-16 shrink-0 font-medium tabular-nums">
        {entry.running ? 'running' : minutesWords(entry.minutes)}
      </span>
      <span className="min-w-0 flex-1 truncate text-ink-2">
        {dayWords(entry.started_at, clock)} {timeWords(entry.started_at, zone)}
        {entry.note && `, ${entry.note}`}
      </span>
      {!entry.running && may && (
        <IconButton
          label={`Remove ${minutesWords(entry.minutes)}`}
          onClick={() => void act(remove, 'Removed', 'task')}
        >
          <X size={16} aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

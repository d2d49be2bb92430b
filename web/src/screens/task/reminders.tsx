import { useQuery } from '@tanstack/react-query'
import { Bell, X } from 'lucide-react'
import { send } from '@/api/outbox'
import { remindersQuery } from '@/api/queries'
import type { Reminder, Task } from '@/api/types'
import { readClock, useClock } from '@/app/clock'
import { type Choice, choose } from '@/app/overlays'
import { act } from '@/ui/acting'
import { Button, IconButton } from '@/ui/controls'
import { type Clock, laterChoices, momentWords } from '@/words/dates'
import { minutesWords } from '@/words/tasks'
import { Part } from './part'

const BEFORE = [10, 30, 60, 120, 1440]

export function Reminders({ task }: { task: Task }) {
  const { data } = useQuery(remindersQuery(task.id))
  const open = data?.items.filter((one) => !one.fired_at) ?? []
  return (
    <Part title="Reminders">
      <ul>
        {open.map((one) => (
          <Row key={one.id} reminder={one} />
        ))}
      </ul>
      <Button look="quiet" className="-ms-2 px-2" onClick={() => ask(task)}>
        <Bell size={14} aria-hidden /> Remind me
      </Button>
    </Part>
  )
}

const beforeWords = (minutes: number) =>
  minutes === 0 ? 'when it is due' : `${minutes === 1440 ? 'a day' : minutesWords(minutes)} before`

function ask(task: Task): void {
  const clock = readClock()
  const remind = (body: object, words: string) => () => {
    const path = `/api/v1/tasks/${task.id}/reminders`
    const work = () => send({ method: 'POST', path, body, label: `Remind: ${task.title}` })
    void act(work, `You are reminded ${words}`, 'task')
  }
  const before: Choice[] = task.due_at
    ? BEFORE.map((minutes) => ({
        label: beforeWords(minutes),
        hint: 'moves along with the due date',
        run: remind({ before_minutes: minutes }, beforeWords(minutes)),
      }))
    : []
  const later = laterChoices(clock).map(({ label, until }) => {
    const words = momentWords(until, clock)
    return { label, hint: words, run: remind({ at: until.toISOString() }, words) }
  })
  choose('Remind me', [...before, ...later])
}

function Row({ reminder }: { reminder: Reminder }) {
  const clock = useClock()
  const remove = () =>
    send({
      method: 'DELETE',
      path: `/api/v1/tasks/${reminder.task_id}/reminders/${reminder.id}`,
      label: 'Remove a reminder',
    })
  return (
    <li className="flex min-h-9 items-center gap-3">
      <span className="min-w-0 flex-1 truncate">{reminderWords(reminder, clock)}</span>
      <IconButton label="Remove the reminder" onClick={() => void act(remove, 'Removed', 'task')}>
        <X size={16} aria-hidden />
      </IconButton>
    </li>
  )
}

function reminderWords({ at, fire_at, before_minutes, text }: Reminder, clock: Clock): string {
  const moment = at ?? fire_at
  const when = moment ? momentWords(moment, clock) : 'once it has a due date'
  const how = before_minutes === null ? '' : `, ${beforeWords(before_minutes)}`
  return `${when}${how}${text && `: ${text}`}`
}

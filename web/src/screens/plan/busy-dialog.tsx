import type { FormEvent } from 'react'
import { send } from '@/api/outbox'
import { queryClient } from '@/api/query-client'
import type { Busy } from '@/api/types'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { fromLocalInput, momentWords, timeWords, toLocalInput } from '@/words/dates'

interface Props {
  busy: Busy | null
  start: Date
  onClose: () => void
}

const HOUR = 3_600_000

const told = async (work: () => Promise<unknown>, done: string) => {
  const good = await act(work, done, 'busy')
  if (good) void queryClient.invalidateQueries({ queryKey: ['plan'] })
}

/** A time in which nothing can be planned: a new one, or what one is. */
export function BusyDialog({ busy, start, onClose }: Props) {
  const clock = useClock()
  const keep = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const moment = (name: string) => fromLocalInput(String(form.get(name)), clock.zone)
    const title = String(form.get('title')).trim()
    const body = { title, start: moment('start'), end: moment('end') }
    onClose()
    void told(
      () => send({ method: 'POST', path: '/api/v1/busy', body, label: `Busy: ${title}` }),
      'The plan leaves that time free',
    )
  }
  const drop = (one: Busy) => {
    onClose()
    const path = `/api/v1/busy/${one.id}`
    void told(
      () => send({ method: 'DELETE', path, version: one.version, label: 'No longer busy' }),
      'That time can be planned again',
    )
  }
  if (busy)
    return (
      <Dialog label={busy.title || 'Busy'} onClose={onClose} className="max-w-[420px]">
        <div className="flex flex-col gap-4 p-6">
          <div>
            <h2 className="text-lg font-semibold">{busy.title || 'Busy'}</h2>
            <p className="mt-1 text-ink-2">
              {momentWords(busy.start, clock)} to {timeWords(busy.end, clock.zone)}
              {busy.calendar_id && ', from a calendar'}
            </p>
          </div>
          <div className="flex gap-2">
            {!busy.calendar_id && <Button onClick={() => drop(busy)}>Not busy any more</Button>}
            <Button look="quiet" onClick={onClose}>
              Close
            </Button>
          </div>
        </div>
      </Dialog>
    )
  return (
    <Dialog label="Busy time" onClose={onClose} className="max-w-[420px]">
      <form onSubmit={keep} className="flex flex-col gap-4 p-6">
        <h2 className="text-lg font-semibold">When are you busy?</h2>
        <TextField label="What it is" name="title" placeholder="Dentist" autoFocus />
        <TextField
          label="From"
          name="start"
          type="datetime-local"
          required
          defaultValue={toLocalInput(start.toISOString(), clock.zone)}
        />
        <TextField
          label="Until"
          name="end"
          type="datetime-local"
          required
          defaultValue={toLocalInput(new Date(start.getTime() + HOUR).toISOString(), clock.zone)}
        />
        <Button look="primary" type="submit" className="self-start">
          Keep it free
        </Button>
      </form>
    </Dialog>
  )
}

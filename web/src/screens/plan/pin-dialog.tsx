import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import type { PlanBlock } from '@/api/types'
import { useClock } from '@/app/clock'
import { say } from '@/app/toasts'
import { Button, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { fromLocalInput, momentWords, timeWords, toLocalInput } from '@/words/dates'
import { pin, unpin } from './planning'

export interface Subject {
  id: string
  title: string
  minutes?: number
  block?: PlanBlock
}

interface Props {
  subject: Subject
  from: string
  /** What is proposed for a task without a block. */
  start: Date
  onClose: () => void
}

/** One block, or a task without one: when it is, and when it shall be. */
export function PinDialog({ subject, from, start, onClose }: Props) {
  const clock = useClock()
  const navigate = useNavigate()
  const { block } = subject
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const moment = fromLocalInput(String(form.get('start')), clock.zone)
    if (!moment) return say({ text: 'Choose a day and a time.', tone: 'danger' })
    const minutes = Number(form.get('minutes')) || undefined
    onClose()
    await pin(from, { ...subject, minutes }, new Date(moment))
  }
  return (
    <Dialog label={`When: ${subject.title}`} onClose={onClose} className="max-w-[420px]">
      <form onSubmit={keep} className="flex flex-col gap-4 p-6">
        <div>
          <h2 className="text-lg font-semibold">{subject.title}</h2>
          {block && (
            <p className="mt-1 text-ink-2">
              {momentWords(block.start, clock)} to {timeWords(block.end, clock.zone)}. In four of
              five cases done by {momentWords(block.p80_end, clock)}.
            </p>
          )}
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)_104px] gap-3">
          <TextField
            label="Do it at"
            name="start"
            type="datetime-local"
            required
            defaultValue={toLocalInput(block?.start ?? start.toISOString(), clock.zone)}
          />
          <TextField
            label="Minutes"
            name="minutes"
            type="number"
            min={5}
            max={1440}
            placeholder="all of it"
            defaultValue={block ? minutesOf(block) : subject.minutes}
          />
        </div>
        <div className="flex flex-wrap gap-2">
          <Button look="primary" type="submit">
            {block?.pinned ? 'Move the pin' : 'Pin it here'}
          </Button>
          {block?.pinned && (
            <Button
              onClick={() => {
                onClose()
                void unpin(from, subject)
              }}
            >
              Unpin
            </Button>
          )}
          <Button
            look="quiet"
            className="ms-auto"
            onClick={() => {
              onClose()
              void navigate({ to: '.', search: (now) => ({ ...now, task: subject.id }) })
            }}
          >
            Open the task
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export const minutesOf = (block: PlanBlock) =>
  Math.round((Date.parse(block.end) - Date.parse(block.start)) / 60_000)

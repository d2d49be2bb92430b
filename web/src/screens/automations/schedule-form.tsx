import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { projectsQuery } from '@/api/queries'
import { openTo } from '@/api/rights'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, Select, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { actionWords, cronWords } from '@/words/automation'
import { DAYS } from '@/words/hours'
import { cronOf, type When } from './when'

const RHYTHMS: { value: When['rhythm']; label: string }[] = [
  { value: 'weekdays', label: 'Every weekday' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'Every week' },
  { value: 'first', label: 'First of the month' },
  { value: 'last', label: 'Last of the month' },
  { value: 'cron', label: 'By a cron expression' },
]

const KINDS = [
  { value: 'create_task', label: 'Add a task' },
  { value: 'reminder', label: 'Remind me' },
  { value: 'archive_done', label: 'Take old cards off the boards' },
]

export function ScheduleForm({ onClose }: { onClose: () => void }) {
  const { zone } = useClock()
  const { data: projects } = useQuery(projectsQuery)
  const [when, setWhen] = useState<When>({ rhythm: 'weekdays', time: '09:00', day: '1', cron: '' })
  const [kind, setKind] = useState('create_task')
  const [text, setText] = useState('')
  const [project, setProject] = useState('')
  const cron = cronOf(when)
  const action = actionOf(kind, text, project)
  const keep = async (event: FormEvent) => {
    event.preventDefault()
    const name = text.trim() || (KINDS.find((one) => one.value === kind)?.label ?? kind)
    const body = { name, cron, timezone: zone, action }
    if (await act(() => unwrap(api.POST('/api/v1/schedules', { body })), 'It is set', 'schedules'))
      onClose()
  }
  return (
    <Dialog label="New schedule" onClose={onClose}>
      <form onSubmit={keep} className="flex flex-col gap-4 p-6">
        <h2 className="text-lg font-semibold">New schedule</h2>
        <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_112px]">
          <Select
            label="When"
            value={when.rhythm}
            options={RHYTHMS}
            onChange={(event) => setWhen({ ...when, rhythm: event.target.value as When['rhythm'] })}
          />
          {when.rhythm !== 'cron' && (
            <TextField
              label="At"
              type="time"
              required
              value={when.time}
              onChange={(event) => setWhen({ ...when, time: event.target.value })}
            />
          )}
        </div>
        {when.rhythm === 'weekly' && (
          <Select
            label="On"
            value={when.day}
            options={DAYS.map((label, index) => ({ value: String(index + 1), label }))}
            onChange={(event) => setWhen({ ...when, day: event.target.value })}
          />
        )}
        {when.rhythm === 'cron' && (
          <TextField
            label="Cron expression"
            required
            placeholder="30 9 * * 1-5"
            value={when.cron}
            onChange={(event) => setWhen({ ...when, cron: event.target.value })}
          />
        )}
        <Select
          label="Do this"
          value={kind}
          options={KINDS}
          onChange={(event) => setKind(event.target.value)}
        />
        {kind !== 'archive_done' && (
          <TextField
            label={kind === 'reminder' ? 'Of what' : 'Title of the task'}
            required
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        {kind === 'create_task' && (
          <Select
            label="Project"
            value={project}
            options={[
              { value: '', label: 'Inbox' },
              ...openTo(projects?.items ?? [])
                .filter((one) => !one.inbox)
                .map((one) => ({ value: one.id, label: one.name })),
            ]}
            onChange={(event) => setProject(event.target.value)}
          />
        )}
        <p className="rounded bg-ground p-3 text-ink-2">
          {cron ? cronWords(cron) : 'At some time'} {zone.replaceAll('_', ' ')},{' '}
          {actionWords(action)}.
        </p>
        <div className="flex gap-2">
          <Button look="primary" type="submit">
            Set it
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type Action = { type: string } & Record<string, unknown>

function actionOf(type: string, text: string, project: string): Action {
  if (type === 'reminder') return { type, text: text.trim() }
  if (type === 'archive_done') return { type, days: 14 }
  return { type, title: text.trim(), due: '+0d', ...(project ? { project_id: project } : {}) }
}

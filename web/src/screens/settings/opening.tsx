import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import type { components } from '@/api/schema'
import type { Workspace } from '@/api/types'
import { act } from '@/ui/acting'
import { Button, Select } from '@/ui/controls'
import { Skeleton } from '@/ui/states'
import { holidaysFromText, holidaysToText, weekFrom, weekWords } from '@/words/hours'
import { countWords } from '@/words/tasks'
import { HoursFields, zoneChoices } from './hours-fields'

type Calendar = components['schemas']['CalendarRead']

/** When a workspace is open: promises in working hours count by it. */
export function Opening({ workspace }: { workspace: Workspace }) {
  const [changing, setChanging] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['calendar', workspace.id],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/workspaces/{workspace_id}/calendar', {
          params: { path: { workspace_id: workspace.id } },
        }),
      ),
  })
  const mayChange = workspace.role === 'owner' || workspace.role === 'admin'
  const name = workspace.personal ? 'your own workspace' : workspace.name
  return (
    <div className="mt-6">
      <h3 className="mb-1 text-sm font-medium text-ink-3">Open</h3>
      {error && !data && <p className="text-danger">{sentence(error)}</p>}
      {!data && !error && <Skeleton rows={1} />}
      {data && (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-48 flex-1">
            {weekWords(data.hours)}
            <span className="text-ink-3">
              , {data.time_zone.replaceAll('_', ' ')}
              {data.holidays.length > 0 &&
                `, but on ${countWords(data.holidays.length, 'holiday')}`}
            </span>
          </p>
          {mayChange && (
            <Button
              look="quiet"
              aria-expanded={changing}
              aria-label={`Change when ${name} is open`}
              onClick={() => setChanging(!changing)}
            >
              Change
            </Button>
          )}
        </div>
      )}
      {data && changing && (
        <OpeningForm
          key={data.version}
          calendar={data}
          name={name}
          onClose={() => setChanging(false)}
        />
      )}
    </div>
  )
}

interface FormProps {
  calendar: Calendar
  name: string
  onClose: () => void
}

function OpeningForm({ calendar, name, onClose }: FormProps) {
  const [problem, setProblem] = useState('')
  const id = useId()
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (field: string) => String(form.get(field) ?? '')
    const read = weekFrom(text)
    const holidays = holidaysFromText(text('holidays'))
    if ('wrong' in read) return setProblem(read.wrong)
    if ('wrong' in holidays)
      return setProblem(`"${holidays.wrong}" is not like 2026-12-25 Christmas.`)
    setProblem('')
    const params = {
      path: { workspace_id: calendar.workspace_id },
      header: { 'if-match': `"${calendar.version}"` },
    }
    const body = { time_zone: text('time_zone'), hours: read.week, holidays }
    const work = () =>
      unwrap(api.PUT('/api/v1/workspaces/{workspace_id}/calendar', { params, body }))
    if (await act(work, `Changed when ${name} is open`, 'calendar')) onClose()
  }
  return (
    <form onSubmit={keep} className="appear mt-3 max-w-[420px]">
      <HoursFields week={calendar.hours} />
      <Select
        label="In the time of"
        name="time_zone"
        className="mb-3"
        defaultValue={calendar.time_zone}
        options={zoneChoices(calendar.time_zone)}
      />
      <label htmlFor={`${id}-holidays`} className="mb-1 block text-sm font-medium">
        Holidays, one per line
      </label>
      <textarea
        id={`${id}-holidays`}
        name="holidays"
        className="field field-sizing-content min-h-[72px]"
        placeholder="2026-12-25 Christmas"
        defaultValue={holidaysToText(calendar.holidays)}
      />
      {problem && (
        <p role="alert" className="mt-2 text-sm text-danger">
          {problem}
        </p>
      )}
      <div className="mt-3 flex gap-2">
        <Button look="primary" type="submit">
          Save
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

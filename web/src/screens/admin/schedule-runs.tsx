import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { useClock } from '@/app/clock'
import { Section, Select } from '@/ui/controls'
import { Empty, Pending } from '@/ui/states'
import { momentWords } from '@/words/dates'

type Run = components['schemas']['RunOverseen']
type State = components['schemas']['RunState']

const STATES: { value: State | ''; label: string }[] = [
  { value: '', label: 'All that failed' },
  { value: 'dead', label: 'Given up' },
  { value: 'failed', label: 'Failed, tried again' },
  { value: 'pending', label: 'Waiting' },
  { value: 'processing', label: 'Running' },
  { value: 'completed', label: 'Done' },
]
const WORDS = new Map(STATES.map(({ value, label }) => [value, label]))

/** What everybody's schedules did, the newest first. */
export function ScheduleRuns() {
  const [state, setState] = useState<State | ''>('')
  const runs = useQuery({
    queryKey: ['admin runs', state],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/admin/schedule-runs', {
          params: { query: { limit: 50, ...(state ? { state } : {}) } },
        }),
      ),
    refetchInterval: 10_000,
  })
  const { data } = runs
  return (
    <Section title="Schedules" told="What they did, of all people, the newest first.">
      <Select
        label="State"
        hideLabel
        className="mb-4 w-52"
        value={state}
        onChange={(event) => setState(event.target.value as State | '')}
        options={STATES}
      />
      <Pending query={runs} />
      {data?.items.length === 0 && (
        <Empty title={state ? 'No run is in this state' : 'No run failed'} />
      )}
      <ul>
        {data?.items.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ run }: { run: Run }) {
  const clock = useClock()
  const by = run.trigger === 'person' ? 'by hand, ' : ''
  return (
    <li className="border-b border-line py-2">
      <div className="flex items-baseline gap-3">
        <p className="min-w-0 flex-1 truncate font-medium">{run.schedule_name}</p>
        <span className="shrink-0 text-sm text-ink-2">{WORDS.get(run.state) ?? run.state}</span>
      </div>
      <p className="truncate text-sm text-ink-3">
        {by}
        {momentWords(run.fire_at, clock)}, {run.email}, {run.action.replaceAll('_', ' ')}
      </p>
      {run.error && <p className="mt-1 text-sm break-words text-danger">{run.error}</p>}
    </li>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, Section, Select } from '@/ui/controls'
import { Empty, Pending } from '@/ui/states'
import { agoWords } from '@/words/dates'

type State = components['schemas']['JobState']
type Job = components['schemas']['JobShown']

const STATES: { value: State; label: string }[] = [
  { value: 'dead', label: 'Given up' },
  { value: 'failed', label: 'Failed, tried again' },
  { value: 'pending', label: 'Waiting' },
  { value: 'processing', label: 'Running' },
  { value: 'completed', label: 'Done' },
  { value: 'cancelled', label: 'Cancelled' },
]

export function Jobs() {
  const [state, setState] = useState<State>('dead')
  const jobs = useQuery({
    queryKey: ['admin jobs', state],
    queryFn: () =>
      unwrap(api.GET('/api/v1/admin/jobs', { params: { query: { state, limit: 50 } } })),
    refetchInterval: 10_000,
  })
  const { data } = jobs
  return (
    <Section title="Jobs" told="What the server does in the background.">
      <Select
        label="State"
        hideLabel
        className="mb-4 w-52"
        value={state}
        onChange={(event) => setState(event.target.value as State)}
        options={STATES}
      />
      <Pending query={jobs} />
      {data?.items.length === 0 && (
        <Empty title={state === 'dead' ? 'No job was given up' : 'No job is in this state'} />
      )}
      <ul>
        {data?.items.map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ job }: { job: Job }) {
  const { now } = useClock()
  const path = { job_id: job.id }
  const again = () => unwrap(api.POST('/api/v1/admin/jobs/{job_id}/requeue', { params: { path } }))
  const cancel = () => unwrap(api.POST('/api/v1/admin/jobs/{job_id}/cancel', { params: { path } }))
  const stopped = ['dead', 'failed', 'cancelled'].includes(job.state)
  return (
    <li className="flex items-center gap-3 border-b border-line py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{job.kind}</p>
        <p className="text-sm text-ink-3">
          {agoWords(job.created_at, now)}, attempt {job.attempts} of {job.max_attempts}
        </p>
        {job.last_error && <p className="mt-1 text-sm break-words text-danger">{job.last_error}</p>}
      </div>
      {stopped && (
        <Button onClick={() => void act(again, 'It is tried again', 'admin jobs')}>
          Try again
        </Button>
      )}
      {job.state === 'pending' && (
        <Button onClick={() => void act(cancel, 'Cancelled', 'admin jobs')}>Cancel</Button>
      )}
    </li>
  )
}

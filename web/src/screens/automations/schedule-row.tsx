import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import type { components } from '@/api/schema'
import type { Schedule } from '@/api/types'
import { useClock } from '@/app/clock'
import { say } from '@/app/toasts'
import { act } from '@/ui/acting'
import { Button } from '@/ui/controls'
import { outputWords, RUN_STATES, scheduleWords } from '@/words/automation'
import { agoWords, momentWords } from '@/words/dates'
import { AutomationShell, RunLine, Told } from './parts'

type DryRun = components['schemas']['DryRun']

export function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const clock = useClock()
  const [open, setOpen] = useState(false)
  const params = { path: { schedule_id: schedule.id } }
  const [next] = schedule.next_runs
  const change = () =>
    unwrap(
      schedule.enabled
        ? api.POST('/api/v1/schedules/{schedule_id}/pause', { params })
        : api.POST('/api/v1/schedules/{schedule_id}/resume', { params }),
    )
  const under = schedule.enabled
    ? next && `, next ${momentWords(next, clock)}`
    : `, paused${schedule.paused_because ? `: ${schedule.paused_because}` : ''}`
  return (
    <AutomationShell
      name={schedule.name}
      words={scheduleWords(schedule, (at) => momentWords(at, clock))}
      under={under}
      on={schedule.enabled}
      open={open}
      onOpen={() => setOpen(!open)}
      onSwitch={() => void act(change, schedule.enabled ? 'Paused' : 'It runs again', 'schedules')}
    >
      <Opened schedule={schedule} />
    </AutomationShell>
  )
}

function Opened({ schedule }: { schedule: Schedule }) {
  const clock = useClock()
  const [tried, setTried] = useState<DryRun | null>(null)
  const params = { path: { schedule_id: schedule.id } }
  const { data } = useQuery({
    queryKey: ['schedules', schedule.id, 'runs'],
    queryFn: () => unwrap(api.GET('/api/v1/schedules/{schedule_id}/runs', { params })),
    refetchInterval: 10_000,
  })
  const attempt = async () => {
    try {
      setTried(await unwrap(api.POST('/api/v1/schedules/{schedule_id}/dry-run', { params })))
    } catch (error) {
      say({ text: sentence(error), tone: 'danger' })
    }
  }
  const run = () => unwrap(api.POST('/api/v1/schedules/{schedule_id}/run-now', { params }))
  const drop = () => unwrap(api.DELETE('/api/v1/schedules/{schedule_id}', { params }))
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void attempt()}>Try it without effect</Button>
        <Button onClick={() => void act(run, 'It runs now', 'schedules')}>Run now</Button>
        <Button look="danger" onClick={() => void act(drop, 'Deleted', 'schedules')}>
          Delete
        </Button>
      </div>
      {tried && (
        <Told title="Now it would">
          <p className="text-ink-2">{outputWords(tried.would) || 'do nothing'}</p>
        </Told>
      )}
      <div className="mt-5 grid gap-6 md:grid-cols-[180px_minmax(0,1fr)]">
        <div>
          <h3 className="mb-1 text-sm font-medium text-ink-3">Next times</h3>
          <ol className="text-sm tabular-nums">
            {schedule.next_runs.map((at) => (
              <li key={at} className="py-1">
                {momentWords(at, clock)}
              </li>
            ))}
          </ol>
          {schedule.next_runs.length === 0 && <p className="text-sm text-ink-2">None</p>}
        </div>
        <div>
          <h3 className="mb-1 text-sm font-medium text-ink-3">What it did</h3>
          {data?.items.length === 0 && <p className="text-sm text-ink-2">It has not run yet.</p>}
          <ul>
            {data?.items.slice(0, 10).map((one) => (
              <RunLine
                key={one.id}
                state={RUN_STATES[one.state] ?? one.state}
                bad={one.state === 'failed' || one.state === 'dead'}
                words={one.error ?? outputWords(one.output)}
                when={agoWords(one.fire_at, clock.now)}
              />
            ))}
          </ul>
        </div>
      </div>
    </>
  )
}

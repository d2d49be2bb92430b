import { useQueries, useQuery } from '@tanstack/react-query'
import {
  Bar,
  BarChart,
  CartesianGrid,
  ReferenceLine,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { api, unwrap } from '@/api/client'
import { firstPages, projectsQuery } from '@/api/queries'
import type { Stats, Status } from '@/api/types'
import {
  acceptanceFinding,
  estimatesFinding,
  promisesFinding,
  statesFinding,
  summed,
  taken,
  timesFinding,
} from '@/words/findings'
import { STATUS_WORDS } from '@/words/tasks'
import { AXIS, Legend, MARGIN, TIP } from './axes'
import { Plot } from './plot'

const BAR = { radius: 2, isAnimationActive: false } as const

export function States({ stats }: { stats: Stats }) {
  const states = Object.entries(STATUS_WORDS).map(([status, name]) => ({
    name,
    tasks: stats.by_status[status as Status] ?? 0,
  }))
  return (
    <Plot
      title={statesFinding(stats)}
      told="Tasks that were added in this time, by what they are now"
      name="completion"
      columns={['state', 'tasks']}
      rows={stats.total ? states.map((one) => [one.name, one.tasks]) : []}
    >
      <BarChart data={states} layout="vertical" margin={MARGIN}>
        <CartesianGrid horizontal={false} stroke="var(--line)" />
        <XAxis type="number" allowDecimals={false} {...AXIS} />
        <YAxis type="category" dataKey="name" width={84} {...AXIS} />
        <Tooltip {...TIP} />
        <Bar dataKey="tasks" fill="var(--plot-1)" barSize={18} {...BAR} />
      </BarChart>
    </Plot>
  )
}

const HOUR = 3600

export function TimesTaken({ stats }: { stats: Stats }) {
  const { lead_time, cycle_time } = stats
  const longest = Math.max(lead_time.p85_seconds ?? 0, cycle_time.p85_seconds ?? 0)
  const [unit, size] = longest > 72 * HOUR ? (['days', 24 * HOUR] as const) : (['h', HOUR] as const)
  const round = (seconds: number | null) => Math.round(((seconds ?? 0) / size) * 10) / 10
  const times = [
    { name: 'Since added', half: lead_time.median_seconds, most: lead_time.p85_seconds },
    { name: 'Since begun', half: cycle_time.median_seconds, most: cycle_time.p85_seconds },
  ]
    .filter((one) => one.half !== null)
    .map(({ name, half, most }) => ({ name, half: round(half), most: round(most) }))
  return (
    <>
      <Plot
        title={timesFinding(stats)}
        told={`Lead time (since added) and cycle time (since begun) of what was finished, in ${unit === 'h' ? 'hours' : unit}`}
        name="lead-and-cycle-time"
        columns={['time', `half at most (${unit})`, `85 % at most (${unit})`]}
        rows={times.map((one) => [one.name, one.half, one.most])}
        height={180}
      >
        <BarChart data={times} layout="vertical" margin={MARGIN} barGap={2}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis type="number" unit={` ${unit}`} {...AXIS} />
          <YAxis type="category" dataKey="name" width={84} {...AXIS} />
          <Tooltip {...TIP} />
          <Bar dataKey="half" name="half at most" fill="var(--plot-1)" barSize={16} {...BAR} />
          <Bar dataKey="most" name="85 % at most" fill="var(--plot-3)" barSize={16} {...BAR} />
        </BarChart>
      </Plot>
      {times.length > 0 && (
        <Legend
          entries={[
            ['var(--plot-1)', 'half take at most this'],
            ['var(--plot-3)', '85 % take at most this'],
          ]}
        />
      )}
    </>
  )
}

const PAGES = 3

/** The newest that were finished: enough for a picture, without reading a whole history. */
const finished = (days: number, project_id: string) =>
  firstPages(
    {
      filter: `status = done and completed_at > now-${days}d and actual > 0 and estimate > 0`,
      sort: '-completed_at',
      ...(project_id ? { project_id } : {}),
    },
    PAGES,
  )

export function Estimates({ days, projectId }: { days: number; projectId: string }) {
  const { data } = useQuery({
    queryKey: ['stats', 'estimates', days, projectId],
    queryFn: () => finished(days, projectId),
  })
  if (!data) return null
  const points = taken(data.tasks)
  const longest = Math.max(0, ...points.flatMap((one) => [one.estimated, one.actual]))
  return (
    <Plot
      title={estimatesFinding(points)}
      told="Minutes that finished tasks took, by what was estimated. On the line both are the same."
      name="estimates"
      columns={['task', 'estimated (min)', 'took (min)']}
      rows={points.map((one) => [one.title, one.estimated, one.actual])}
      height={280}
    >
      <ScatterChart margin={{ ...MARGIN, right: 16 }}>
        <CartesianGrid stroke="var(--line)" />
        <XAxis type="number" dataKey="estimated" name="estimated" unit=" min" {...AXIS} />
        <YAxis type="number" dataKey="actual" name="took" unit=" min" width={64} {...AXIS} />
        <Tooltip {...TIP} />
        <ReferenceLine
          segment={[
            { x: 0, y: 0 },
            { x: longest, y: longest },
          ]}
          stroke="var(--ink-3)"
          strokeDasharray="4 4"
        />
        <Scatter data={points} fill="var(--plot-1)" fillOpacity={0.7} isAnimationActive={false} />
      </ScatterChart>
    </Plot>
  )
}

const MOST_PROJECTS = 20

/** Of one project, or of the first ones summed up. */
export function PromisesKept({ projectId }: { projectId: string }) {
  const { data: projects } = useQuery(projectsQuery)
  const asked = (projects?.items ?? []).filter((one) =>
    projectId ? one.id === projectId : !one.inbox,
  )
  const reports = useQueries({
    queries: asked.slice(0, MOST_PROJECTS).map(({ id }) => ({
      queryKey: ['sla', id, 'report'],
      queryFn: () =>
        unwrap(
          api.GET('/api/v1/projects/{project_id}/sla', { params: { path: { project_id: id } } }),
        ),
      staleTime: 60_000,
    })),
    combine: (all) => ({
      known: all.every((one) => !one.isPending),
      first: all.flatMap((one) => (one.data ? [one.data.first_response] : [])),
      done: all.flatMap((one) => (one.data ? [one.data.resolution] : [])),
    }),
  })
  if (!projects || !reports.known) return null
  const kept = [
    { name: 'First answer', ...summed(reports.first) },
    { name: 'Done', ...summed(reports.done) },
  ]
  const some = kept.some(({ met, breached, open }) => met + breached + open > 0)
  const where =
    asked.length > MOST_PROJECTS ? `, in the first ${MOST_PROJECTS} projects by name` : ''
  return (
    <>
      <Plot
        title={promisesFinding(kept)}
        told={
          some
            ? `What projects promise about their tasks (SLA), by what became of it${where}`
            : 'Projects promise answers and ends in their settings, under Projects and people.'
        }
        name="promises"
        columns={['promise', 'kept', 'broken', 'open']}
        rows={some ? kept.map((one) => [one.name, one.met, one.breached, one.open]) : []}
        height={160}
      >
        <BarChart data={kept} layout="vertical" margin={MARGIN}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis type="number" allowDecimals={false} {...AXIS} />
          <YAxis type="category" dataKey="name" width={84} {...AXIS} />
          <Tooltip {...TIP} />
          <Bar dataKey="met" name="kept" stackId="all" fill="var(--plot-1)" barSize={18} {...BAR} />
          <Bar dataKey="breached" name="broken" stackId="all" fill="var(--plot-2)" {...BAR} />
          <Bar dataKey="open" name="open" stackId="all" fill="var(--line-strong)" {...BAR} />
        </BarChart>
      </Plot>
      {some && (
        <Legend
          entries={[
            ['var(--plot-1)', 'kept'],
            ['var(--plot-2)', 'broken'],
            ['var(--line-strong)', 'open'],
          ]}
        />
      )}
    </>
  )
}

export function Acceptance() {
  const { data } = useQuery({
    queryKey: ['stats', 'acceptance'],
    queryFn: () => unwrap(api.GET('/api/v1/next-action/backtest')),
    staleTime: 60_000,
  })
  if (!data) return null
  const share = (part: number) => Math.round(part * 100)
  const shares = [
    { name: 'The first', plain: share(data.plain.first), learned: share(data.learned.first) },
    {
      name: 'One of three',
      plain: share(data.plain.first_three),
      learned: share(data.learned.first_three),
    },
  ]
  return (
    <>
      <Plot
        title={acceptanceFinding(data)}
        told="How often what you chose was proposed first, or among the first three, in per cent of your choices"
        name="acceptance"
        columns={['proposed', 'by the rules alone (%)', 'with what was learned (%)']}
        rows={data.picks ? shares.map((one) => [one.name, one.plain, one.learned]) : []}
        height={180}
      >
        <BarChart data={shares} layout="vertical" margin={MARGIN} barGap={2}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis type="number" domain={[0, 100]} unit=" %" {...AXIS} />
          <YAxis type="category" dataKey="name" width={84} {...AXIS} />
          <Tooltip {...TIP} />
          <Bar dataKey="plain" name="by the rules" fill="var(--plot-2)" barSize={16} {...BAR} />
          <Bar dataKey="learned" name="with learning" fill="var(--plot-1)" barSize={16} {...BAR} />
        </BarChart>
      </Plot>
      {data.picks > 0 && (
        <Legend
          entries={[
            ['var(--plot-2)', 'by the rules alone'],
            ['var(--plot-1)', 'with what was learned'],
          ]}
        />
      )}
    </>
  )
}

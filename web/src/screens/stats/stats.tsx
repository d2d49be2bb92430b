import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Area, AreaChart, Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts'
import { api, unwrap } from '@/api/client'
import { projectsQuery } from '@/api/queries'
import type { Stats } from '@/api/types'
import { Select } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { percentWords, secondsWords } from '@/words/durations'
import { cumulated, priorityFinding, throughputFinding } from '@/words/findings'
import { PRIORITIES, PRIORITY_WORDS } from '@/words/tasks'
import { AXIS, COUNT, Legend, MARGIN, short, TIP } from './axes'
import { Acceptance, Estimates, PromisesKept, States, TimesTaken } from './measured'
import { Plot } from './plot'

const SPANS = [
  { value: '30', label: 'The last 30 days' },
  { value: '90', label: 'The last 90 days' },
  { value: '365', label: 'The last year' },
]
const DAY = 86_400_000

export function StatsScreen() {
  const [days, setDays] = useState('30')
  const [projectId, setProjectId] = useState('')
  const { data: projects } = useQuery(projectsQuery)
  const { data, error, refetch } = useStats(Number(days), projectId)
  return (
    <div className="mx-auto w-full max-w-[800px] px-5 py-6 md:px-10 md:py-10">
      <header className="mb-8 flex flex-wrap items-center gap-2">
        <h1 className="w-full text-xl font-semibold tracking-tight md:me-auto md:w-auto">Stats</h1>
        <Select
          label="Project"
          hideLabel
          className="flex-1 md:w-44 md:flex-none"
          value={projectId}
          onChange={(event) => setProjectId(event.target.value)}
          options={[
            { value: '', label: 'All projects' },
            ...(projects?.items ?? []).map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
        <Select
          label="Time"
          hideLabel
          className="flex-1 md:w-44 md:flex-none"
          value={days}
          onChange={(event) => setDays(event.target.value)}
          options={SPANS}
        />
      </header>
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data && <Figures stats={data} />}
      {data && !happened(data) && (
        <Empty title="Nothing was added or finished">
          Figures come with what you do. Perhaps there is something in a longer time.
        </Empty>
      )}
      {data && happened(data) && (
        <>
          <Plots stats={data} />
          <States stats={data} />
          <TimesTaken stats={data} />
          <Estimates days={Number(days)} projectId={projectId} />
          <PromisesKept projectId={projectId} />
          <Acceptance />
        </>
      )}
    </div>
  )
}

/** Plots of nothing say nothing. */
const happened = ({ throughput }: Stats) =>
  throughput.items.some(({ created, completed }) => created + completed > 0)

function useStats(days: number, projectId: string) {
  return useQuery({
    queryKey: ['stats', days, projectId],
    queryFn: () => {
      const from = new Date(Date.now() - days * DAY).toISOString()
      const query = { from, ...(projectId ? { project_id: projectId } : {}) }
      return unwrap(api.GET('/api/v1/tasks/stats', { params: { query } }))
    },
    placeholderData: (before) => before,
  })
}

function Figures({ stats }: { stats: Stats }) {
  const figures = [
    ['Open', stats.open.toLocaleString('en')],
    ['Overdue', stats.overdue.toLocaleString('en')],
    ['Finished', percentWords(stats.completion_rate)],
    ['Half are done within', secondsWords(stats.lead_time.median_seconds)],
    ['Half take, once begun', secondsWords(stats.cycle_time.median_seconds)],
  ]
  return (
    <dl className="mb-12 grid grid-cols-2 gap-x-6 gap-y-5 md:grid-cols-5">
      {figures.map(([name, value]) => (
        <div key={name} className="flex flex-col-reverse">
          <dt className="text-xs text-ink-3">{name}</dt>
          <dd className="text-xl font-semibold tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Plots({ stats }: { stats: Stats }) {
  const { items, interval } = stats.throughput
  const flow = cumulated(items)
  const priorities = PRIORITIES.map((one) => ({
    name: PRIORITY_WORDS[one],
    tasks: stats.by_priority[one] ?? 0,
  }))
  return (
    <>
      <Plot
        title={throughputFinding(items)}
        told={`Tasks added and finished per ${interval}`}
        name="throughput"
        columns={[interval, 'added', 'finished']}
        rows={items.map((point) => [point.start, point.created, point.completed])}
      >
        <BarChart data={items} margin={MARGIN} barGap={1}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="start" tickFormatter={short} minTickGap={24} {...AXIS} />
          <YAxis {...COUNT} />
          <Tooltip labelFormatter={(label) => short(String(label))} {...TIP} />
          <Bar
            dataKey="created"
            name="added"
            fill="var(--plot-2)"
            radius={2}
            isAnimationActive={false}
          />
          <Bar
            dataKey="completed"
            name="finished"
            fill="var(--plot-1)"
            radius={2}
            isAnimationActive={false}
          />
        </BarChart>
      </Plot>
      <Legend
        entries={[
          ['var(--plot-2)', 'added'],
          ['var(--plot-1)', 'finished'],
        ]}
      />
      <Plot
        title="What lies between the two lines is still open"
        told="Tasks added and finished in this time, summed up"
        name="cumulative-flow"
        columns={[interval, 'added', 'finished']}
        rows={flow.map((point) => [point.start, point.created, point.completed])}
      >
        <AreaChart data={flow} margin={MARGIN}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="start" tickFormatter={short} minTickGap={24} {...AXIS} />
          <YAxis {...COUNT} />
          <Tooltip labelFormatter={(label) => short(String(label))} {...TIP} />
          <Area
            dataKey="created"
            name="added"
            stroke="var(--plot-2)"
            fill="var(--plot-2)"
            fillOpacity={0.15}
            strokeWidth={2}
            isAnimationActive={false}
          />
          <Area
            dataKey="completed"
            name="finished"
            stroke="var(--plot-1)"
            fill="var(--plot-1)"
            fillOpacity={0.3}
            strokeWidth={2}
            isAnimationActive={false}
          />
        </AreaChart>
      </Plot>
      <Plot
        title={priorityFinding(stats.by_priority)}
        told="Tasks by priority"
        name="priorities"
        columns={['priority', 'tasks']}
        rows={priorities.map((one) => [one.name, one.tasks])}
      >
        <BarChart data={priorities} layout="vertical" margin={MARGIN}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis type="number" allowDecimals={false} {...AXIS} />
          <YAxis type="category" dataKey="name" width={64} {...AXIS} />
          <Tooltip {...TIP} />
          <Bar
            dataKey="tasks"
            fill="var(--plot-1)"
            radius={2}
            barSize={18}
            isAnimationActive={false}
          />
        </BarChart>
      </Plot>
    </>
  )
}

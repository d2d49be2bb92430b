import { useQuery } from '@tanstack/react-query'
import { Area, AreaChart, CartesianGrid, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts'
import { firstPages } from '@/api/queries'
import type { Goal } from '@/api/types'
import { useClock } from '@/app/clock'
import { AXIS, COUNT, Legend, MARGIN, short, TIP } from '@/screens/stats/axes'
import { Plot } from '@/screens/stats/plot'
import { burnUp, burnUpFinding, milestones } from '@/words/findings'

const PAGES = 5
const COLOURS: Record<string, string> = {
  likely: 'var(--plot-1)',
  latest: 'var(--plot-1)',
  target: 'var(--plot-2)',
}

/** How much there is to do for a goal, and how much of it is done, day by day. */
export function BurnUp({ goal }: { goal: Goal }) {
  const { now } = useClock()
  const { data } = useQuery({
    queryKey: ['goals', goal.id, 'burn-up'],
    queryFn: () => firstPages({ goal_id: goal.id, sort: '-created_at' }, PAGES),
  })
  if (!data) return null
  const points = burnUp(
    data.tasks.filter((task) => task.status !== 'cancelled'),
    now,
  )
  const marks = milestones(goal)
  const last = Math.max(points.at(-1)?.day ?? 0, ...marks.map(({ day }) => day))
  return (
    <>
      <Plot
        title={burnUpFinding(points)}
        told={`Tasks that serve it and those of them that are done, by day${data.more ? ', of the newest 500' : ''}. Dashed: the forecast and the target.`}
        name="burn-up"
        columns={['day', 'tasks', 'done']}
        rows={points.map((one) => [
          new Date(one.day).toISOString().slice(0, 10),
          one.scope,
          one.done,
        ])}
        height={220}
      >
        <AreaChart data={points} margin={{ ...MARGIN, top: 20, right: 24 }}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="day"
            type="number"
            scale="time"
            domain={[points[0]?.day ?? 0, last]}
            tickFormatter={short}
            minTickGap={32}
            {...AXIS}
          />
          <YAxis {...COUNT} />
          <Tooltip labelFormatter={(day) => short(Number(day))} {...TIP} />
          <Area
            type="stepAfter"
            dataKey="scope"
            name="tasks"
            stroke="var(--plot-2)"
            fill="var(--plot-2)"
            fillOpacity={0.12}
            strokeWidth={2}
            isAnimationActive={false}
          />
          <Area
            type="stepAfter"
            dataKey="done"
            name="done"
            stroke="var(--plot-1)"
            fill="var(--plot-1)"
            fillOpacity={0.3}
            strokeWidth={2}
            isAnimationActive={false}
          />
          {marks.map(({ day, name }) => (
            <ReferenceLine
              key={name}
              x={day}
              stroke={COLOURS[name]}
              strokeDasharray={name === 'latest' ? '2 4' : '5 4'}
              label={{ value: name, position: 'top', fontSize: 12, fill: 'var(--ink-2)' }}
            />
          ))}
        </AreaChart>
      </Plot>
      {points.length > 0 && (
        <Legend
          entries={[
            ['var(--plot-2)', 'tasks that serve it'],
            ['var(--plot-1)', 'done'],
          ]}
        />
      )}
    </>
  )
}

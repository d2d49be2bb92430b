import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { rulesQuery, schedulesQuery } from '@/api/queries'
import { useCommands } from '@/app/commands'
import { Button } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { RuleForm } from './rule-form'
import { RuleRow } from './rule-row'
import { ScheduleForm } from './schedule-form'
import { ScheduleRow } from './schedule-row'

export function AutomationsScreen() {
  const schedules = useQuery(schedulesQuery)
  const rules = useQuery(rulesQuery)
  const [making, setMaking] = useState<'schedule' | 'rule' | null>(null)
  const group = 'Automations'
  useCommands([
    { id: 'new-schedule', title: 'New schedule', group, run: () => setMaking('schedule') },
    { id: 'new-rule', title: 'New rule', group, run: () => setMaking('rule') },
  ])
  return (
    <div className="mx-auto w-full max-w-[800px] px-5 py-6 md:px-10 md:py-10">
      <h1 className="mb-6 text-xl font-semibold tracking-tight">Automations</h1>
      <Part
        title="Schedules"
        told="By the clock, in your name."
        add="New schedule"
        onAdd={() => setMaking('schedule')}
        query={schedules}
        empty="Nothing happens by the clock yet. For example: every Monday at 08:00, add the task “Water the plants”."
      >
        {schedules.data?.items.map((one) => (
          <ScheduleRow key={one.id} schedule={one} />
        ))}
      </Part>
      <Part
        title="Rules"
        told="When something happens to a task."
        add="New rule"
        onAdd={() => setMaking('rule')}
        query={rules}
        empty="No rules yet. For example: when a task that matches @bug is added, set priority to high."
      >
        {rules.data?.items.map((one) => (
          <RuleRow key={one.id} rule={one} />
        ))}
      </Part>
      {making === 'schedule' && <ScheduleForm onClose={() => setMaking(null)} />}
      {making === 'rule' && <RuleForm onClose={() => setMaking(null)} />}
    </div>
  )
}

interface PartProps {
  title: string
  told: string
  add: string
  onAdd: () => void
  query: { data?: { items: unknown[] }; error: unknown; refetch: () => unknown }
  empty: string
  children: ReactNode
}

function Part({ title, told, add, onAdd, query, empty, children }: PartProps) {
  const { data, error, refetch } = query
  return (
    <section aria-label={title} className="mb-12">
      <header className="flex items-end justify-between gap-4 border-b border-line pb-3">
        <div>
          <h2 className="text-lg font-semibold">{title}</h2>
          <p className="text-ink-2">{told}</p>
        </div>
        <Button onClick={onAdd}>
          <Plus size={16} aria-hidden /> {add}
        </Button>
      </header>
      {Boolean(error) && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton rows={3} />}
      {data?.items.length === 0 && <Empty title={`No ${title.toLowerCase()}`}>{empty}</Empty>}
      <ul>{children}</ul>
    </section>
  )
}

import { useQuery } from '@tanstack/react-query'
import { goalsQuery } from '@/api/queries'
import type { Task } from '@/api/types'
import { useClock } from '@/app/clock'
import { momentWords } from '@/words/dates'
import type { DerivedField } from '@/words/derived'
import { minutesWords, PRIORITY_WORDS, STATUS_WORDS } from '@/words/tasks'
import { Derived } from './derived'
import { capital, Field, repeatWords, useAssignees } from './fields'

/** The fields for whoever may only look: what is known, in words. */
export function Facts({ task }: { task: Task }) {
  return (
    <dl className="mt-4 grid grid-cols-[104px_minmax(0,1fr)] items-baseline gap-y-1">
      {useFacts(task).map(([name, value, field]) => (
        <Field key={name} name={name}>
          <span className="block break-words px-2 leading-8">{value}</span>
          {field && <Derived task={task} field={field} may={false} />}
        </Field>
      ))}
    </dl>
  )
}

type Fact = [name: string, value: string, derived?: DerivedField]

function useFacts(task: Task): Fact[] {
  const clock = useClock()
  const assignees = useAssignees(task)
  const { data: goals } = useQuery(goalsQuery)
  const moment = (at: string | null) => (at ? momentWords(at, clock) : '')
  const { estimated_duration: minutes, energy } = task
  const facts: Fact[] = [
    ['Status', STATUS_WORDS[task.status]],
    ['Priority', PRIORITY_WORDS[task.priority], 'priority'],
    ['Category', capital(task.category), 'category'],
    ['Due', moment(task.due_at)],
    ['Not before', moment(task.start_at)],
    ['Takes', minutes ? minutesWords(minutes) : '', 'estimated_duration'],
    ['Energy', energy ? capital(energy) : ''],
    ['Goal', goals?.items.find(({ id }) => id === task.goal_id)?.title ?? ''],
    ['Tags', [...task.tags, ...task.context].join(', ')],
    ['Assigned to', assignees],
    ['Repeats', task.recurrence ? repeatWords(task) : ''],
  ]
  return facts.filter(([, value]) => value)
}

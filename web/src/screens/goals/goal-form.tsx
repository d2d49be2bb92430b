import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { contest, send, type Write } from '@/api/outbox'
import { isStale, sentence } from '@/api/problem'
import { goalsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { Goal } from '@/api/types'
import { say } from '@/app/toasts'
import { Button, Select, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'

interface Props {
  /** The goal that is changed; without one a new one is set. */
  goal?: Goal
  onClose: () => void
}

interface Body {
  title: string
  description: string
  target_date: string | null
  parent_id: string | null
  weight: number
}

/** Only what was changed, so that what others changed beside it stands. */
function changes(goal: Goal, body: Body): Partial<Body> {
  const now: Body = goal
  const different = Object.entries(body).filter(([key, value]) => now[key as keyof Body] !== value)
  return Object.fromEntries(different)
}

async function keepGoal(goal: Goal | undefined, body: Body): Promise<void> {
  if (!goal) {
    await unwrap(api.POST('/api/v1/goals', { body }))
    return
  }
  const write: Write = {
    method: 'PATCH',
    path: `/api/v1/goals/${goal.id}`,
    version: goal.version,
    body: changes(goal, body),
    label: `Change the goal: ${goal.title}`,
  }
  await send(write).catch((error) => {
    if (!isStale(error)) throw error
    contest(write, error)
  })
}

const WEIGHTS = [
  { value: '0.5', label: 'Half as much as others' },
  { value: '1', label: 'As much as others' },
  { value: '1.5', label: 'One and a half times' },
  { value: '2', label: 'Twice' },
]

/** Weights that came in another way are kept as they are. */
function weightsFor(goal?: Goal): typeof WEIGHTS {
  const own = String(goal?.weight ?? 1)
  return WEIGHTS.some(({ value }) => value === own)
    ? WEIGHTS
    : [...WEIGHTS, { value: own, label: `${own} times` }]
}

/** A goal cannot be part of itself, nor of what is part of it. */
export function possibleParents(goals: Goal[], goal?: Goal): Goal[] {
  const below = new Set(goal ? [goal.id] : [])
  for (let size = 0; size !== below.size; ) {
    size = below.size
    for (const one of goals) if (below.has(one.parent_id ?? '')) below.add(one.id)
  }
  return goals.filter(
    (one) =>
      !below.has(one.id) &&
      (one.status === 'open' || one.id === goal?.parent_id) &&
      (!goal || one.workspace_id === goal.workspace_id),
  )
}

export function GoalForm({ goal, onClose }: Props) {
  const { data } = useQuery(goalsQuery)
  const [problem, setProblem] = useState('')
  const title = goal ? 'Change the goal' : 'New goal'
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const body = {
      title: text('title'),
      description: text('description'),
      target_date: text('target_date') || null,
      parent_id: text('parent_id') || null,
      weight: Number(text('weight')),
    }
    try {
      await keepGoal(goal, body)
      if (!goal) say({ text: `New goal: ${body.title}` })
      onClose()
    } catch (error) {
      setProblem(sentence(error))
    }
    await queryClient.invalidateQueries({ queryKey: ['goals'] })
  }
  const parents = possibleParents(data?.items ?? [], goal)
  return (
    <Dialog label={title} onClose={onClose} className="max-w-[420px]">
      <form onSubmit={keep} className="flex flex-col gap-4 p-6">
        <h2 className="text-lg font-semibold">{title}</h2>
        <TextField
          label="What is reached"
          name="title"
          required
          autoFocus
          defaultValue={goal?.title}
        />
        <TextField label="What it means" name="description" defaultValue={goal?.description} />
        <TextField
          label="By"
          name="target_date"
          type="date"
          defaultValue={goal?.target_date ?? ''}
        />
        <Select
          label="Counts"
          name="weight"
          defaultValue={String(goal?.weight ?? 1)}
          options={weightsFor(goal)}
        />
        {parents.length > 0 && (
          <Select
            label="Part of"
            name="parent_id"
            defaultValue={goal?.parent_id ?? ''}
            options={[
              { value: '', label: 'Nothing larger' },
              ...parents.map(({ id, title }) => ({ value: id, label: title })),
            ]}
          />
        )}
        {problem && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            {goal ? 'Save' : 'Set the goal'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

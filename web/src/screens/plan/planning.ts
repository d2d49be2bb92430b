/** What people do to their plan: shown at once, then what it moved. */
import { api, unwrap } from '@/api/client'
import { send } from '@/api/outbox'
import { sentence } from '@/api/problem'
import { planQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { Plan, PlanBlock } from '@/api/types'
import { say } from '@/app/toasts'
import { createStore } from '@/ui/store'
import { type Move, moves } from '@/words/plan'

export interface Outcome {
  moved: Move[]
  plan: Plan
}

/** What the last change moved, until it is dismissed. */
export const outcome = createStore<Outcome | null>(null)

export interface Pinned {
  id: string
  title: string
  minutes?: number
}

const MINUTE = 60_000

function withPin(plan: Plan, task: Pinned, start: Date): Plan {
  const own = plan.blocks.find((block) => block.task_id === task.id)
  const length = own ? Date.parse(own.end) - Date.parse(own.start) : (task.minutes ?? 30) * MINUTE
  const end = new Date(start.getTime() + length).toISOString()
  const block: PlanBlock = {
    key: own?.key ?? '',
    task_id: task.id,
    title: task.title,
    start: start.toISOString(),
    end,
    p80_end: end,
    pinned: true,
  }
  const others = plan.blocks.filter((one) => one.task_id !== task.id)
  const unplaced = plan.unplaced.filter((one) => one.task_id !== task.id)
  return { ...plan, unplaced, blocks: [...others, block] }
}

async function changed(from: string, work: () => Promise<unknown>): Promise<boolean> {
  const query = planQuery(from)
  const before = queryClient.getQueryData(query.queryKey)
  try {
    await work()
    const plan = await queryClient.fetchQuery({ ...query, staleTime: 0 })
    if (before) outcome.set({ moved: moves(before.blocks, plan.blocks), plan })
    void queryClient.invalidateQueries({ queryKey: ['next'] })
    return true
  } catch (error) {
    if (before) queryClient.setQueryData(query.queryKey, before)
    say({ text: sentence(error), tone: 'danger' })
    return false
  }
}

export function pin(from: string, task: Pinned, start: Date): Promise<boolean> {
  return changed(from, () => {
    queryClient.setQueryData(planQuery(from).queryKey, (plan) => plan && withPin(plan, task, start))
    const body = {
      task_id: task.id,
      start: start.toISOString(),
      ...(task.minutes ? { minutes: task.minutes } : {}),
    }
    return send({ method: 'PUT', path: '/api/v1/plan/pins', body, label: `Pin: ${task.title}` })
  })
}

export const unpin = (from: string, task: Pinned) =>
  changed(from, () =>
    send({
      method: 'DELETE',
      path: `/api/v1/plan/pins/${task.id}`,
      label: `Take the pin out: ${task.title}`,
    }),
  )

export const replan = (from: string) =>
  changed(from, async () => {
    const query = { from, days: 7 }
    await unwrap(api.POST('/api/v1/plan/replan', { params: { query } }))
  })

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useRef } from 'react'
import { send } from '@/api/outbox'
import { sentence } from '@/api/problem'
import { subtasksQuery } from '@/api/queries'
import type { Task } from '@/api/types'
import { refresh, toggleDone } from '@/api/writes'
import { say } from '@/app/toasts'
import { TaskCheck } from '@/ui/task-parts'
import { Part } from './part'

export function Subtasks({ task, may }: { task: Task; may: boolean }) {
  const { data } = useQuery(subtasksQuery(task.id))
  const client = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    const title = field.current?.value.trim()
    if (!title || !field.current) return
    field.current.value = ''
    try {
      const body = { title, parent_id: task.id, project_id: task.project_id }
      await send({ method: 'POST', path: '/api/v1/tasks', body, label: `Add: ${title}` })
      await client.invalidateQueries({ queryKey: ['task', task.id, 'subtasks'] })
      refresh()
    } catch (error) {
      say({ text: sentence(error), tone: 'danger' })
    }
  }
  const done = data?.items.filter((one) => one.completed).length ?? 0
  const count = data?.items.length ?? 0
  if (!may && count === 0) return null
  return (
    <Part title={count ? `Subtasks, ${done} of ${count} done` : 'Subtasks'}>
      <ul>
        {data?.items.map((one) => (
          <li key={one.id} className="flex min-h-9 items-center gap-3">
            <TaskCheck task={one} locked={!may} onToggle={() => void toggleDone(one)} />
            <Link to="." search={{ task: one.id }} className="min-w-0 truncate hover:text-accent">
              {one.title}
            </Link>
          </li>
        ))}
      </ul>
      {may && (
        <form onSubmit={add}>
          <input
            ref={field}
            aria-label="New subtask"
            placeholder="Add a subtask"
            className="-mx-2 h-9 w-full rounded bg-transparent px-2 hover:bg-hover focus:bg-hover"
          />
        </form>
      )}
    </Part>
  )
}

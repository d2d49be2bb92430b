import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, X } from 'lucide-react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import { dependenciesQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { Task, TaskRef } from '@/api/types'
import { refresh } from '@/api/writes'
import { choose } from '@/app/overlays'
import { say } from '@/app/toasts'
import { Button, cx, IconButton } from '@/ui/controls'
import { STATUS_WORDS } from '@/words/tasks'
import { Part } from './part'

async function change(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

async function askFor(task: Task): Promise<void> {
  const found = await queryClient.fetchQuery({
    queryKey: ['tasks', 'to-wait-for', task.workspace_id],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/tasks', {
          params: { query: { workspace_id: task.workspace_id, status: ['open'], limit: 100 } },
        }),
      ),
  })
  const others = found.items.filter((one) => one.id !== task.id)
  choose(
    'Waits for',
    others.map((one) => ({
      label: one.title,
      hint: one.key,
      run: () =>
        void change(
          unwrap(
            api.POST('/api/v1/tasks/{task_id}/dependencies', {
              params: { path: { task_id: task.id } },
              body: { blocked_by: one.id },
            }),
          ),
        ),
    })),
  )
}

export function Relations({ task, may }: { task: Task; may: boolean }) {
  const { data } = useQuery(dependenciesQuery(task.id))
  const drop = (id: string) =>
    change(
      unwrap(
        api.DELETE('/api/v1/tasks/{task_id}/dependencies/{blocked_by_id}', {
          params: { path: { task_id: task.id, blocked_by_id: id } },
        }),
      ),
    )
  if (!may && !(data?.blocked_by.length || data?.blocks.length)) return null
  return (
    <Part title="Dependencies">
      {data?.blocked_by.map((ref) => (
        <Row
          key={ref.id}
          words="Waits for"
          other={ref}
          onDrop={may ? () => void drop(ref.id) : undefined}
        />
      ))}
      {data?.blocks.map((ref) => (
        <Row key={ref.id} words="Frees" other={ref} />
      ))}
      {may && (
        <Button look="quiet" className="-ms-2 px-2" onClick={() => void askFor(task)}>
          <Plus size={16} aria-hidden /> Waits for
        </Button>
      )}
    </Part>
  )
}

function Row({ words, other, onDrop }: { words: string; other: TaskRef; onDrop?: () => void }) {
  const closed = other.status === 'done' || other.status === 'cancelled'
  return (
    <div className="flex min-h-9 items-center gap-3">
      <span className="w-16 shrink-0 text-sm text-ink-3">{words}</span>
      <Link
        to="."
        search={{ task: other.id }}
        className={cx(
          'min-w-0 flex-1 truncate hover:text-accent',
          closed && 'text-ink-3 line-through',
        )}
      >
        {other.title}
      </Link>
      <span className="text-xs text-ink-3">{STATUS_WORDS[other.status]}</span>
      {onDrop && (
        <IconButton label={`Do not wait for ${other.title}`} onClick={onDrop}>
          <X size={14} aria-hidden />
        </IconButton>
      )}
    </div>
  )
}

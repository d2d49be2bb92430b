import { Link } from '@tanstack/react-router'
import type { NextAction, RunnerUp } from '@/api/types'
import { Due, PriorityMark } from '@/ui/task-parts'
import { countWords, minutesWords } from '@/words/tasks'

const SHOWN = 4

interface Props {
  next: NextAction
}

export function RunnersUp({ next }: Props) {
  const shown = next.runners_up.slice(0, SHOWN)
  return (
    <aside aria-labelledby="then">
      {shown.length > 0 && (
        <>
          <h2 id="then" className="mb-1 text-sm font-medium text-ink-3">
            Then
          </h2>
          <ol className="flex flex-col">
            {shown.map((runner) => (
              <Row key={runner.task.id} runner={runner} />
            ))}
          </ol>
        </>
      )}
      <p className="mt-4 text-xs text-ink-3">
        {next.ineligible_count > 0 &&
          `${countWords(next.ineligible_count, 'task')} cannot be done now: blocked, put off, skipped, or too long.`}
      </p>
    </aside>
  )
}

function Row({ runner }: { runner: RunnerUp }) {
  const { task } = runner
  const change = runner.would_win_if[0]
  return (
    <li className="border-b border-line last:border-0">
      <Link
        to="."
        search={{ task: task.id }}
        className="-mx-2 flex gap-3 rounded px-2 py-3 hover:bg-hover"
      >
        <span className="pt-0.5">
          <PriorityMark priority={task.priority} />
        </span>
        <span className="min-w-0">
          <span className="block font-medium">{task.title}</span>
          <span className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-3">
            <Due task={task} />
            {task.estimated_duration && <span>{minutesWords(task.estimated_duration)}</span>}
          </span>
          {change && (
            <span className="mt-1 block text-xs text-ink-2">Would win if {lower(change.text)}</span>
          )}
        </span>
      </Link>
    </li>
  )
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { historyQuery } from '@/api/queries'
import type { Task } from '@/api/types'
import { useClock } from '@/app/clock'
import { Button } from '@/ui/controls'
import { agoWords } from '@/words/dates'
import { Part } from './part'

/** Asked for only when somebody wants to know. */
export function History({ task }: { task: Task }) {
  const [open, setOpen] = useState(false)
  const { now } = useClock()
  const { data } = useQuery({ ...historyQuery(task.id), enabled: open })
  return (
    <Part title="History">
      {!open && (
        <Button look="quiet" className="-ms-2 px-2" onClick={() => setOpen(true)}>
          Show what happened
        </Button>
      )}
      <ul className="flex flex-col gap-2 text-sm">
        {data?.items.map((entry) => (
          <li key={entry.id} className="flex gap-3">
            <span className="min-w-0 flex-1 text-ink-2">{entry.text}</span>
            <time dateTime={entry.at} className="shrink-0 text-xs text-ink-3">
              {agoWords(entry.at, now)}
            </time>
          </li>
        ))}
      </ul>
    </Part>
  )
}

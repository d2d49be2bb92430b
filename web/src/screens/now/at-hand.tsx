import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { api, unwrap } from '@/api/client'
import type { AtHand } from '@/api/queries'
import { Chip } from '@/ui/controls'
import { useIdle } from '@/ui/idle'
import { ENERGIES, minutesWords } from '@/words/tasks'

// As long as anybody has at once; the end of the slider means any length.
const STEPS = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240] as const

/** What is at hand: time, place and energy. Each change ranks anew. */
export function AtHandBar({ at, onChange }: { at: AtHand; onChange: (at: AtHand) => void }) {
  const id = useId()
  const contexts = useContexts()
  const index = at.minutes ? STEPS.indexOf(at.minutes as (typeof STEPS)[number]) : STEPS.length
  const words = at.minutes ? minutesWords(at.minutes) : 'Any length'
  const chosen = at.context ?? []
  const toggle = (context: string) => {
    const next = chosen.includes(context)
      ? chosen.filter((one) => one !== context)
      : [...chosen, context]
    onChange({ ...at, context: next.length > 0 ? next : undefined })
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className="shrink-0 text-sm text-ink-2">
          Time at hand
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={STEPS.length}
          value={index}
          aria-valuetext={words}
          onChange={(event) => onChange({ ...at, minutes: STEPS[Number(event.target.value)] })}
          className="h-6 min-w-0 max-w-[200px] flex-1"
        />
        <output htmlFor={id} className="w-20 text-sm font-medium tabular-nums">
          {words}
        </output>
      </div>
      <div className="-mx-5 flex items-center gap-2 overflow-x-auto px-5 [scrollbar-width:none] md:mx-0 md:flex-wrap md:px-0">
        {contexts.map((context) => (
          <Chip key={context} on={chosen.includes(context)} onClick={() => toggle(context)}>
            {context}
          </Chip>
        ))}
        {contexts.length > 0 && <span className="mx-1 h-4 w-px bg-line-strong" />}
        {ENERGIES.map((energy) => (
          <Chip
            key={energy}
            on={at.energy === energy}
            onClick={() => onChange({ ...at, energy: at.energy === energy ? undefined : energy })}
          >
            {energy === 'low' ? 'Low energy' : energy === 'high' ? 'High energy' : 'Medium'}
          </Chip>
        ))}
      </div>
    </div>
  )
}

const MOST = 5

/** The places that open tasks belong to, the most frequent first. */
function useContexts(): string[] {
  const idle = useIdle()
  const { data } = useQuery({
    queryKey: ['contexts'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/tasks', { params: { query: { status: ['open'], limit: 100 } } })),
    staleTime: 5 * 60_000,
    enabled: idle,
    select: (page) => {
      const counts = new Map<string, number>()
      for (const context of page.items.flatMap((task) => task.context))
        counts.set(context, (counts.get(context) ?? 0) + 1)
      return [...counts.entries()].sort((a, b) => b[1] - a[1]).map(([name]) => name)
    },
  })
  return data?.slice(0, MOST) ?? []
}

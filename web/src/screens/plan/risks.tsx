import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { api, unwrap } from '@/api/client'
import { useClock } from '@/app/clock'
import { cx } from '@/ui/controls'
import { byWords, chanceWords, isSafe, type Risk, WHAT } from '@/words/risks'

const MOST = 6
const TONES = { on_track: 'text-good', at_risk: 'text-warn', late: 'text-danger' }

/** How likely the dates are kept that the plan stands for, the least likely first. */
export function Risks() {
  const id = useId()
  const { data } = useQuery({
    queryKey: ['plan', 'risks'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/plan/risks', { signal })),
    refetchInterval: 60_000,
  })
  if (!data || data.items.length === 0) return null
  const unsafe = data.items.filter((risk) => !isSafe(risk))
  const shown = unsafe.slice(0, MOST)
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-1 text-sm font-medium text-ink-3">
        Will the dates hold
      </h2>
      {unsafe.length === 0 && (
        <p className="text-ink-2">Each one very likely: in four of five cases or more.</p>
      )}
      <ul>
        {shown.map((risk) => (
          <Row key={`${risk.kind} ${risk.id}`} risk={risk} />
        ))}
      </ul>
      {unsafe.length > MOST && (
        <p className="text-sm text-ink-3">and {unsafe.length - MOST} more</p>
      )}
      <p className="mt-1 text-xs text-ink-3">
        The plan lived through {data.futures.toLocaleString('en')} times, with durations as they
        vary for you.
      </p>
    </section>
  )
}

function Row({ risk }: { risk: Risk }) {
  const clock = useClock()
  return (
    <li className="border-b border-line py-2 last:border-0">
      <span className="block font-medium break-words">{risk.title}</span>
      <span className={cx('block text-sm font-medium', TONES[risk.outlook])}>
        {chanceWords(risk)}
      </span>
      <span className="block text-sm text-ink-2">
        {WHAT[risk.kind]} {byWords(risk, clock)}
      </span>
    </li>
  )
}

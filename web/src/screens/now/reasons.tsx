import { useId, useState } from 'react'
import type { Proposal } from '@/api/types'
import { cx } from '@/ui/controls'
import { ACT, FigureTable } from '@/ui/figure-table'
import { save } from '@/ui/save'
import { csv } from '@/words/csv'
import { explained } from '@/words/tasks'
import { signed, waterfall } from './waterfall'

/** Why this task: bars that add up to its score, each explained on focus. */
export function Reasons({ proposal }: { proposal: Proposal }) {
  const [asTable, setAsTable] = useState(false)
  const id = useId()
  return (
    <section aria-labelledby={`${id}-why`}>
      <div className="mb-2 flex items-baseline gap-1">
        <h2 id={`${id}-why`} className="me-auto text-sm font-medium text-ink-3">
          Why this one
        </h2>
        <button
          type="button"
          aria-pressed={asTable}
          className={ACT}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Bars' : 'Table'}
        </button>
        <button
          type="button"
          className={ACT}
          onClick={() =>
            save('why.csv', new Blob([csv(COLUMNS, rowsOf(proposal))], { type: 'text/csv' }))
          }
        >
          CSV
        </button>
      </div>
      {asTable ? (
        <FigureTable columns={COLUMNS} rows={rowsOf(proposal)} />
      ) : (
        <Bars proposal={proposal} />
      )}
    </section>
  )
}

const COLUMNS = ['reason', 'counts', 'sum so far']

function rowsOf({ reasons }: Proposal): (string | number)[][] {
  let sum = 0
  return reasons.map(({ text, value }) => {
    sum += value
    return [capital(text), signed(value), signed(sum)]
  })
}

function Bars({ proposal }: { proposal: Proposal }) {
  const [focused, setFocused] = useState<string | null>(null)
  const id = useId()
  const { bars, sum, total } = waterfall(proposal.reasons)
  return (
    <>
      <ul className="-mx-2">
        {bars.map(({ reason, start, length }) => (
          <li key={reason.term}>
            <button
              type="button"
              aria-describedby={`${id}-told`}
              onFocus={() => setFocused(reason.term)}
              onBlur={() => setFocused(null)}
              onMouseEnter={() => setFocused(reason.term)}
              onMouseLeave={() => setFocused(null)}
              className="grid w-full grid-cols-[minmax(0,1fr)_minmax(72px,34%)_40px] items-center gap-3 rounded px-2 py-1.5 text-start hover:bg-hover"
            >
              <span>{capital(reason.text)}</span>
              <span className="relative h-2" aria-hidden>
                <span
                  className={cx(
                    'absolute inset-y-0 min-w-[3px] rounded-sm',
                    reason.value < 0 ? 'bg-plot-2' : 'bg-plot-1',
                  )}
                  style={{ insetInlineStart: `${start}%`, width: `${length}%` }}
                />
              </span>
              <span className="text-end text-sm text-ink-2 tabular-nums">
                {signed(reason.value)}
              </span>
            </button>
          </li>
        ))}
        <li className="grid grid-cols-[minmax(0,1fr)_minmax(72px,34%)_40px] items-center gap-3 border-t border-line px-2 py-1.5 font-medium">
          <span>Score</span>
          <span className="relative h-2" aria-hidden>
            <span
              className="absolute inset-y-0 min-w-[3px] rounded-sm bg-ink"
              style={{ insetInlineStart: `${total.start}%`, width: `${total.length}%` }}
            />
          </span>
          <span className="text-end text-sm tabular-nums">{signed(sum)}</span>
        </li>
      </ul>
      <p id={`${id}-told`} className="min-h-4 text-xs text-ink-3">
        {focused ? explained(focused) : ''}
      </p>
    </>
  )
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** What all plots have in common. */
export const AXIS = {
  stroke: 'var(--ink-3)',
  fontSize: 12,
  tickLine: false,
  axisLine: false,
} as const
const compact = new Intl.NumberFormat('en', { notation: 'compact' })
/** Upwards: numbers of things, "10K" where there are many. */
export const COUNT = {
  ...AXIS,
  allowDecimals: false,
  width: 36,
  tickFormatter: (value: number) => compact.format(value),
} as const
export const TIP = {
  contentStyle: {
    background: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: 8,
    fontSize: 12,
  },
  cursor: { fill: 'var(--hover)', stroke: 'var(--line-strong)' },
} as const
export const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 }

export const short = (day: string | number) =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    typeof day === 'number' ? day : Date.parse(day),
  )

export function Legend({ entries }: { entries: [string, string][] }) {
  return (
    <ul className="-mt-10 mb-12 flex flex-wrap gap-x-4 gap-y-1 ps-8 text-xs text-ink-2">
      {entries.map(([colour, name]) => (
        <li key={name} className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-sm" style={{ background: colour }} />
          {name}
        </li>
      ))}
    </ul>
  )
}

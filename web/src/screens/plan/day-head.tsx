import type { DayLoad } from '@/api/types'
import { useClock } from '@/app/clock'
import { cx } from '@/ui/controls'
import { dayOf } from '@/words/plan'
import { minutesWords } from '@/words/tasks'

interface Props {
  day: string
  load: DayLoad | undefined
  short: boolean
  chosen: boolean
  onChoose?: () => void
}

const FILLS = { open: 'bg-plot-1', tight: 'bg-plot-2', full: 'bg-danger' } as const

/** The day, and how much of its time is taken. */
export function DayHead({ day, load, short, chosen, onChoose }: Props) {
  const { now, zone } = useClock()
  const noon = new Date(`${day}T12:00:00Z`)
  const name = noon.toLocaleDateString('en-GB', {
    weekday: short ? 'narrow' : 'short',
    timeZone: 'UTC',
  })
  const today = dayOf(now, zone) === day
  const words = load ? loadWords(load) : ''
  const content = (
    <>
      <span className={cx('block text-sm', today ? 'font-semibold text-accent' : 'text-ink-2')}>
        {name} {short && <br />}
        <span className="tabular-nums">{noon.getUTCDate()}</span>
      </span>
      {load && (
        <span aria-hidden className="mt-1.5 block h-1 overflow-hidden rounded-full bg-hover">
          <span
            className={cx('block h-full rounded-full', FILLS[load.state])}
            style={{ width: `${share(load)}%` }}
          />
        </span>
      )}
      {!short && (
        <span className="mt-1 block truncate text-xs text-ink-3">{load && shortWords(load)}</span>
      )}
    </>
  )
  const look = cx('min-w-0 flex-1 px-2 py-2', short ? 'text-center' : 'text-start')
  if (!onChoose)
    return (
      <div className={look} title={words}>
        {content}
      </div>
    )
  return (
    <button
      type="button"
      onClick={onChoose}
      aria-pressed={chosen}
      aria-label={`${noon.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })}, ${words}`}
      className={cx(look, chosen && 'bg-accent-soft')}
    >
      {content}
    </button>
  )
}

const share = ({ p50_minutes, free_minutes }: DayLoad) =>
  free_minutes === 0
    ? p50_minutes > 0
      ? 100
      : 0
    : Math.min(100, (p50_minutes / free_minutes) * 100)

const STATES = { open: '', tight: ', tight', full: ', too much' } as const

function shortWords({ p50_minutes, free_minutes, state }: DayLoad): string {
  if (p50_minutes === 0) return free_minutes === 0 ? 'free' : 'open'
  if (free_minutes === 0) return 'no time'
  return `${minutesWords(p50_minutes)}${state === 'open' ? '' : ` ${state}`}`
}

function loadWords(load: DayLoad): string {
  if (load.free_minutes === 0 && load.p50_minutes === 0) return 'free'
  if (load.p50_minutes === 0) return `${minutesWords(load.free_minutes)} open`
  return `${minutesWords(load.p50_minutes)} of ${minutesWords(load.free_minutes)}${STATES[load.state]}`
}

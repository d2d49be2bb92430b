import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { TZDate } from '@date-fns/tz'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { busyQuery, planQuery } from '@/api/queries'
import { session } from '@/api/session'
import type { Busy, Plan, PlanBlock } from '@/api/types'
import { useClock } from '@/app/clock'
import { useCommands } from '@/app/commands'
import { openQuickAdd } from '@/app/overlays'
import { Button, cx, IconButton } from '@/ui/controls'
import { useNarrow } from '@/ui/narrow'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { clockWords, dayOf, daysFrom } from '@/words/plan'
import { BusyDialog } from './busy-dialog'
import { columnsOf } from './columns'
import { type Column, DayColumn, SCALE } from './day-column'
import { DayHead } from './day-head'
import { PinDialog, type Subject } from './pin-dialog'
import { pin, replan } from './planning'
import { Tray } from './tray'

const DAYS = 7

export function PlanScreen() {
  const search = useSearch({ from: '/plan' })
  const { now, zone } = useClock()
  const today = dayOf(now, zone)
  const from = search.from && search.from > today ? search.from : today
  const plan = useQuery(planQuery(from, DAYS))
  const busy = useQuery(
    busyQuery(`${from}T00:00:00Z`, `${daysFrom(from, DAYS + 2).at(-1)}T00:00:00Z`),
  )
  const [subject, setSubject] = useState<Subject | null>(null)
  const [busyOpen, setBusyOpen] = useState<Busy | 'new' | null>(null)
  useDrops(from, zone)
  useCommands([
    { id: 'replan', title: 'Plan anew', keys: 'r', group: 'Plan', run: () => void replan(from) },
    { id: 'pin', title: 'Pin', keys: 'p', group: 'Plan', run: pinFocused },
    { id: 'busy', title: 'Add busy time', keys: 'b', group: 'Plan', run: () => setBusyOpen('new') },
  ])
  const start = nextHour(now)
  return (
    <div className="flex flex-col px-5 py-6 md:px-8 lg:h-full">
      <Head from={from} today={today} onBusy={() => setBusyOpen('new')} />
      {plan.error && !plan.data && <Failure error={plan.error} retry={() => void plan.refetch()} />}
      {!plan.data && !plan.error && <Skeleton />}
      {plan.data && (
        <Filled
          plan={plan.data}
          busy={busy.data?.items ?? []}
          onSubject={setSubject}
          onBusy={setBusyOpen}
        />
      )}
      {subject && (
        <PinDialog subject={subject} from={from} start={start} onClose={() => setSubject(null)} />
      )}
      {busyOpen && (
        <BusyDialog
          busy={busyOpen === 'new' ? null : busyOpen}
          start={start}
          onClose={() => setBusyOpen(null)}
        />
      )}
    </div>
  )
}

const HOUR = 3_600_000
const nextHour = (now: Date) => new Date(Math.ceil(now.getTime() / HOUR) * HOUR)

/** `p` is for the block that has the focus, else for the first one. */
function pinFocused(): void {
  const focused = document.activeElement?.closest<HTMLElement>('[data-block]')
  const block = focused ?? document.querySelector<HTMLElement>('[data-block]')
  block?.click()
}

function useDrops(from: string, zone: string): void {
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => source.data.planned !== undefined,
        onDrop: ({ source, location }) => {
          const to = location.current.dropTargets[0]?.data
          if (!to) return
          const { planned, title, minutes } = source.data
          const [year = 0, month = 1, day = 1] = String(to.day).split('-').map(Number)
          const start = new TZDate(year, month - 1, day, 0, Number(to.minute), zone)
          const task = {
            id: String(planned),
            title: String(title),
            ...(typeof minutes === 'number' ? { minutes } : {}),
          }
          void pin(from, task, new Date(start.getTime()))
        },
      }),
    [from, zone],
  )
}

interface HeadProps {
  from: string
  today: string
  onBusy: () => void
}

function Head({ from, today, onBusy }: HeadProps) {
  const navigate = useNavigate()
  const { view } = useSearch({ from: '/plan' })
  const narrow = useNarrow()
  const step = view === 'day' || narrow ? 1 : DAYS
  const show = (day: string) =>
    void navigate({
      to: '/plan',
      search: (now) => ({ ...now, from: day > today ? day : undefined }),
    })
  return (
    <header className="mb-4 flex flex-wrap items-center gap-2">
      <h1 className="me-auto text-xl font-semibold tracking-tight">Plan</h1>
      <div className="flex items-center">
        <IconButton
          label="Earlier"
          disabled={from === today}
          className="disabled:opacity-40"
          onClick={() => show(shifted(from, -step))}
        >
          <ChevronLeft size={18} aria-hidden />
        </IconButton>
        <Button look="quiet" onClick={() => show(today)}>
          Today
        </Button>
        <IconButton label="Later" onClick={() => show(shifted(from, step))}>
          <ChevronRight size={18} aria-hidden />
        </IconButton>
      </div>
      {!narrow && (
        <nav aria-label="View" className="flex rounded border border-line-strong p-0.5">
          {(['day', 'week'] as const).map((name) => (
            <Link
              key={name}
              to="/plan"
              search={(now) => ({ ...now, view: name === 'day' ? 'day' : undefined })}
              aria-current={(view ?? 'week') === name ? 'true' : undefined}
              className="h-7 rounded-sm px-3 leading-7 text-ink-2 aria-[current]:bg-hover aria-[current]:font-medium aria-[current]:text-ink"
            >
              {name === 'day' ? 'Day' : 'Week'}
            </Link>
          ))}
        </nav>
      )}
      <Button onClick={onBusy}>Busy time</Button>
      <Button keys="r" onClick={() => void replan(from)}>
        Replan
      </Button>
    </header>
  )
}

const shifted = (day: string, by: number) =>
  new Date(Date.parse(`${day}T12:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10)

interface FilledProps {
  plan: Plan
  busy: Busy[]
  onSubject: (subject: Subject) => void
  onBusy: (busy: Busy) => void
}

function Filled({ plan, busy, onSubject, onBusy }: FilledProps) {
  const state = session.use()
  const { view } = useSearch({ from: '/plan' })
  const narrow = useNarrow()
  const [chosen, setChosen] = useState<string | null>(null)
  const single = narrow || view === 'day'
  const week = state.status === 'signed-in' ? state.user.working_hours : []
  const all = columnsOf(plan, busy, week)
  // Unless one was chosen: the first day with something in it.
  const wanted = all.find((one) => one.day === chosen) ?? all.find(isTaken) ?? all[0]
  const columns = single && wanted ? [wanted] : all
  const open = (block: PlanBlock) => onSubject({ id: block.task_id, title: block.title, block })
  if (plan.planned_tasks === 0 && plan.unplaced.length === 0) return <NothingPlanned />
  return (
    <div className="grid gap-8 lg:min-h-0 lg:flex-1 lg:grid-cols-[minmax(0,1fr)_260px] lg:gap-6">
      <div className="-mx-5 flex min-w-0 flex-col overflow-hidden border-y border-line md:mx-0 md:rounded md:border lg:min-h-0">
        <div className={cx('flex shrink-0 border-b border-line', !narrow && 'ps-12')}>
          {all.map(({ day }) => (
            <DayHead
              key={day}
              day={day}
              load={plan.load.find((one) => one.date === day)}
              short={narrow}
              chosen={single && columns[0]?.day === day}
              onChoose={single ? () => setChosen(day) : undefined}
            />
          ))}
        </div>
        <div className="flex lg:min-h-0 lg:flex-1 lg:overflow-y-auto">
          <Axis from={columns[0]?.shown.from ?? 0} to={columns[0]?.shown.to ?? 0} />
          <div className={cx('grid min-w-0 flex-1 auto-cols-fr grid-flow-col')}>
            {columns.map((column) => (
              <DayColumn
                key={column.day}
                {...column}
                zone={plan.timezone}
                onOpen={open}
                onBusy={onBusy}
              />
            ))}
          </div>
        </div>
      </div>
      <aside aria-label="What does not fit" className="lg:overflow-y-auto">
        <Tray
          plan={plan}
          onPin={(task) =>
            onSubject({ id: task.task_id, title: task.title, minutes: task.missing_minutes })
          }
        />
      </aside>
    </div>
  )
}

const isTaken = (column: Column) => column.blocks.length > 0

function Axis({ from, to }: { from: number; to: number }) {
  const count = Math.max(0, (to - from) / 60 - 1)
  return (
    <div
      aria-hidden
      className="relative w-12 shrink-0 bg-ground text-xs text-ink-3 tabular-nums"
      style={{ height: (to - from) * SCALE }}
    >
      {Array.from({ length: count }, (_, hour) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its number
          key={hour}
          className="absolute end-2 -translate-y-1/2"
          style={{ top: (hour + 1) * 60 * SCALE }}
        >
          {clockWords(from + (hour + 1) * 60)}
        </span>
      ))}
    </div>
  )
}

function NothingPlanned() {
  return (
    <Empty
      title="Nothing to plan yet"
      action={
        <Button look="primary" keys="q" onClick={() => openQuickAdd()}>
          Add a task
        </Button>
      }
    >
      Open tasks are laid into your working hours, around what you are busy with. Give them a
      duration, and the plan says what fits.
    </Empty>
  )
}

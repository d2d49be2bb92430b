import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Pin } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Busy, PlanBlock } from '@/api/types'
import { useClock } from '@/app/clock'
import { cx } from '@/ui/controls'
import { momentWords, timeWords } from '@/words/dates'
import { clockWords, dayOf, minuteOf, type Stretch, snapped, within } from '@/words/plan'

/** Pixels of a minute. */
export const SCALE = 1.2

export interface Column {
  day: string
  shown: Stretch
  working: Stretch[]
  blocks: PlanBlock[]
  busy: Busy[]
}

interface Props extends Column {
  zone: string
  onOpen: (block: PlanBlock) => void
  onBusy: (busy: Busy) => void
}

export function DayColumn({ day, shown, working, blocks, busy, zone, onOpen, onBusy }: Props) {
  const ref = useRef<HTMLDivElement>(null)
  const [ghost, setGhost] = useState<number | null>(null)
  const place = ({ from, to }: Stretch) => ({
    top: (from - shown.from) * SCALE,
    height: (to - from) * SCALE,
  })
  useDropping(ref, day, shown, setGhost)
  return (
    <div
      ref={ref}
      data-day={day}
      className="relative overflow-hidden border-s border-line bg-ground"
      style={{ height: (shown.to - shown.from) * SCALE }}
    >
      {working.map((stretch) => (
        <div key={stretch.from} className="absolute inset-x-0 bg-paper" style={place(stretch)} />
      ))}
      <Hours shown={shown} />
      {busy.map((one) => {
        const stretch = within(one.start, one.end, day, zone)
        return (
          stretch && (
            <button
              key={one.id}
              type="button"
              onClick={() => onBusy(one)}
              className="hatched absolute inset-x-1 overflow-hidden rounded-sm px-2 py-0.5 text-start text-xs text-ink-2"
              style={place(stretch)}
            >
              <span className="sr-only">Busy: </span>
              {one.title || 'Busy'}
            </button>
          )
        )
      })}
      {blocks.map((block, index) => (
        <Tail
          key={block.start}
          block={block}
          next={blocks[index + 1]}
          day={day}
          zone={zone}
          place={place}
        />
      ))}
      {blocks.map((block) => {
        const stretch = within(block.start, block.end, day, zone)
        return (
          stretch && (
            <Block
              key={block.start}
              block={block}
              zone={zone}
              place={place(stretch)}
              onOpen={() => onOpen(block)}
            />
          )
        )
      })}
      <NowLine day={day} zone={zone} shown={shown} />
      {ghost !== null && (
        <div
          className="pointer-events-none absolute inset-x-0 border-t-2 border-accent"
          style={{ top: (ghost - shown.from) * SCALE }}
        >
          <span className="rounded-sm bg-accent px-1 text-xs text-accent-ink tabular-nums">
            {clockWords(ghost)}
          </span>
        </div>
      )}
    </div>
  )
}

function useDropping(
  ref: React.RefObject<HTMLDivElement | null>,
  day: string,
  shown: Stretch,
  setGhost: (minute: number | null) => void,
): void {
  const { from } = shown
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const minuteAt = (clientY: number, grabbed: unknown) => {
      const offset = typeof grabbed === 'number' ? grabbed : 0
      return snapped(from + (clientY - offset - element.getBoundingClientRect().top) / SCALE)
    }
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data.planned !== undefined,
      getData: ({ input, source }) => ({
        day,
        minute: minuteAt(input.clientY, source.data.grabbed),
      }),
      onDrag: ({ self }) => setGhost(Number(self.data.minute)),
      onDragLeave: () => setGhost(null),
      onDrop: () => setGhost(null),
    })
  }, [ref, day, from, setGhost])
}

function Hours({ shown }: { shown: Stretch }) {
  const count = (shown.to - shown.from) / 60
  return Array.from({ length: count - 1 }, (_, hour) => (
    <div
      // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its number
      key={hour}
      className="absolute inset-x-0 border-t border-line"
      style={{ top: (hour + 1) * 60 * SCALE }}
    />
  ))
}

interface Place {
  top: number
  height: number
}

interface TailProps {
  block: PlanBlock
  next: PlanBlock | undefined
  day: string
  zone: string
  place: (stretch: Stretch) => Place
}

/** By when it ends in four of five cases, up to what comes next. */
function Tail({ block, next, day, zone, place }: TailProps) {
  if (dayOf(block.end, zone) !== day) return null
  const until = next && next.start < block.p80_end ? next.start : block.p80_end
  const stretch = within(block.end, until, day, zone)
  return (
    stretch && (
      <div aria-hidden className="p80 absolute inset-x-1 rounded-b-sm" style={place(stretch)} />
    )
  )
}

interface BlockProps {
  block: PlanBlock
  zone: string
  place: Place
  onOpen: () => void
}

const ROOMY = 44
const LINE = 22
const LEGIBLE = 12
const TWO_LINES = 66
const THREE_LINES = 88

/** As much of the title as the block has lines for. */
function titleLook(height: number): string {
  if (height >= THREE_LINES) return 'line-clamp-3'
  if (height >= TWO_LINES) return 'line-clamp-2'
  return cx('truncate', height < LINE && 'text-xs leading-[14px]')
}

function Block({ block, zone, place, onOpen }: BlockProps) {
  const ref = useRef<HTMLButtonElement>(null)
  const clock = useClock()
  const { task_id, title } = block
  useEffect(() => {
    const element = ref.current
    if (!element) return
    return draggable({
      element,
      getInitialData: ({ input }) => ({
        planned: task_id,
        title,
        grabbed: input.clientY - element.getBoundingClientRect().top,
      }),
    })
  }, [task_id, title])
  const times = `${timeWords(block.start, zone)} to ${timeWords(block.end, zone)}`
  const late = `by ${momentWords(block.p80_end, clock)} in four of five cases`
  return (
    <button
      ref={ref}
      type="button"
      data-block={task_id}
      onClick={onOpen}
      aria-label={`${title}, ${times}, ${late}${block.pinned ? ', pinned' : ''}`}
      title={`${title}\n${times}, ${late}`}
      className={cx(
        'absolute inset-x-1 flex flex-col overflow-hidden rounded-sm border-s-[3px] border-accent bg-accent-soft px-2 text-start text-sm hover:brightness-95 dark:hover:brightness-110',
        place.height >= LINE ? 'py-0.5' : 'py-0',
      )}
      style={{ top: place.top, height: place.height - 1 }}
    >
      <span className="flex w-full items-start gap-1">
        {place.height >= LEGIBLE && <span className={titleLook(place.height)}>{title}</span>}
        {block.pinned && (
          <Pin size={12} aria-hidden className="ms-auto mt-1 shrink-0 text-accent" />
        )}
      </span>
      {place.height >= ROOMY && (
        <span className="text-xs text-ink-2 tabular-nums">{timeWords(block.start, zone)}</span>
      )}
    </button>
  )
}

function NowLine({ day, zone, shown }: { day: string; zone: string; shown: Stretch }) {
  const { now } = useClock()
  const minute = minuteOf(now, zone)
  if (dayOf(now, zone) !== day || minute < shown.from || minute > shown.to) return null
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-x-0 border-t-2 border-danger"
      style={{ top: (minute - shown.from) * SCALE }}
    />
  )
}

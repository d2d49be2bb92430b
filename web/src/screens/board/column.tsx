import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import type { Card, Column } from '@/api/types'
import { cx } from '@/ui/controls'
import { grouped } from '@/words/tasks'

/** So many cards are there at first, and come with each reach of the end. */
const STEP = 40

interface Props {
  column: Column
  /** Its place is there however far down it is. */
  lifted: string | null
  children: (card: Card) => ReactNode
}

export function BoardColumn({ column, lifted, children }: Props) {
  const ref = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState(false)
  const { shown, end } = useReach(ref, column.cards.length)
  const last = Math.max(shown, column.cards.findIndex(({ id }) => id === lifted) + 2)
  const left = column.count - column.cards.length
  useEffect(() => {
    const element = ref.current
    if (!element) return
    return combine(
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.cardId !== undefined,
        getData: () => ({ columnId: column.id }),
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: () => setOver(false),
      }),
      autoScrollForElements({ element }),
    )
  }, [column.id])
  return (
    <section
      aria-label={column.name}
      className={cx(
        'flex min-w-[184px] max-w-[320px] flex-1 snap-start flex-col rounded transition-colors max-md:min-w-[82vw]',
        over ? 'bg-accent-soft' : 'bg-ground',
      )}
    >
      <header className="flex items-center gap-2 px-3 pt-3 pb-2 text-sm">
        <h2 className="font-semibold">{column.name}</h2>
        <Count column={column} />
      </header>
      <div ref={ref} className="flex min-h-24 flex-1 flex-col gap-2 overflow-y-auto px-2 pb-3">
        {column.cards.slice(0, last).map(children)}
        {last < column.cards.length && <div ref={end} className="h-px shrink-0" />}
        {last >= column.cards.length && left > 0 && (
          <p className="px-1 py-2 text-xs text-ink-3">{grouped(left)} more in the list</p>
        )}
      </div>
    </section>
  )
}

/** How many are shown of `all`: more whenever the end comes near. */
function useReach(within: RefObject<HTMLElement | null>, all: number) {
  const [shown, setShown] = useState(STEP)
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each step the end lies elsewhere
  useEffect(() => {
    const element = end.current
    if (!element) return
    const watch = new IntersectionObserver(
      (seen) => seen.some((one) => one.isIntersecting) && setShown((now) => now + STEP),
      { root: within.current, rootMargin: '600px' },
    )
    watch.observe(element)
    return () => watch.disconnect()
  }, [within, shown, all])
  return { shown, end }
}

function Count({ column }: { column: Column }) {
  if (column.wip_limit === null) return <span className="text-ink-3">{grouped(column.count)}</span>
  return (
    <span
      className={cx(
        'rounded-sm px-1',
        column.over_limit ? 'bg-warn-soft font-medium text-warn' : 'text-ink-3',
      )}
      title={column.over_limit ? 'More than its limit' : undefined}
    >
      {column.count} of {column.wip_limit}
      {column.over_limit && ', over'}
    </span>
  )
}

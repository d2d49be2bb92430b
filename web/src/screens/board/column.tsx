import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Column } from '@/api/types'
import { cx } from '@/ui/controls'

export function BoardColumn({ column, children }: { column: Column; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState(false)
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
        {children}
      </div>
    </section>
  )
}

function Count({ column }: { column: Column }) {
  if (column.wip_limit === null) return <span className="text-ink-3">{column.count}</span>
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

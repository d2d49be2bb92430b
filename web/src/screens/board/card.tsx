import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Card } from '@/api/types'
import { cx } from '@/ui/controls'
import { Due, PriorityMark } from '@/ui/task-parts'
import { minutesWords } from '@/words/tasks'
import type { Direction } from './moving'

const ARROWS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

interface Props {
  card: Card
  columnId: string
  /** It can be opened, and not moved. */
  locked: boolean
  lifted: boolean
  onOpen: () => void
  onLift: (lifted: boolean) => void
  onMove: (direction: Direction) => void
}

/** Dragged with the mouse or a finger; or lifted with space, moved with arrows, put down. */
export function BoardCard({ card, columnId, locked, lifted, onOpen, onLift, onMove }: Props) {
  const ref = useRef<HTMLButtonElement>(null)
  const [dragging, setDragging] = useState(false)
  const [edge, setEdge] = useState<Edge | null>(null)

  useEffect(() => {
    const element = ref.current
    if (!element || locked) return
    return combine(
      draggable({
        element,
        getInitialData: () => ({ cardId: card.id }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.cardId !== undefined && source.data.cardId !== card.id,
        getData: ({ input }) =>
          attachClosestEdge(
            { cardId: card.id, columnId },
            { element, input, allowedEdges: ['top', 'bottom'] },
          ),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data)),
        onDragLeave: () => setEdge(null),
        onDrop: () => setEdge(null),
      }),
    )
  }, [card.id, columnId, locked])

  useEffect(() => {
    if (lifted) ref.current?.focus()
  }, [lifted])

  const onKeyDown = (event: KeyboardEvent) => {
    if (locked) return
    const direction = ARROWS[event.key]
    if (event.key === ' ') onLift(!lifted)
    else if (lifted && direction) onMove(direction)
    else if (lifted && (event.key === 'Escape' || event.key === 'Enter')) onLift(false)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <button
      ref={ref}
      type="button"
      data-card={card.id}
      onClick={onOpen}
      onKeyDown={onKeyDown}
      aria-describedby={locked ? undefined : 'board-keys'}
      aria-pressed={locked ? undefined : lifted}
      className={cx(
        'relative block w-full rounded border bg-paper p-3 text-start transition-shadow hover:border-line-strong',
        lifted ? 'border-accent shadow-float' : 'border-line',
        dragging && 'opacity-40',
        edge === 'top' &&
          'before:absolute before:inset-x-0 before:-top-[5px] before:h-0.5 before:bg-accent',
        edge === 'bottom' &&
          'after:absolute after:inset-x-0 after:-bottom-[5px] after:h-0.5 after:bg-accent',
      )}
    >
      <span className={cx('block', card.completed && 'text-ink-3 line-through')}>{card.title}</span>
      <span className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
        <PriorityMark priority={card.priority} size={14} />
        <Due task={card} />
        {card.estimated_duration && <span>{minutesWords(card.estimated_duration)}</span>}
        {card.blocked && <span>waits</span>}
        {card.tags.slice(0, 2).map((tag) => (
          <span key={tag}>{tag}</span>
        ))}
      </span>
    </button>
  )
}

import type { Board, Card } from '@/api/types'

export interface Destination {
  columnId: string
  /** The card that it is put before; null is the end of the column. */
  before: string | null
}

/** The board as it is once a card is moved. Unchanged when there is no such card or column. */
export function withMoved(board: Board, id: string, to: Destination): Board {
  const card = board.columns.flatMap((column) => column.cards).find((one) => one.id === id)
  const target = board.columns.find((column) => column.id === to.columnId)
  if (!card || !target) return board
  const moved: Card = { ...card, status: target.status, completed: target.status === 'done' }
  const columns = board.columns.map((column) => {
    const rest = column.cards.filter((one) => one.id !== id)
    const left = rest.length < column.cards.length ? 1 : 0
    const cards = column.id === to.columnId ? inserted(rest, moved, to.before) : rest
    const came = column.id === to.columnId ? 1 : 0
    const count = column.count - left + came
    return {
      ...column,
      cards,
      count,
      over_limit: column.wip_limit !== null && count > column.wip_limit,
    }
  })
  return { ...board, columns }
}

function inserted(cards: Card[], card: Card, before: string | null): Card[] {
  const at = before === null ? -1 : cards.findIndex((one) => one.id === before)
  return at < 0 ? [...cards, card] : [...cards.slice(0, at), card, ...cards.slice(at)]
}

export type Direction = 'up' | 'down' | 'left' | 'right'

/** Where an arrow key takes a card; null at the edge of the board. */
export function beside(board: Board, id: string, direction: Direction): Destination | null {
  const from = board.columns.findIndex((column) => column.cards.some((card) => card.id === id))
  const column = board.columns[from]
  if (!column) return null
  const at = column.cards.findIndex((card) => card.id === id)
  if (direction === 'up')
    return at > 0 ? { columnId: column.id, before: column.cards[at - 1]?.id ?? null } : null
  if (direction === 'down')
    return at < column.cards.length - 1
      ? { columnId: column.id, before: column.cards[at + 2]?.id ?? null }
      : null
  const next = board.columns[from + (direction === 'right' ? 1 : -1)]
  return next ? { columnId: next.id, before: next.cards[at]?.id ?? null } : null
}

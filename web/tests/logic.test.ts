import { describe, expect, it } from 'vitest'
import { applied, mapTasks, withoutTask } from '@/api/cached'
import type { Board, NextAction, Task } from '@/api/types'
import { type Command, KeyReader } from '@/app/commands'
import { beside, withMoved } from '@/screens/board/moving'
import { meant, moved, NOTHING, toggled } from '@/screens/lists/selection'
import { signed, waterfall } from '@/screens/now/waterfall'

const task = (id: string) => ({ id, title: id, status: 'todo' }) as Task

describe('cached answers', () => {
  const pages = { pages: [{ items: [task('a'), task('b')], next_cursor: null }], pageParams: [''] }

  it('change where the task is, and nowhere else', () => {
    const next = mapTasks(pages, 'b', (one) => ({ ...one, title: 'B' }))
    expect(next.pages[0]?.items.map((one) => one.title)).toEqual(['a', 'B'])
    expect(next.pages[0]?.items[0]).toBe(pages.pages[0]?.items[0])
    expect(mapTasks(pages, 'gone', () => null)).toBe(pages)
  })

  it('lose a task from its list', () => {
    expect(mapTasks(pages, 'a', () => null).pages[0]?.items.map((one) => one.id)).toEqual(['b'])
  })

  it('follow what others changed, unless they know of it already', () => {
    const list = { pages: [{ items: [{ ...task('a'), version: 3, completed: false }] }] }
    const happened = (version: number, type = 'task.updated') => ({
      seq: 1,
      type,
      resource: { type: 'task', id: 'a', version },
      data: { status: 'done', lay_at: 7 },
    })
    const shown = { id: 'a', title: 'a', status: 'done', completed: true, version: 4 }
    expect(applied(list, [happened(4)])).toEqual({ pages: [{ items: [shown] }] })
    expect(applied(list, [happened(3)])).toBe(list)
    expect(applied(list, [happened(4, 'task.deleted')])).toEqual({ pages: [{ items: [] }] })
    expect(applied(list, [{ seq: 1, type: 'comment.created' }])).toBe(list)
    const renamed = { ...happened(5), data: { title: 'A' } }
    const both = { pages: [{ items: [{ ...shown, title: 'A', version: 5 }] }] }
    expect(applied(list, [happened(4), renamed])).toEqual(both)
  })

  const runner = (id: string) => ({ task: task(id), score: 1, reasons: [], would_win_if: [] })
  const next = {
    action: runner('a'),
    runners_up: [runner('b'), runner('c')],
  } as unknown as NextAction

  it('move the best of the others up', () => {
    const after = withoutTask(next, 'a')
    expect(after.action?.task.id).toBe('b')
    expect(after.runners_up.map((one) => one.task.id)).toEqual(['c'])
    expect(withoutTask(withoutTask(after, 'b'), 'c').action).toBeNull()
    expect(withoutTask(next, 'c').action?.task.id).toBe('a')
  })
})

describe('reasons', () => {
  it('are bars of which each begins where the one before ends', () => {
    const reasons = [2, -1, 1].map((value, index) => ({ term: String(index), value, text: '' }))
    const { bars, sum } = waterfall(reasons)
    expect(sum).toBe(2)
    expect(bars.map((bar) => [bar.start, bar.length])).toEqual([
      [0, 100],
      [50, 50],
      [50, 50],
    ])
    expect(waterfall(reasons).total).toEqual({ start: 0, length: 100 })
    expect(waterfall([]).sum).toBe(0)
  })

  it('have their sign', () => {
    expect([2.079, -0.42, 0.01].map(signed)).toEqual(['+2.1', '\u22120.4', '0'])
  })
})

describe('a board', () => {
  const board = {
    columns: [
      { id: 'todo', status: 'todo', wip_limit: null, count: 2, cards: [task('a'), task('b')] },
      { id: 'doing', status: 'in_progress', wip_limit: 1, count: 1, cards: [task('c')] },
    ],
  } as unknown as Board
  const cards = (next: Board) => next.columns.map((column) => column.cards.map((card) => card.id))

  it('takes a card before another, with its new status and its count', () => {
    const next = withMoved(board, 'a', { columnId: 'doing', before: 'c' })
    expect(cards(next)).toEqual([['b'], ['a', 'c']])
    expect(next.columns[1]).toMatchObject({ count: 2, over_limit: true })
    expect(next.columns[1]?.cards[0]?.status).toBe('in_progress')
  })

  it('takes a card to another place of its column', () => {
    expect(cards(withMoved(board, 'a', { columnId: 'todo', before: null }))).toEqual([
      ['b', 'a'],
      ['c'],
    ])
    expect(withMoved(board, 'a', { columnId: 'todo', before: null }).columns[0]?.count).toBe(2)
  })

  it('is walked with arrows up to its edges', () => {
    expect(beside(board, 'a', 'up')).toBeNull()
    expect(beside(board, 'a', 'down')).toEqual({ columnId: 'todo', before: null })
    expect(beside(board, 'b', 'up')).toEqual({ columnId: 'todo', before: 'a' })
    expect(beside(board, 'a', 'right')).toEqual({ columnId: 'doing', before: 'c' })
    expect(beside(board, 'c', 'right')).toBeNull()
  })
})

describe('a selection', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }))

  it('stays within the list', () => {
    expect(moved(NOTHING, 1, 3).cursor).toBe(0)
    expect(moved(NOTHING, -1, 3).cursor).toBe(2)
    expect(moved({ ...NOTHING, cursor: 2 }, 1, 3).cursor).toBe(2)
    expect(moved({ ...NOTHING, cursor: 2 }, 1, 0).cursor).toBe(-1)
  })

  it('means what is chosen, or else the row under the cursor', () => {
    const at = { ...NOTHING, cursor: 1 }
    expect(meant(at, rows)).toEqual([{ id: 'b' }])
    expect(meant(toggled(at, 'c'), rows)).toEqual([{ id: 'c' }])
    expect(meant(toggled(toggled(at, 'c'), 'c'), rows)).toEqual([{ id: 'b' }])
    expect(meant(NOTHING, rows)).toEqual([])
  })
})

describe('keys', () => {
  const command = (keys: string): Command => ({ id: keys, title: keys, keys, run: () => undefined })
  const commands = [command('d'), command('g n')]

  it('are one, or two in time', () => {
    const reader = new KeyReader()
    expect(reader.read('d', 0, commands)?.keys).toBe('d')
    expect(reader.read('g', 10, commands)).toBeUndefined()
    expect(reader.read('n', 20, commands)?.keys).toBe('g n')
    expect(reader.read('g', 30, commands)).toBeUndefined()
    expect(reader.read('n', 5_000, commands)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import type { Stats, Task } from '@/api/types'
import {
  acceptanceFinding,
  burnUp,
  burnUpFinding,
  estimatesFinding,
  promisesFinding,
  statesFinding,
  summed,
  taken,
  timesFinding,
} from '@/words/findings'

const stats = (more: Partial<Stats>) => ({ total: 4, completion_rate: 0.5, ...more }) as Stats
const times = (median_seconds: number | null, p85_seconds: number | null) => ({
  lead_time: { count: 1, mean_seconds: null, median_seconds, p85_seconds },
})

describe('findings say what the plot shows', () => {
  it.each([
    [stats({}), '50 % of what was added in this time is finished'],
    [stats({ total: 0 }), 'Nothing was added in this time'],
    [stats({ completion_rate: null }), 'All that was added is cancelled'],
  ])('of states', (given, words) => expect(statesFinding(given)).toBe(words))

  it('of times', () => {
    expect(timesFinding(stats(times(3600, 8 * 86_400)))).toBe(
      'Half of what was finished took at most 1 h, most of it 8 days',
    )
    expect(timesFinding(stats(times(null, null)))).toBe('Nothing was finished in this time')
  })

  it('of promises', () => {
    expect(promisesFinding([{}])).toBe('Nothing was promised')
    expect(promisesFinding([{ open: 1 }])).toBe('1 promise open, none decided yet')
    expect(promisesFinding([{ met: 3 }, { breached: 1, open: 5 }])).toBe(
      '75 % of the promises that are decided were kept',
    )
    expect(summed([{ met: 1, late: 2 }, { met: 2 }])).toEqual({
      met: 3,
      breached: 0,
      late: 2,
      open: 0,
      warning: 0,
    })
  })

  it('of choices', () => {
    const hits = { first: 0.6, first_three: 0.9 }
    const found = { plain: hits, learned: hits, used_where_better: hits } as never
    expect(acceptanceFinding(Object.assign({}, found, { picks: 0 }))).toBe(
      'You have not chosen among proposals yet',
    )
    expect(acceptanceFinding(Object.assign({}, found, { picks: 1 }))).toBe(
      'You took the first proposal in 60 % of 1 choice',
    )
  })
})

describe('estimates', () => {
  const task = (estimated_duration: number | null, actual_minutes: number) =>
    ({ title: 'A', estimated_duration, actual_minutes }) as Task

  it('leaves out what was not estimated or not tracked', () => {
    expect(taken([task(null, 5), task(5, 0), task(10, 20)])).toEqual([
      { title: 'A', estimated: 10, actual: 20 },
    ])
  })

  it.each([
    [[], 'No finished task has both an estimate and tracked time'],
    [[[10, 20]], 'Half of the tasks take at least 2.0 times their estimate'],
    [[[10, 5]], 'Half of the tasks take at most 50 % of their estimate'],
    [[[10, 10]], 'Half of the tasks take as long as estimated'],
  ] as [number[][], string][])('%j', (pairs, words) => {
    const points = taken(pairs.map(([estimated = 0, actual = 0]) => task(estimated, actual)))
    expect(estimatesFinding(points)).toBe(words)
  })
})

describe('burn-up', () => {
  const now = new Date('2026-11-20T12:00:00Z')
  const task = (created: number, completed?: number) => ({
    created_at: `2026-11-${created}T09:00:00Z`,
    completed_at: completed ? `2026-11-${completed}T15:00:00Z` : null,
  })

  it('sums up by day, to today', () => {
    const points = burnUp([task(10), task(10, 12), task(12)], now)
    expect(points.map(({ day, scope, done }) => [new Date(day).getUTCDate(), scope, done])).toEqual(
      [
        [10, 2, 0],
        [12, 3, 1],
        [20, 3, 1],
      ],
    )
    expect(burnUpFinding(points)).toBe('2 tasks left, 1 of 3 done')
  })

  it('counts an imported task from when it was done', () => {
    expect(burnUp([task(15, 11)], now).map(({ scope, done }) => [scope, done])).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  it('says when there is none, and when all is done', () => {
    expect(burnUpFinding(burnUp([], now))).toBe('No task serves it yet')
    expect(burnUpFinding(burnUp([task(10, 11)], now))).toBe('The 1 task is done')
    expect(burnUpFinding(burnUp([task(10, 11), task(11), task(12)], now))).toBe(
      '2 tasks left, more was added than was done',
    )
  })
})

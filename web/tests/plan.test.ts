import { describe, expect, it } from 'vitest'
import type { PlanBlock } from '@/api/types'
import { elapsedWords } from '@/app/running-timer'
import { cronOf } from '@/screens/automations/when'
import { tokenIn } from '@/screens/entry/mail-pages'
import { moveWords } from '@/screens/plan/tray'
import { actionWords, cronWords, outputWords, ruleWords } from '@/words/automation'
import { touchedBy } from '@/words/events'
import { dayOf, daysFrom, hoursShown, moves, snapped, weekdayOf, within } from '@/words/plan'
import { bytesWords } from '@/words/sizes'

const ZONE = 'Europe/Berlin'

describe('a day of the plan', () => {
  it('holds the part of a span that lies in it', () => {
    const [start, end] = ['2026-11-20T22:00:00Z', '2026-11-21T08:30:00Z']
    expect(within(start, end, '2026-11-20', ZONE)).toEqual({ from: 23 * 60, to: 1440 })
    expect(within(start, end, '2026-11-21', ZONE)).toEqual({ from: 0, to: 9 * 60 + 30 })
    expect(within(start, end, '2026-11-22', ZONE)).toBeNull()
  })

  it('is one of the zone, also where clocks change', () => {
    expect(dayOf('2026-10-24T22:30:00Z', ZONE)).toBe('2026-10-25')
    expect(within('2026-10-25T07:00:00Z', '2026-10-25T08:00:00Z', '2026-10-25', ZONE)).toEqual({
      from: 480,
      to: 540,
    })
    expect(daysFrom('2026-10-24', 3)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26'])
    expect(weekdayOf('2026-11-23')).toBe(0)
  })

  it('shows the hours in which something lies, and quarters of them', () => {
    expect(hoursShown([])).toEqual({ from: 480, to: 1080 })
    expect(hoursShown([{ from: 5, to: 1439 }])).toEqual({ from: 0, to: 1440 })
    expect([7, 8, -20, 1439].map(snapped)).toEqual([0, 15, 0, 1425])
  })
})

describe('what moved', () => {
  const block = (task_id: string, start: string) =>
    ({ task_id, title: task_id, start }) as PlanBlock

  it('is what begins at another time, came or went', () => {
    const before = [block('a', '2026-11-21T08:00:00Z'), block('b', '2026-11-21T09:00:00Z')]
    const after = [block('a', '2026-11-21T08:00:00+00:00'), block('c', '2026-11-21T09:00:00Z')]
    expect(moves(before, after)).toEqual([
      { task_id: 'c', title: 'c', from: null, to: '2026-11-21T09:00:00Z' },
      { task_id: 'b', title: 'b', from: '2026-11-21T09:00:00Z', to: null },
    ])
    const clock = { now: new Date('2026-11-21T07:00:00Z'), zone: ZONE }
    const [came, gone] = moves(before, after)
    expect(came && moveWords(came, clock)).toBe('now today 10:00')
    expect(gone && moveWords(gone, clock)).toBe('today 10:00, now without a place')
  })
})

describe('automations in words', () => {
  it.each([
    ['30 8 * * 1-5', 'Every weekday at 08:30'],
    ['0 9 * * MON,THU', 'Every Monday and Thursday at 09:00'],
    ['0 7 * * 0', 'Every Sunday at 07:00'],
    ['5 6 1 * *', 'On the 1st of the month at 06:05'],
    ['0 0 L * *', 'On the last day of the month at 00:00'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['0 9 1 1 *', 'At “0 9 1 1 *” (cron)'],
    ['0 9 * * 5#2', 'At “0 9 * * 5#2” (cron)'],
  ])('%s is %s', (cron, words) => expect(cronWords(cron)).toBe(words))

  it('come from what was chosen', () => {
    const when = { time: '08:05', day: '7', cron: ' @daily ' }
    expect(cronOf({ ...when, rhythm: 'weekdays' })).toBe('5 8 * * 1-5')
    expect(cronOf({ ...when, rhythm: 'weekly' })).toBe('5 8 * * 0')
    expect(cronOf({ ...when, rhythm: 'cron' })).toBe('@daily')
  })

  it('are sentences', () => {
    const actions = [
      { type: 'set', fields: { priority: 'urgent' } },
      { type: 'add_tags', tags: ['a', 'b'] },
    ]
    expect(ruleWords({ events: ['task.created'], filter: '@bug', actions })).toBe(
      'When a task that matches @bug is added, set priority to urgent and tag it a and b.',
    )
    expect(actionWords({ type: 'something_new' })).toBe('something new')
    const id = '01a1fe99-4609-7e7d-ae15-a5af40031798'
    expect(outputWords({ tasks: [{ id, key: 'A-1' }], operation: id, reminded: [id] })).toBe(
      'tasks: A-1, reminded: 1',
    )
  })
})

describe('small words', () => {
  it('count seconds and bytes', () => {
    const since = '2026-11-21T08:00:00Z'
    expect(elapsedWords(since, Date.parse('2026-11-21T08:04:05Z'))).toBe('4:05')
    expect(elapsedWords(since, Date.parse('2026-11-21T09:02:09Z'))).toBe('1:02:09')
    expect([12, 182_044, 3_100_000].map(bytesWords)).toEqual(['12 B', '182 kB', '3.1 MB'])
  })

  it('find the token of a link', () => {
    expect(tokenIn('#token=upn_mail_x-1_')).toBe('upn_mail_x-1_')
    expect(tokenIn('')).toBe('')
  })

  it('know what an event makes stale', () => {
    expect(touchedBy('goal.updated')).toEqual(['goals', 'next'])
    expect(touchedBy('never.heard')).toContain('tasks')
  })
})

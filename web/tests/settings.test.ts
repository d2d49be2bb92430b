import { describe, expect, it } from 'vitest'
import { overlaps } from '@/api/cached'
import { beginning } from '@/api/query-client'
import type { Goal } from '@/api/types'
import { possibleParents } from '@/screens/goals/goal-form'
import { derivedWords, suggestedWords } from '@/words/derived'
import { fieldName, valueWords } from '@/words/fields'
import { holidaysFromText, holidaysToText, weekFrom, weekWords } from '@/words/hours'
import { leanings } from '@/words/learned'
import { keptWords, minutesFromText, type Policy, policyWords } from '@/words/promises'
import { byWords, chanceWords } from '@/words/risks'
import { subtasksFrom, templateWords, textsOf, variablesIn } from '@/words/templates'

const clock = { now: new Date('2026-11-20T12:00:00Z'), zone: 'Europe/Berlin' }

describe('two who change the same task', () => {
  const before = { title: 'Wood', priority: 'low', tags: ['a'] }

  it.each([
    ['others changed something else', { ...before, title: 'Oak' }, { priority: 'high' }, false],
    ['others changed the same', { ...before, title: 'Oak' }, { title: 'Ash' }, true],
    ['others made the same of it', { ...before, title: 'Ash' }, { title: 'Ash' }, false],
    ['one of two is the same', { ...before, tags: [] }, { title: 'Ash', tags: ['b'] }, true],
    ['equal lists are no change', { ...before, tags: ['a'] }, { tags: ['b'] }, false],
  ])('%s', (_, now, patch, clash) => expect(overlaps(before, now, patch)).toBe(clash))

  it('takes what was never read as changed', () => {
    expect(overlaps({}, { title: 'Oak' }, { title: 'Ash' })).toBe(true)
  })

  it('names fields and values for people', () => {
    expect(fieldName('estimated_duration')).toBe('Takes')
    expect(fieldName('blocked_reason')).toBe('Blocked reason')
    expect(valueWords('estimated_duration', 90, clock)).toBe('1 h 30')
    expect(valueWords('status', 'in_review', clock)).toBe('In review')
    expect(valueWords('due_at', '2026-11-20T16:00:00Z', clock)).toBe('today 17:00')
    expect(valueWords('tags', [], clock)).toBe('nothing')
    expect(valueWords('goal_id', null, clock)).toBe('nothing')
    expect(valueWords('completed', false, clock)).toBe('no')
  })
})

describe('goals', () => {
  const goal = (id: string, parent_id: string | null = null, status = 'open') =>
    ({ id, parent_id, status, workspace_id: 'w' }) as Goal
  const goals = [goal('a'), goal('b', 'a'), goal('c', 'b'), goal('d'), goal('e', null, 'completed')]

  it('are never part of themselves or of what is part of them', () => {
    expect(possibleParents(goals, goals[0]).map(({ id }) => id)).toEqual(['d'])
    expect(possibleParents(goals, goals[2]).map(({ id }) => id)).toEqual(['a', 'b', 'd'])
    expect(possibleParents(goals).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('keep the parent that they have, also when it is closed', () => {
    const child = goal('f', 'e')
    expect(possibleParents([...goals, child], child).map(({ id }) => id)).toContain('e')
  })
})

describe('promises', () => {
  const policy = {
    priority: 'urgent',
    first_response_minutes: 30,
    resolution_minutes: 480,
    business_hours: true,
    starts_from: 'created',
    pause_statuses: ['in_review'],
  } as unknown as Policy

  it('are sentences', () => {
    expect(policyWords(policy)).toBe(
      'Urgent tasks: an answer within 30 min, done within 8 h, in working hours; not counted while in review.',
    )
    const plain = { ...policy, priority: null, first_response_minutes: null, pause_statuses: [] }
    expect(policyWords({ ...plain, business_hours: false, starts_from: 'due' })).toBe(
      'All other tasks: done within 8 h after the deadline.',
    )
  })

  it.each([
    ['30m', 30],
    ['8h', 480],
    ['1h 30m', 90],
    ['2d', 2880],
    ['45', 45],
    ['45 min', 45],
    ['soon', null],
    ['0m', null],
    ['', null],
  ])('%s are %s minutes', (text, minutes) => expect(minutesFromText(text)).toBe(minutes))

  it('tells how many were kept', () => {
    expect(keptWords({ met: 3, breached: 1, open: 2, warning: 1 })).toBe(
      '3 of 4 kept, 2 open (1 soon due)',
    )
    expect(keptWords({ open: 2 })).toBe('2 open')
    expect(keptWords({})).toBe('nothing promised yet')
  })
})

describe('templates', () => {
  it('ask for what stands in braces, each once, but not for the day', () => {
    expect(variablesIn(['Welcome {{client}} {{ week }}', 'Call {{ client }} of {{firm}}'])).toEqual(
      ['client', 'firm'],
    )
  })

  it('are told in a line', () => {
    const task = { title: 'Welcome {{client}}', priority: 'high' as const, due: '+3d' }
    expect(templateWords({ ...task, estimated_duration: 30, subtasks: [{ title: 'Call' }] })).toBe(
      'Welcome {{client}}, high, due +3d, 30 min, 1 subtask',
    )
  })
})

describe('what the plan foresees and what was learned', () => {
  it.each([
    [0, 'late', 'Hardly kept: under 1 %'],
    [0.42, 'at_risk', 'May be missed: 42 %'],
    [1, 'on_track', 'Likely kept: over 99 %'],
  ] as const)('a chance of %s', (chance, outlook, words) =>
    expect(chanceWords({ chance, outlook })).toBe(words),
  )

  it('says when it is likely done', () => {
    const risk = { by: '2026-11-20T16:00:00Z', likely_end: '2026-11-21T09:00:00Z' }
    expect(byWords(risk, clock)).toBe('today 17:00, likely done tomorrow 10:00')
  })

  it('has the strongest leaning first', () => {
    const found = leanings({ goal: 0.1, duration: -0.5, energy: 0.01 })
    expect(found.map(({ words }) => words)).toEqual([
      'What is short: less',
      'What serves a goal: more',
    ])
  })
})

describe('values that nobody set', () => {
  it('say who derived them and how surely', () => {
    const found = { source: 'rule', confidence: 0.95, reason: 'says “urgent”' }
    expect(derivedWords(found)).toBe('Derived by a rule, 95 % sure: says “urgent”.')
    expect(derivedWords({ source: 'embedded', confidence: 0.6 })).toBe(
      'Derived by its words, 60 % sure.',
    )
  })

  it('say nothing of what somebody set, or nobody did', () => {
    expect(derivedWords({ source: 'user', confidence: 1 })).toBe('')
    expect(derivedWords({ source: 'default', confidence: 0 })).toBe('')
  })

  it('are asked about when it is not sure enough', () => {
    const finance = { value: 'finance', confidence: 0.43, reason: '', source: 'embedded' }
    expect(suggestedWords(finance)).toBe('Perhaps finance, 43 % sure.')
    expect(suggestedWords({ ...finance, value: 90 })).toBe('Perhaps 1 h 30, 43 % sure.')
  })
})

describe('what is kept for a start without a connection', () => {
  const query = (data: unknown) => ({ queryKey: [], queryHash: '', state: { data } }) as never

  it('is only the beginning of a list that was scrolled far', () => {
    const pages = Array.from({ length: 100 }, (_, page) => ({ items: [page] }))
    const pageParams = pages.map((_, page) => `cursor ${page}`)
    const kept = beginning(query({ pages, pageParams })).state.data as Record<string, unknown[]>
    expect(kept.pages).toHaveLength(3)
    expect(kept.pageParams).toEqual(['cursor 0', 'cursor 1', 'cursor 2'])
  })

  it('is all of everything else', () => {
    const short = query({ pages: [1], pageParams: [''] })
    expect(beginning(short)).toBe(short)
    const task = query({ id: 'a' })
    expect(beginning(task)).toBe(task)
  })
})

describe('opening hours of a workspace', () => {
  const nine = [[540, 1020]]
  it('are told as runs of days that are alike', () => {
    expect(weekWords([nine, nine, nine, nine, nine, [], []])).toBe('Mon to Fri 09:00-17:00')
    expect(
      weekWords([
        nine,
        [],
        nine,
        nine,
        [],
        [
          [540, 720],
          [780, 1020],
        ],
        [],
      ]),
    ).toBe('Mon 09:00-17:00, Wed to Thu 09:00-17:00, Sat 09:00-12:00 and 13:00-17:00')
    expect(weekWords([[], [], [], [], [], [], []])).toBe('Never')
  })

  it('are read as they were typed, or the wrong line is named', () => {
    expect(weekFrom((day) => (day === 'Monday' ? '9-17' : ''))).toEqual({
      week: [nine, [], [], [], [], [], []],
    })
    expect(weekFrom((day) => (day === 'Tuesday' ? 'noon' : ''))).toEqual({
      wrong: 'The hours of Tuesday are not like 09:00-12:00, 13:00-17:00.',
    })
    const days = [
      { date: '2026-12-25', name: 'Christmas day' },
      { date: '2027-01-01', name: '' },
    ]
    expect(holidaysFromText(holidaysToText(days))).toEqual(days)
    expect(holidaysFromText('2026-12-25\nsoon')).toEqual({ wrong: 'soon' })
    expect(holidaysFromText('2026-13-45')).toEqual({ wrong: '2026-13-45' })
  })
})

describe('changing a template', () => {
  it('keeps what was said of subtasks that keep their title', () => {
    const before = [{ title: 'Call', estimated_duration: 5 }, { title: 'Gone' }]
    expect(subtasksFrom('Call\n\n Write ', before)).toEqual([before[0], { title: 'Write' }])
  })

  it('asks for what stands in braces, wherever that is', () => {
    const task = {
      title: '{{a}}',
      description: '{{b}}',
      subtasks: [{ title: 'x', tags: ['{{c}}'] }],
    }
    expect(variablesIn(textsOf(task))).toEqual(['a', 'b', 'c'])
  })
})

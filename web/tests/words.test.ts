import { describe, expect, it } from 'vitest'
import { csv } from '@/words/csv'
import {
  agoWords,
  dayWords,
  fromLocalInput,
  laterChoices,
  momentWords,
  timeWords,
  toLocalInput,
} from '@/words/dates'
import { percentWords, secondsWords } from '@/words/durations'
import { cumulated, throughputFinding } from '@/words/findings'
import { dayFromText, dayToText } from '@/words/hours'
import { pieces } from '@/words/spans'
import { countWords, grouped, minutesWords } from '@/words/tasks'

const clock = { now: new Date('2026-11-20T12:00:00Z'), zone: 'Europe/Berlin' }

describe('moments', () => {
  it.each([
    ['2026-11-20T16:00:00Z', 'today 17:00'],
    ['2026-11-20T23:30:00Z', 'tomorrow 00:30'],
    ['2026-11-19T08:00:00Z', 'yesterday 09:00'],
    ['2026-11-23T09:00:00Z', 'Mon 10:00'],
    ['2026-12-24T11:00:00Z', '24 Dec 12:00'],
    ['2027-01-02T11:00:00Z', '2 Jan 2027 12:00'],
  ])('%s is %s', (moment, words) => expect(momentWords(moment, clock)).toBe(words))

  it('leaves out the time of a day without one', () => {
    expect(momentWords('2026-11-21T22:59:00Z', clock)).toBe('tomorrow')
    expect(dayWords('2026-11-27T11:00:00Z', clock)).toBe('27 Nov')
  })

  it('tells how long ago', () => {
    expect(agoWords('2026-11-20T11:59:50Z', clock.now)).toBe('just now')
    expect(agoWords('2026-11-20T11:15:00Z', clock.now)).toBe('45 min ago')
    expect(agoWords('2026-11-18T12:00:00Z', clock.now)).toBe('2 days ago')
  })

  it('offers no evening that has begun', () => {
    const evening = { ...clock, now: new Date('2026-11-20T18:00:00Z') }
    expect(laterChoices(clock).map((one) => one.label)).toContain('This evening')
    expect(laterChoices(evening).map((one) => one.label)).not.toContain('This evening')
  })

  it('puts off to a morning in the zone of the account, over a change of the clocks', () => {
    const before = { now: new Date('2026-10-24T10:00:00Z'), zone: 'Europe/Berlin' }
    const tomorrow = laterChoices(before).find((one) => one.label === 'Tomorrow morning')
    expect(tomorrow?.until.toISOString()).toBe('2026-10-25T08:00:00.000Z')
  })

  it('shows what the clocks of a zone show, around each change of them', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    ]
    const begin = Date.parse('2026-01-01T00:00:00Z')
    for (const timeZone of zones) {
      const format = new Intl.DateTimeFormat('en-GB', {
        ...{ timeZone, day: 'numeric', month: 'short', year: 'numeric' },
        ...{ hour: '2-digit', minute: '2-digit', hour12: false },
      })
      const longAgo = { now: new Date('2000-01-01T00:00:00Z'), zone: timeZone }
      for (let half = 0; half < 2 * 24 * 365; half += 1) {
        const moment = new Date(begin + half * 1_800_000 + 61_000)
        const shown = `${dayWords(moment, longAgo)}, ${timeWords(moment, timeZone)}`
        if (shown !== format.format(moment)) expect(shown).toBe(format.format(moment))
      }
    }
  })

  it('comes back from a field as it went in', () => {
    const moment = '2026-07-01T15:30:00.000Z'
    const typed = toLocalInput(moment, 'America/New_York')
    expect(typed).toBe('2026-07-01T11:30')
    expect(fromLocalInput(typed, 'America/New_York')).toBe(moment)
    expect(fromLocalInput('', 'UTC')).toBeNull()
  })
})

describe('pieces of a line', () => {
  it('cuts at what is understood, also behind signs of two units', () => {
    const spans = [{ kind: 'due', start: 5, end: 10 }]
    expect(pieces('🎉 go today', spans).map((one) => [one.text, one.kind])).toEqual([
      ['🎉 go ', null],
      ['today', 'due'],
    ])
  })

  it('leaves out spans that lie over each other or beyond the end', () => {
    const spans = [
      { kind: 'a', start: 0, end: 3 },
      { kind: 'b', start: 2, end: 4 },
      { kind: 'c', start: 5, end: 99 },
    ]
    expect(pieces('abcdef', spans).map((one) => one.text)).toEqual(['abc', 'def'])
  })
})

describe('figures', () => {
  it('are in one unit', () => {
    expect([5, 60, 90, 605].map(minutesWords)).toEqual(['5 min', '1 h', '1 h 30', '10 h 05'])
    expect([120, 7200, 260_000, null].map(secondsWords)).toEqual([
      '2 min',
      '2 h',
      '3 days',
      'none yet',
    ])
    expect(percentWords(0.125)).toBe('13 %')
    expect(countWords(1200, 'task')).toBe('1,200 tasks')
    expect([0, 999, 1000, 12_345, 1_234_567].map(grouped).join(' ')).toBe(
      '0 999 1,000 12,345 1,234,567',
    )
  })

  it('have a title that says what they show', () => {
    const day = (created: number, completed: number) => ({
      start: '2026-01-01',
      created,
      completed,
    })
    expect(throughputFinding([day(3, 1)])).toBe('2 more tasks came in than were finished')
    expect(throughputFinding([day(0, 1)])).toBe('1 more task was finished than came in')
    expect(throughputFinding([])).toBe('Nothing was added or finished')
    expect(cumulated([day(3, 1), day(1, 2)]).at(-1)).toMatchObject({ created: 4, completed: 3 })
  })

  it('go into a table with their quotes', () => {
    expect(csv(['a', 'b'], [['x, y', 'say "no"']])).toBe('a,b\r\n"x, y","say ""no"""')
  })
})

describe('working hours', () => {
  it('are read as they are written', () => {
    const spans = [
      [540, 720],
      [780, 1020],
    ]
    expect(dayToText(spans)).toBe('09:00-12:00, 13:00-17:00')
    expect(dayFromText('9-12, 13:00 – 17:00')).toEqual(spans)
    expect(dayFromText(' ')).toEqual([])
  })

  it.each(['9', '17-9', '9-25', 'noon'])('%s is no hours', (text) =>
    expect(dayFromText(text)).toBeNull(),
  )
})

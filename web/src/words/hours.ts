/** Working hours: for each weekday from Monday spans of minutes since midnight. */
export type Week = number[][][]

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const two = (value: number) => String(value).padStart(2, '0')
const clock = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

/** "9:00-12:00, 13:00-17:00"; nothing for a free day. */
export const dayToText = (spans: number[][]) =>
  spans.map(([from = 0, to = 0]) => `${clock(from)}-${clock(to)}`).join(', ')

/** Null when it is no hours. */
export function dayFromText(text: string): number[][] | null {
  if (text.trim() === '') return []
  const spans = text.split(',').map((part) => {
    const match = /^\s*(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?\s*$/.exec(part)
    if (!match) return null
    const [, h1, m1 = '0', h2, m2 = '0'] = match
    return [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)]
  })
  const good = spans.every(
    (span) => span && (span[0] ?? 0) < (span[1] ?? 0) && (span[1] ?? 0) <= 1440,
  )
  return good ? (spans as number[][]) : null
}

/** A whole week as it was typed, or what is wrong with it. */
export function weekFrom(typed: (day: string) => string): { week: Week } | { wrong: string } {
  const week = DAYS.map((day) => dayFromText(typed(day)))
  const wrong = DAYS[week.indexOf(null)]
  return wrong
    ? { wrong: `The hours of ${wrong} are not like 09:00-12:00, 13:00-17:00.` }
    : { week: week as Week }
}

export interface Holiday {
  date: string
  name?: string
}

/** A line each: "2026-12-25 Christmas". */
export const holidaysToText = (holidays: Holiday[]) =>
  holidays.map(({ date, name }) => (name ? `${date} ${name}` : date)).join('\n')

/** The line that is no day, or the days. */
export function holidaysFromText(text: string): Holiday[] | { wrong: string } {
  const found: Holiday[] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (!line) continue
    const match = /^(\d{4}-\d{2}-\d{2})(?:\s+(.+))?$/.exec(line)
    if (!match?.[1] || Number.isNaN(Date.parse(match[1]))) return { wrong: line }
    found.push({ date: match[1], name: match[2] ?? '' })
  }
  return found
}

const SHORT = DAYS.map((day) => day.slice(0, 3))

/** "Mon to Fri 09:00-17:00, Sat 10:00-12:00": days that are alike and follow each other at once. */
export function weekWords(week: Week): string {
  const runs: { from: number; to: number; text: string }[] = []
  week.forEach((spans, day) => {
    const text = dayToText(spans).replaceAll(', ', ' and ')
    const last = runs.at(-1)
    if (last && last.text === text && last.to === day - 1) last.to = day
    else runs.push({ from: day, to: day, text })
  })
  const open = runs.filter((run) => run.text !== '')
  if (open.length === 0) return 'Never'
  return open
    .map(({ from, to, text }) => `${SHORT[from]}${to > from ? ` to ${SHORT[to]}` : ''} ${text}`)
    .join(', ')
}

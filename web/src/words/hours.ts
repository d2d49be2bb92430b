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

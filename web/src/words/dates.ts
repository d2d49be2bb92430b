/** Moments in words, in the time zone of the account. Near today they are days, else dates. */
import { TZDate } from '@date-fns/tz'
import { addDays, differenceInCalendarDays, nextMonday, set } from 'date-fns'

export interface Clock {
  now: Date
  zone: string
}

export const at = (moment: string | Date, zone: string) =>
  new TZDate(typeof moment === 'string' ? Date.parse(moment) : moment.getTime(), zone)

function format(day: TZDate, options: Intl.DateTimeFormatOptions): string {
  const timeZone = day.timeZone ?? 'UTC'
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(day.getTime())
}

/** A day without a time is kept as its last minute. */
const isWholeDay = (day: TZDate) => day.getHours() === 23 && day.getMinutes() === 59

export function dayWords(moment: string | Date, { now, zone }: Clock): string {
  const day = at(moment, zone)
  const today = at(now, zone)
  const days = differenceInCalendarDays(day, today)
  if (days === 0) return 'today'
  if (days === 1) return 'tomorrow'
  if (days === -1) return 'yesterday'
  if (days > 1 && days < 7) return format(day, { weekday: 'short' })
  const sameYear = day.getFullYear() === today.getFullYear()
  return format(day, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

export function timeWords(moment: string | Date, zone: string): string {
  return format(at(moment, zone), { hour: '2-digit', minute: '2-digit', hour12: false })
}

/** "today 17:00", "Fri", "12 Dec". */
export function momentWords(moment: string | Date, clock: Clock): string {
  const words = dayWords(moment, clock)
  return isWholeDay(at(moment, clock.zone)) ? words : `${words} ${timeWords(moment, clock.zone)}`
}

export function isPast(moment: string, now: Date): boolean {
  return Date.parse(moment) < now.getTime()
}

/** "2 days ago", "just now". */
export function agoWords(moment: string, now: Date): string {
  const minutes = Math.round((now.getTime() - Date.parse(moment)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.round(minutes / 60)} h ago`
  const days = Math.round(minutes / 1440)
  return days === 1 ? '1 day ago' : `${days} days ago`
}

export interface Later {
  label: string
  until: Date
}

/** When a task that is put off comes back, in the order in which it is offered. */
export function laterChoices({ now, zone }: Clock): Later[] {
  const today = at(now, zone)
  const morning = (day: Date) =>
    new Date(set(day, { hours: 9, minutes: 0, seconds: 0, milliseconds: 0 }).getTime())
  const evening = set(today, { hours: 18, minutes: 0, seconds: 0, milliseconds: 0 })
  const choices = [{ label: 'In an hour', until: new Date(now.getTime() + 3_600_000) }]
  if (today.getHours() < 17)
    choices.push({ label: 'This evening', until: new Date(evening.getTime()) })
  choices.push({ label: 'Tomorrow morning', until: morning(addDays(today, 1)) })
  choices.push({ label: 'Next Monday', until: morning(nextMonday(today)) })
  return choices
}

/** For <input type="datetime-local">, and back. */
export function toLocalInput(moment: string | null | undefined, zone: string): string {
  if (!moment) return ''
  const day = at(moment, zone)
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
  return `${date}T${two(day.getHours())}:${two(day.getMinutes())}`
}

export function fromLocalInput(value: string, zone: string): string | null {
  const match = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(value)
  if (!match) return null
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0] = match.slice(1).map(Number)
  return new Date(new TZDate(year, month - 1, day, hours, minutes, zone).getTime()).toISOString()
}

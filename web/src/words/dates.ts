/** Moments in words, in the time zone of the account. Near today they are days, else dates. */
import { TZDate, tzOffset } from '@date-fns/tz'
import { addDays, nextMonday, set } from 'date-fns'

export interface Clock {
  now: Date
  zone: string
}

export const at = (moment: string | Date, zone: string) =>
  new TZDate(typeof moment === 'string' ? Date.parse(moment) : moment.getTime(), zone)

const MINUTE = 60_000
const QUARTER = 15 * MINUTE
const DAY = 24 * 60 * MINUTE
const MANY = 20_000
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec'.split(' ')

const offsets = new Map<string, number>()
let own: string | undefined

/** In minutes. Remembered by the quarter of an hour, between which no clock was ever changed. */
function offsetOf(time: number, zone: string): number {
  if (zone === 'UTC') return 0
  own ??= Intl.DateTimeFormat().resolvedOptions().timeZone
  if (zone === own) return -new Date(time).getTimezoneOffset()
  const key = `${zone} ${Math.floor(time / QUARTER)}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size >= MANY) offsets.clear()
  const found = tzOffset(zone, new Date(time))
  offsets.set(key, found)
  return found
}

/** What the clocks of a zone show then, in the UTC fields of a Date: lists are full of them. */
function wall(moment: string | Date, zone: string): Date {
  const time = typeof moment === 'string' ? Date.parse(moment) : moment.getTime()
  return new Date(time + offsetOf(time, zone) * MINUTE)
}

/** Days of the calendar, counted. */
export const calendarDay = (moment: string | Date, zone: string) =>
  Math.floor(wall(moment, zone).getTime() / DAY)

const two = (value: number) => String(value).padStart(2, '0')
const clockWords = (shown: Date) => `${two(shown.getUTCHours())}:${two(shown.getUTCMinutes())}`

/** A day without a time is kept as its last minute. */
const isWholeDay = (shown: Date) => clockWords(shown) === '23:59'

/** How many days of the calendar it is away; negative when it is past. */
export function daysAway(moment: string | Date, { now, zone }: Clock): number {
  return calendarDay(moment, zone) - calendarDay(now, zone)
}

export function dayWords(moment: string | Date, clock: Clock): string {
  const shown = wall(moment, clock.zone)
  const days = daysAway(moment, clock)
  if (days === 0) return 'today'
  if (days === 1) return 'tomorrow'
  if (days === -1) return 'yesterday'
  if (days > 1 && days < 7) return WEEKDAYS[shown.getUTCDay()] ?? ''
  const date = `${shown.getUTCDate()} ${MONTHS[shown.getUTCMonth()]}`
  const year = shown.getUTCFullYear()
  return year === wall(clock.now, clock.zone).getUTCFullYear() ? date : `${date} ${year}`
}

export const timeWords = (moment: string | Date, zone: string) => clockWords(wall(moment, zone))

/** "today 17:00", "Fri", "12 Dec". */
export function momentWords(moment: string | Date, clock: Clock): string {
  const words = dayWords(moment, clock)
  return isWholeDay(wall(moment, clock.zone)) ? words : `${words} ${timeWords(moment, clock.zone)}`
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
  const shown = wall(moment, zone)
  const date = `${shown.getUTCFullYear()}-${two(shown.getUTCMonth() + 1)}-${two(shown.getUTCDate())}`
  return `${date}T${clockWords(shown)}`
}

export function fromLocalInput(value: string, zone: string): string | null {
  const match = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(value)
  if (!match) return null
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0] = match.slice(1).map(Number)
  return new Date(new TZDate(year, month - 1, day, hours, minutes, zone).getTime()).toISOString()
}

/** Where things stand in a day of the plan, and what moved between two plans. Pure. */
import type { PlanBlock } from '@/api/types'
import { at } from './dates'

export const DAY = 1440

const two = (value: number) => String(value).padStart(2, '0')

/** The date of a moment in a zone: "2026-11-21". */
export function dayOf(moment: string | Date, zone: string): string {
  const day = at(moment, zone)
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

export function minuteOf(moment: string | Date, zone: string): number {
  const day = at(moment, zone)
  return day.getHours() * 60 + day.getMinutes()
}

export interface Stretch {
  from: number
  to: number
}

/** The part of a span that lies in a day, in minutes of its clock; null for none. */
export function within(start: string, end: string, day: string, zone: string): Stretch | null {
  const first = dayOf(start, zone)
  const last = dayOf(end, zone)
  if (first > day || last < day) return null
  const from = first === day ? minuteOf(start, zone) : 0
  const to = last === day ? minuteOf(end, zone) : DAY
  return to > from ? { from, to } : null
}

/** The days from one on: "2026-11-21", "2026-11-22", … */
export function daysFrom(first: string, count: number): string[] {
  const noon = Date.parse(`${first}T12:00:00Z`)
  return Array.from({ length: count }, (_, day) =>
    new Date(noon + day * 86_400_000).toISOString().slice(0, 10),
  )
}

/** Monday is 0, as in working hours. */
export const weekdayOf = (day: string) => (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7

/** The hours that are shown: all that something lies in, and one more on either side. */
export function hoursShown(stretches: Stretch[]): Stretch {
  const from = Math.min(9 * 60, ...stretches.map((one) => one.from))
  const to = Math.max(17 * 60, ...stretches.map((one) => one.to))
  return {
    from: Math.max(0, Math.floor(from / 60) * 60 - 60),
    to: Math.min(DAY, Math.ceil(to / 60) * 60 + 60),
  }
}

export interface Move {
  task_id: string
  title: string
  from: string | null
  to: string | null
}

/** Which tasks begin at another time than before, or came or went. */
export function moves(before: PlanBlock[], after: PlanBlock[]): Move[] {
  const old = begins(before)
  const now = begins(after)
  const moved: Move[] = []
  for (const [task_id, { title, start }] of now) {
    const was = old.get(task_id)
    if (!was) moved.push({ task_id, title, from: null, to: start })
    else if (Date.parse(was.start) !== Date.parse(start))
      moved.push({ task_id, title, from: was.start, to: start })
  }
  for (const [task_id, { title, start }] of old)
    if (!now.has(task_id)) moved.push({ task_id, title, from: start, to: null })
  return moved
}

function begins(blocks: PlanBlock[]): Map<string, PlanBlock> {
  const first = new Map<string, PlanBlock>()
  for (const block of blocks) if (!first.has(block.task_id)) first.set(block.task_id, block)
  return first
}

const STEP = 15

/** A quarter of an hour, within the day. */
export const snapped = (minute: number) =>
  Math.min(DAY - STEP, Math.max(0, Math.round(minute / STEP) * STEP))

export const clockWords = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`

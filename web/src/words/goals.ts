import type { Goal } from '@/api/types'
import { type Clock, dayWords } from './dates'

const WHY_NOT: Record<string, string> = {
  no_tasks: 'No forecast: no task serves it yet.',
  nothing_left: 'All its tasks are done.',
  no_pace: 'No forecast: nothing of it was finished lately.',
  too_far: 'At this pace it takes many years.',
  closed: 'It is closed.',
}

const OUTLOOKS: Record<string, string> = { on_track: 'On track', at_risk: 'At risk', late: 'Late' }

export const outlookWords = (goal: Goal) => (goal.outlook ? (OUTLOOKS[goal.outlook] ?? '') : '')

/** A day without a time, at noon, so that no zone moves it. */
const noon = (day: string) => `${day}T12:00:00Z`

/** "Likely done 30 Dec, between 23 Dec and 9 Jan." */
export function forecastWords(goal: Goal, clock: Clock): string {
  const { likely, earliest, latest, reason } = goal.forecast
  if (!likely) return WHY_NOT[reason ?? ''] ?? ''
  const days = { now: clock.now, zone: 'UTC' }
  const said = `Likely done ${dayWords(noon(likely), days)}`
  if (!earliest || !latest) return `${said}.`
  return `${said}, between ${dayWords(noon(earliest), days)} and ${dayWords(noon(latest), days)}.`
}

export function targetWords(goal: Goal, clock: Clock): string {
  return goal.target_date
    ? `by ${dayWords(noon(goal.target_date), { now: clock.now, zone: 'UTC' })}`
    : 'no target day'
}

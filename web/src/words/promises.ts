/** Promises about tasks, as sentences. Pure. */
import type { components } from '@/api/schema'
import { minutesWords, PRIORITY_WORDS, STATUS_WORDS } from './tasks'

export type Policy = components['schemas']['PolicyRead']
export type Kept = components['schemas']['Kept']

/** "Urgent tasks: an answer within 30 min, done within 8 h, in working hours." */
export function policyWords(policy: Policy): string {
  const { priority, first_response_minutes, resolution_minutes, pause_statuses } = policy
  const who = priority ? `${PRIORITY_WORDS[priority]} tasks` : 'All other tasks'
  const what = [
    first_response_minutes && `an answer within ${minutesWords(first_response_minutes)}`,
    resolution_minutes && `done within ${minutesWords(resolution_minutes)}`,
  ].filter(Boolean)
  const from = policy.starts_from === 'due' ? ' after the deadline' : ''
  const hours = policy.business_hours ? ', in working hours' : ''
  const pause = pause_statuses.map((status) => STATUS_WORDS[status].toLowerCase()).join(', ')
  return `${who}: ${what.join(', ')}${from}${hours}${pause && `; not counted while ${pause}`}.`
}

/** "3 of 4 kept, 1 open". */
export function keptWords({ met = 0, breached = 0, open = 0, warning = 0 }: Kept): string {
  if (met + breached + open === 0) return 'nothing promised yet'
  const soon = warning ? ` (${warning} soon due)` : ''
  const decided = met + breached ? `${met} of ${met + breached} kept, ` : ''
  return `${decided}${open} open${soon}`
}

/** "30m", "8h", "1h 30m", "2d", "45": minutes; null when it is no time. */
export function minutesFromText(text: string): number | null {
  const match = /^\s*(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m?(?:in)?)?\s*$/i.exec(text)
  if (!match) return null
  const [days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0))
  return days * 1440 + hours * 60 + minutes || null
}

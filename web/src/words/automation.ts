/** Schedules and rules as sentences. Pure. */
import type { Rule, Schedule } from '@/api/types'
import { DAYS } from './hours'
import { minutesWords, PRIORITY_WORDS, STATUS_WORDS } from './tasks'

type Action = Record<string, unknown>

const CRON_DAYS: Record<string, number> = {
  SUN: 0,
  MON: 1,
  TUE: 2,
  WED: 3,
  THU: 4,
  FRI: 5,
  SAT: 6,
}

const two = (value: string) => value.padStart(2, '0')

function weekdayWords(field: string): string | null {
  if (field === '*') return 'day'
  if (field === '1-5' || field.toUpperCase() === 'MON-FRI') return 'weekday'
  const days = field.split(',').map((one) => CRON_DAYS[one.toUpperCase()] ?? Number(one))
  if (days.some((day) => !Number.isInteger(day) || day < 0 || day > 7)) return null
  return listWords(days.map((day) => DAYS[(day + 6) % 7] ?? ''))
}

export function listWords(parts: string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

const ALIASES: Record<string, string> = {
  '@hourly': 'Every hour',
  '@daily': 'Every day at 00:00',
  '@weekly': 'Every Sunday at 00:00',
  '@monthly': 'On the 1st of the month at 00:00',
}

/** "Every weekday at 08:30"; an expression that has no plain words is shown as it is. */
export function cronWords(cron: string): string {
  const parts = cron.trim().split(/\s+/)
  return ALIASES[cron] ?? hourlyWords(parts) ?? timedWords(parts) ?? `At “${cron}” (cron)`
}

function hourlyWords([minute = '', ...rest]: string[]): string | null {
  if (rest.join(' ') !== '* * * *') return null
  if (/^\*\/\d+$/.test(minute)) return `Every ${minute.slice(2)} minutes`
  return /^\d+$/.test(minute) ? `Every hour at ${minute} past` : null
}

function timedWords([minute = '', hour = '', date = '', month = '', weekday = '']: string[]) {
  if (month !== '*' || !/^\d+$/.test(minute) || !/^\d+$/.test(hour)) return null
  const time = `at ${two(hour)}:${two(minute)}`
  if (date === '*') {
    const days = weekdayWords(weekday)
    return days && `Every ${days} ${time}`
  }
  if (weekday !== '*') return null
  if (date === 'L') return `On the last day of the month ${time}`
  return /^\d+$/.test(date) ? `On the ${ordinal(Number(date))} of the month ${time}` : null
}

export function ordinal(day: number): string {
  const teens = day % 100 > 10 && day % 100 < 14
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')
  return `${day}${ending}`
}

/** "Every weekday at 08:30 Europe/Berlin, add the task “Stand-up”." */
export function scheduleWords(schedule: Schedule, moment: (at: string) => string): string {
  const { cron, rrule, run_at, timezone } = schedule
  const zone = timezone.replaceAll('_', ' ')
  const what = actionWords(schedule.action)
  if (run_at) return `Once, ${moment(run_at)}, ${what}.`
  if (cron) return `${cronWords(cron)} ${zone}, ${what}.`
  return `By “${rrule}” ${zone}, ${what}.`
}

const quoted = (value: unknown) => `“${String(value)}”`
const words = (value: unknown) => (Array.isArray(value) ? listWords(value.map(String)) : '')

const FIELDS: Record<string, Record<string, string>> = {
  priority: PRIORITY_WORDS,
  status: STATUS_WORDS,
}

function fieldWords(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return 'change it'
  const set = Object.entries(fields).map(([name, value]) => {
    const shown = FIELDS[name]?.[String(value)]?.toLowerCase() ?? String(value)
    return `${name.replaceAll('_', ' ')} to ${shown}`
  })
  return `set ${listWords(set)}`
}

const SAID: Record<string, (action: Action) => string> = {
  create_task: ({ title, template_id }) =>
    template_id ? 'add the tasks of a template' : `add the task ${quoted(title)}`,
  reminder: ({ text }) => (text ? `remind of ${quoted(text)}` : 'remind of a task'),
  archive_done: ({ days }) => `take cards off the boards that were done ${days ?? 14} days ago`,
  file_cleanup: ({ older_than_days }) =>
    older_than_days ? `tidy away files after ${older_than_days} days` : 'tidy away old files',
  webhook: () => 'call a webhook',
  digest: () => 'mail the digest',
  backup: () => 'make a backup',
  set: ({ fields }) => fieldWords(fields),
  add_tags: ({ tags }) => `tag it ${words(tags)}`,
  remove_tags: ({ tags }) => `take off the tag ${words(tags)}`,
  assign: () => 'assign it',
  unassign: () => 'take it from somebody',
  move: () => 'move its card',
  comment: ({ body }) => `comment ${quoted(body)}`,
  notify: ({ text }) => `tell people ${quoted(text)}`,
}

export const actionWords = (action: Action) =>
  SAID[String(action.type)]?.(action) ?? String(action.type).replaceAll('_', ' ')

export const EVENTS: Record<string, string> = {
  'task.created': 'is added',
  'task.updated': 'is changed',
  'task.completed': 'is done',
  'task.reopened': 'is opened again',
  'task.restored': 'comes back from the trash',
  'comment.created': 'is commented on',
  'sla.warned': 'is about to miss its promise',
  'sla.breached': 'missed its promise',
}

/** "When a task is added that matches p1, set priority to urgent." */
export function ruleWords(rule: Pick<Rule, 'events' | 'filter' | 'actions'>): string {
  const when = rule.events.map((event) => EVENTS[event] ?? event).join(' or ')
  const which = rule.filter ? ` that matches ${rule.filter}` : ''
  return `When a task${which} ${when}, ${listWords(rule.actions.map(actionWords))}.`
}

export const RUN_STATES: Record<string, string> = {
  pending: 'waits',
  processing: 'runs',
  completed: 'done',
  failed: 'refused',
  dead: 'given up',
}

/** What a run did, from whatever its action tells: "task key HOME-12, archived 3". */
export function outputWords(output: Record<string, unknown> | null): string {
  if (!output) return ''
  return Object.entries(output)
    .filter(([, value]) => value !== null && value !== '' && !isId(value))
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${valueWords(name, value)}`)
    .join(', ')
}

const isId = (value: unknown) =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(value)

function nameOf(one: unknown): string | null {
  if (typeof one === 'object' && one !== null)
    return String((one as Action).title ?? (one as Action).key ?? (one as Action).name ?? '')
  return isId(one) ? null : String(one)
}

function valueWords(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const named = value.map(nameOf)
    return named.every((one) => one !== null) ? listWords(named) || 'none' : String(value.length)
  }
  if (name.endsWith('minutes') && typeof value === 'number') return minutesWords(value)
  return String(value)
}

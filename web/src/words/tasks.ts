import type { Energy, Priority, Status } from '@/api/types'

export const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low']
export const PRIORITY_WORDS: Record<Priority, string> = {
  urgent: 'Urgent',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}

export const STATUSES: Status[] = [
  'backlog',
  'todo',
  'in_progress',
  'in_review',
  'done',
  'cancelled',
]
export const STATUS_WORDS: Record<Status, string> = {
  backlog: 'Backlog',
  todo: 'To do',
  in_progress: 'In progress',
  in_review: 'In review',
  done: 'Done',
  cancelled: 'Cancelled',
}

export const ENERGIES: Energy[] = ['low', 'medium', 'high']

/** 5 min, 1 h, 1 h 30. */
export function minutesWords(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest
    ? `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, '0')}`
    : `${minutes / 60} h`
}

/** "1,200". A browser's own formatter takes longer to be made than a screen to be drawn. */
export const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** "1 task", "3 tasks", "1,200 tasks". Of whole numbers. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

const EXPLAINED: Record<string, string> = {
  priority:
    'How much it matters: low counts once, medium twice, high four times, urgent eight times.',
  duration:
    'Short tasks come sooner: their worth is there sooner. Thirty minutes count as nothing.',
  slack: 'How much work time is left before it must be begun. Without any, nothing is taken off.',
  goal: 'The goal that it serves counts more or less than others.',
  no_deadline: 'Without a deadline it counts half, and an expected day is used instead.',
  unblocks: 'Other tasks wait for this one, and what they are worth is added.',
  started: 'It is already begun; switching costs something.',
  energy: 'How well it suits the energy that you have.',
  plan: 'Your plan has it first: one order for the list and the plan.',
  learned: 'What you chose before, as far as it made the proposals better.',
  context: 'Whether it belongs to the place that you are at.',
}

export const explained = (term: string) => EXPLAINED[term] ?? 'Part of the score.'

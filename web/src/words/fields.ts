/** Values of things in words, for showing two of them side by side. Pure. */
import type { Priority, Status } from '@/api/types'
import { type Clock, momentWords } from './dates'
import { minutesWords, PRIORITY_WORDS, STATUS_WORDS } from './tasks'

const NAMES: Record<string, string> = {
  due_at: 'Due',
  start_at: 'Not before',
  estimated_duration: 'Takes',
  goal_id: 'Goal',
  project_id: 'Project',
  parent_id: 'Part of',
  target_date: 'By',
  body: 'Text',
  assignee_ids: 'Assigned to',
  completed: 'Done',
}

/** "Due", "Priority", "Blocked reason". */
export function fieldName(key: string): string {
  const words = key.replaceAll('_', ' ')
  return NAMES[key] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

export function valueWords(key: string, value: unknown, clock: Clock): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (key.endsWith('_at')) return momentWords(String(value), clock)
  if (key === 'estimated_duration') return minutesWords(Number(value))
  if (key === 'priority') return PRIORITY_WORDS[value as Priority] ?? String(value)
  if (key === 'status') return STATUS_WORDS[value as Status] ?? String(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

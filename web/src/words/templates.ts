/** Templates in words. Pure. */
import type { components } from '@/api/schema'
import { countWords, minutesWords, PRIORITY_WORDS } from './tasks'

type TemplateTask = components['schemas']['TemplateTask-Output']

const ALWAYS_THERE = new Set(['today', 'week', 'month', 'year'])

/** The names in braces, each once; those that the server fills in by itself are not asked for. */
export function variablesIn(texts: string[]): string[] {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map((match) => match[1] ?? ''),
  )
  return [...new Set(names)].filter((name) => !ALWAYS_THERE.has(name))
}

/** "Welcome {{client}}, high, due +3d, 30 min, 2 subtasks". */
export function templateWords(task: TemplateTask): string {
  const { title, priority, due, estimated_duration, subtasks = [] } = task
  return [
    title,
    priority && priority !== 'medium' && PRIORITY_WORDS[priority].toLowerCase(),
    due && `due ${due}`,
    estimated_duration && minutesWords(estimated_duration),
    subtasks.length > 0 && countWords(subtasks.length, 'subtask'),
  ]
    .filter(Boolean)
    .join(', ')
}

/** The lines as subtasks; one that keeps its title keeps all else that was said of it. */
export function subtasksFrom<T extends { title: string }>(
  text: string,
  before: T[],
): (T | { title: string })[] {
  const known = new Map(before.map((one) => [one.title, one]))
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((title) => known.get(title) ?? { title })
}

/** All texts of a template in which something may be left open. */
export function textsOf(task: TemplateTask): string[] {
  const { title, description = '', tags = [], context = [], subtasks = [] } = task
  return [title, description, ...tags, ...context, ...subtasks.flatMap(textsOf)]
}

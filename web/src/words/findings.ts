import type { Stats } from '@/api/types'
import { countWords } from './tasks'

type Point = Stats['throughput']['items'][number]

/** What the plot shows, as its title. */
export function throughputFinding(points: Point[]): string {
  const made = points.reduce((sum, point) => sum + point.created, 0)
  const done = points.reduce((sum, point) => sum + point.completed, 0)
  if (made + done === 0) return 'Nothing was added or finished'
  if (made > done)
    return `${countWords(made - done, 'more task')} came in than ${made - done === 1 ? 'was' : 'were'} finished`
  if (done > made)
    return `${countWords(done - made, 'more task')} ${done - made === 1 ? 'was' : 'were'} finished than came in`
  return 'As much was finished as came in'
}

export interface Flow {
  start: string
  created: number
  completed: number
}

/** Sums up to each day; the distance between the two lines is what is open. */
export function cumulated(points: Point[]): Flow[] {
  let created = 0
  let completed = 0
  return points.map((point) => {
    created += point.created
    completed += point.completed
    return { start: point.start, created, completed }
  })
}

export function priorityFinding(counts: Record<string, number>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (total === 0) return 'No tasks yet'
  const loud = (counts.urgent ?? 0) + (counts.high ?? 0)
  return `${Math.round((loud / total) * 100)} % of all tasks are high or urgent`
}

export function csv(columns: string[], rows: (string | number)[][]): string {
  const cell = (value: string | number) => {
    const text = String(value)
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')
}

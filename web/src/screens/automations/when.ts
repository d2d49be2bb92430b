export interface When {
  rhythm: 'daily' | 'weekdays' | 'weekly' | 'first' | 'last' | 'cron'
  /** "08:30" */
  time: string
  /** 1 is Monday. */
  day: string
  cron: string
}

/** The cron expression of what was chosen. */
export function cronOf({ rhythm, time, day, cron }: When): string {
  if (rhythm === 'cron') return cron.trim()
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const at = `${minute} ${hour}`
  const days = {
    daily: '* * *',
    weekdays: '* * 1-5',
    weekly: `* * ${Number(day) % 7}`,
    first: '1 * *',
    last: 'L * *',
  }
  return `${at} ${days[rhythm]}`
}

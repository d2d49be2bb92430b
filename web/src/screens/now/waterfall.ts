import type { Reason } from '@/api/types'

export interface Bar {
  reason: Reason
  /** Where it begins and how long it is, in hundredths of the width. */
  start: number
  length: number
}

export interface Waterfall {
  bars: Bar[]
  /** From nothing to the score. */
  total: { start: number; length: number }
  sum: number
}

/** Each bar begins where the one before ended, so that the last one ends at the score. */
export function waterfall(reasons: Reason[]): Waterfall {
  const ends: number[] = []
  let sum = 0
  for (const reason of reasons) {
    sum += reason.value
    ends.push(sum)
  }
  const low = Math.min(0, ...ends)
  const high = Math.max(0, ...ends)
  const width = high - low || 1
  const place = (value: number) => ((value - low) / width) * 100
  const bars = reasons.map((reason, index) => {
    const end = ends[index] ?? 0
    const begin = end - reason.value
    return {
      reason,
      start: place(Math.min(begin, end)),
      length: (Math.abs(reason.value) / width) * 100,
    }
  })
  const total = {
    start: place(Math.min(0, sum)),
    length: (Math.abs(sum) / width) * 100,
  }
  return { bars, total, sum }
}

/** +2.1, −0.4, 0: with a real minus sign. */
export function signed(value: number): string {
  const rounded = Math.abs(value) < 0.05 ? '0' : Math.abs(value).toFixed(1)
  if (rounded === '0') return '0'
  return `${value < 0 ? '\u2212' : '+'}${rounded}`
}

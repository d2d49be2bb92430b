import type { Busy, Plan } from '@/api/types'
import type { Week } from '@/words/hours'
import { daysFrom, hoursShown, type Stretch, weekdayOf, within } from '@/words/plan'
import type { Column } from './day-column'

/** The days of a plan with all that lies in them, over the same hours. */
export function columnsOf(plan: Plan, busy: Busy[], week: Week): Column[] {
  const zone = plan.timezone
  const days = daysFrom(plan.from, plan.days)
  const workingOf = (day: string): Stretch[] =>
    (week[weekdayOf(day)] ?? []).map(([from = 0, to = 0]) => ({ from, to }))
  const lying = days.flatMap((day) => [
    ...workingOf(day),
    ...plan.blocks.flatMap((block) => within(block.start, block.end, day, zone) ?? []),
  ])
  const shown = hoursShown(lying)
  return days.map((day) => ({
    day,
    shown,
    working: workingOf(day),
    blocks: plan.blocks
      .filter((block) => within(block.start, block.p80_end, day, zone))
      .sort((a, b) => Date.parse(a.start) - Date.parse(b.start)),
    busy: busy.filter((one) => within(one.start, one.end, day, zone)),
  }))
}

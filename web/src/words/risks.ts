/** How likely dates are kept, in words. Pure. */
import type { components } from '@/api/schema'
import { type Clock, momentWords } from './dates'

export type Risk = components['schemas']['RiskRead']

export const WHAT: Record<Risk['kind'], string> = {
  sla: 'Promised by',
  deadline: 'Due',
  goal: 'Goal by',
}

export const isSafe = (risk: Pick<Risk, 'outlook'>) => risk.outlook === 'on_track'

/** "Hardly kept: 4 %". Never quite certain, since 1,000 futures are not all of them. */
export function chanceWords({ chance, outlook }: Pick<Risk, 'chance' | 'outlook'>): string {
  const percent = Math.round(chance * 100)
  const told = percent <= 0 ? 'under 1 %' : percent >= 100 ? 'over 99 %' : `${percent} %`
  const words = { late: 'Hardly kept', at_risk: 'May be missed', on_track: 'Likely kept' }
  return `${words[outlook]}: ${told}`
}

/** "Fri 17:00, likely done Mon 11:00". */
export const byWords = ({ by, likely_end }: Pick<Risk, 'by' | 'likely_end'>, clock: Clock) =>
  `${momentWords(by, clock)}, likely done ${momentWords(likely_end, clock)}`

/** What was learned of somebody's choices, in words. Pure. */

export interface Leaning {
  name: string
  weight: number
  words: string
}

const NAMES: Record<string, string> = {
  priority: 'What is important',
  goal: 'What serves a goal',
  no_deadline: 'What has no deadline',
  duration: 'What is short',
  slack: 'What is due soon',
  started: 'What is begun',
  energy: 'What suits your energy',
  context: 'What suits your place',
}

const HARDLY = 0.05

/** The strongest first: "What is short: more". What counts as for everybody is left out. */
export function leanings(weights: Record<string, number>): Leaning[] {
  return Object.entries(weights)
    .filter(([, weight]) => Math.abs(weight) >= HARDLY)
    .map(([name, weight]) => {
      const words = `${NAMES[name] ?? name}: ${weight > 0 ? 'more' : 'less'}`
      return { name, weight, words }
    })
    .toSorted((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
}

/** Values that nobody set, in words. Pure. */
import type { components } from '@/api/schema'
import { minutesWords } from './tasks'

export type DerivedField = 'category' | 'priority' | 'estimated_duration'
type Known = Pick<components['schemas']['FieldSource'], 'source' | 'confidence' | 'reason'>
type Suggestion = components['schemas']['DerivedValue']

const BY: Record<string, string> = {
  rule: 'by a rule',
  memory: 'from what was set here before',
  huggingface: 'by Hugging Face',
  openai: 'by the language model',
  minilm: 'by meaning',
  embedded: 'by its words',
}

const percent = (confidence: number) => `${Math.round(confidence * 100)} % sure`

/** "Derived by a rule, 95 % sure: says “urgent”."; nothing for what somebody set, or nobody. */
export function derivedWords({ source, confidence, reason }: Known): string {
  if (source === 'user' || source === 'default') return ''
  const why = reason ? `: ${reason}` : ''
  return `Derived ${BY[source] ?? source}, ${percent(confidence)}${why}.`
}

/** "Perhaps finance, 43 % sure." */
export function suggestedWords({ value, confidence }: Suggestion): string {
  const words = typeof value === 'number' ? minutesWords(value) : value
  return `Perhaps ${words}, ${percent(confidence)}.`
}

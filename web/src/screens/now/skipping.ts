import { withoutTask } from '@/api/cached'
import type { NextAction } from '@/api/types'

/** What is proposed when some are left out for now. */
export function skippedAway(next: NextAction, skipped: string[]): NextAction {
  return skipped.reduce(withoutTask, next)
}

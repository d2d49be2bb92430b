import { sentence } from '@/api/problem'
import { queryClient } from '@/api/query-client'
import { say } from '@/app/toasts'

/** Does it, says what came of it, and reads anew what it touched. */
export async function act(
  work: () => Promise<unknown>,
  done: string,
  touched: string,
  undo?: () => void,
): Promise<boolean> {
  try {
    await work()
    await queryClient.invalidateQueries({ queryKey: [touched] })
    say({ text: done, ...(undo ? { undo } : {}) })
    return true
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
    return false
  }
}

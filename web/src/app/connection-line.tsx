import { connected } from '@/api/client'
import { troubles, waiting } from '@/api/outbox'
import { countWords } from '@/words/tasks'
import { overlay } from './overlays'

/** One quiet line while something is not sent; nothing otherwise. */
export function ConnectionLine() {
  const online = connected.use()
  const unsent = waiting.use().length
  const refused = troubles.use().length
  if (online && unsent === 0 && refused === 0) return <div role="status" className="sr-only" />
  return (
    <div
      role="status"
      className="flex min-h-8 items-center justify-center gap-2 border-b border-line bg-warn-soft px-4 py-1 text-sm text-warn"
    >
      <span>{words(online, unsent, refused)}</span>
      {unsent + refused > 0 && (
        <button
          type="button"
          className="rounded px-1 font-medium underline underline-offset-2"
          onClick={() => overlay.set({ kind: 'waiting' })}
        >
          Show
        </button>
      )}
    </div>
  )
}

function words(online: boolean, unsent: number, refused: number): string {
  if (refused > 0) return `${countWords(refused, 'change')} could not be made.`
  const changes = countWords(unsent, 'change')
  if (online) return `Sending ${changes}.`
  return unsent > 0
    ? `No connection. ${changes} will be sent later.`
    : 'No connection. You can go on; changes are sent later.'
}

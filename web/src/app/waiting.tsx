import { dismissTrouble, remove, sendAnyway, type Trouble, troubles, waiting } from '@/api/outbox'
import { sentence } from '@/api/problem'
import { Button } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { BothSides } from './both-sides'
import { say } from './toasts'

const CHANGED_MEANWHILE = 412

const takeMine = (trouble: Trouble) =>
  void sendAnyway(trouble).catch((error) => say({ text: sentence(error), tone: 'danger' }))

const reason = ({ problem }: Trouble) =>
  problem.status === CHANGED_MEANWHILE
    ? 'Somebody changed the same meanwhile. Nothing is overwritten until you choose.'
    : problem.message

/** What was not sent yet, and what the server refused, with what can be done about it. */
export function WaitingDialog({ onClose }: { onClose: () => void }) {
  const unsent = waiting.use()
  const refused = troubles.use()
  return (
    <Dialog label="Unsent changes" onClose={onClose}>
      <div className="p-5">
        <h2 className="text-lg font-semibold">Unsent changes</h2>
        {unsent.length + refused.length === 0 && <p className="mt-2 text-ink-2">All is sent.</p>}
        <ul className="mt-3 flex flex-col gap-3">
          {refused.map((trouble) => (
            <li key={trouble.write.key} className="rounded border border-line p-3">
              <p className="font-medium">{trouble.write.label}</p>
              <p className="mt-1 text-sm text-ink-2">{reason(trouble)}</p>
              {trouble.problem.status === CHANGED_MEANWHILE && trouble.write.method === 'PATCH' && (
                <BothSides write={trouble.write} />
              )}
              <div className="mt-3 flex gap-2">
                <Button onClick={() => dismissTrouble(trouble)}>Keep what is there</Button>
                {trouble.problem.status === CHANGED_MEANWHILE && (
                  <Button look="primary" onClick={() => takeMine(trouble)}>
                    Use mine
                  </Button>
                )}
              </div>
            </li>
          ))}
          {unsent.map((write) => (
            <li key={write.key} className="flex items-center justify-between gap-3">
              <span className="min-w-0 truncate">{write.label}</span>
              <Button look="quiet" onClick={() => void remove(write)}>
                Discard
              </Button>
            </li>
          ))}
        </ul>
        <Button className="mt-4" onClick={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  )
}

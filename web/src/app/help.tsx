import { Dialog } from '@/ui/dialog'
import { allCommands } from './commands'
import { Keys } from './keys-shown'

/** The keys that work on the screen below, and those that work everywhere. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const commands = allCommands().filter((command) => command.keys)
  const groups = [...new Set(commands.map((command) => command.group ?? 'Here'))]
  return (
    <Dialog label="Keyboard shortcuts" onClose={onClose} className="max-w-[680px]">
      <div className="p-6">
        <h2 className="text-xl font-semibold">Keyboard shortcuts</h2>
        <div className="mt-4 gap-10 md:columns-2">
          {groups.map((group) => (
            <section key={group} className="mb-6 break-inside-avoid">
              <h3 className="mb-2 text-sm font-medium text-ink-3">{group}</h3>
              <dl className="flex flex-col gap-2">
                {commands
                  .filter((command) => (command.group ?? 'Here') === group)
                  .map((command) => (
                    <div key={command.id} className="flex items-center justify-between gap-4">
                      <dt>{command.title}</dt>
                      <dd>
                        <Keys keys={command.keys ?? ''} />
                      </dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  )
}

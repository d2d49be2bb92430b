import { Command as Menu } from 'cmdk'
import { useState } from 'react'
import { Dialog } from '@/ui/dialog'
import type { Choice } from './overlays'

interface Props {
  label: string
  choices: Choice[]
  /** What was typed may be chosen, too. */
  free?: (typed: string) => void
  onClose: () => void
}

/** Pick one by typing or with the arrows: a priority, a project, a day. */
export function Chooser({ label, choices, free, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const words = typed.trim()
  const close = (then: () => void) => {
    onClose()
    then()
  }
  const row =
    'flex min-h-10 items-center justify-between gap-4 rounded px-3 data-[selected=true]:bg-accent-soft'
  return (
    <Dialog label={label} onClose={onClose} high className="max-w-[420px] overflow-hidden">
      <Menu label={label} loop>
        <Menu.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={label}
          className="h-12 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
        />
        <Menu.List className="max-h-[50dvh] overflow-y-auto p-2">
          {!free && (
            <Menu.Empty className="px-3 py-4 text-ink-2">Nothing is called that.</Menu.Empty>
          )}
          {choices.map((choice) => (
            <Menu.Item key={choice.label} className={row} onSelect={() => close(choice.run)}>
              {choice.label}
              {choice.hint && <span className="text-sm text-ink-3">{choice.hint}</span>}
            </Menu.Item>
          ))}
          {free && words && (
            <Menu.Item
              forceMount
              value={`+${words}`}
              className={row}
              onSelect={() => close(() => free(words))}
            >
              Use “{words}”
            </Menu.Item>
          )}
        </Menu.List>
      </Menu>
    </Dialog>
  )
}

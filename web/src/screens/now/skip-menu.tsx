import { DropdownMenu } from 'radix-ui'
import type { SkipReason } from '@/api/types'
import { Button } from '@/ui/controls'

const REASONS: { reason: SkipReason; label: string }[] = [
  { reason: 'not_now', label: 'Not now' },
  { reason: 'too_long', label: 'Too long' },
  { reason: 'no_energy', label: 'Needs more energy' },
  { reason: 'wrong_place', label: 'Wrong place' },
  { reason: 'not_important', label: 'Not that important' },
  { reason: 'not_urgent', label: 'Not that urgent' },
]

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  onChoose: (reason: SkipReason) => void
}

/** Asks why in one tap; the first answer says nothing. */
export function SkipMenu({ open, onOpenChange, onChoose }: Props) {
  return (
    <DropdownMenu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" keys="x">
          Skip
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="appear z-40 min-w-[200px] rounded border border-line bg-raised p-1 shadow-float"
        >
          <DropdownMenu.Label className="px-3 py-1.5 text-xs text-ink-3">Why?</DropdownMenu.Label>
          {REASONS.map(({ reason, label }) => (
            <DropdownMenu.Item
              key={reason}
              onSelect={() => onChoose(reason)}
              className="flex h-9 cursor-pointer items-center rounded px-3 outline-none data-[highlighted]:bg-accent-soft"
            >
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

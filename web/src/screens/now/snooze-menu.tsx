import { DropdownMenu } from 'radix-ui'
import { useClock } from '@/app/clock'
import { Button } from '@/ui/controls'
import { laterChoices, momentWords } from '@/words/dates'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  onChoose: (until: Date, words: string) => void
}

export function SnoozeMenu({ open, onOpenChange, onChoose }: Props) {
  const clock = useClock()
  return (
    // Not modal: locking the page would need a style that the policy refuses.
    <DropdownMenu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" keys="z">
          Snooze
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="appear z-40 min-w-[240px] rounded border border-line bg-raised p-1 shadow-float"
        >
          {laterChoices(clock).map(({ label, until }) => {
            const words = momentWords(until, clock)
            return (
              <DropdownMenu.Item
                key={label}
                onSelect={() => onChoose(until, words)}
                className="flex h-9 cursor-pointer items-center justify-between gap-6 rounded px-3 outline-none data-[highlighted]:bg-accent-soft"
              >
                {label}
                <span className="text-sm text-ink-3">{words}</span>
              </DropdownMenu.Item>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

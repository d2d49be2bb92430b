import type { PutOffProps } from './put-off'
import { SkipMenu } from './skip-menu'
import { SnoozeMenu } from './snooze-menu'

export default function Menus({ open, onOpen, onSnooze, onSkip }: PutOffProps) {
  return (
    <>
      {onSnooze && (
        <SnoozeMenu
          open={open === 'snooze'}
          onOpenChange={(shown) => onOpen(shown ? 'snooze' : null)}
          onChoose={onSnooze}
        />
      )}
      <SkipMenu
        open={open === 'skip'}
        onOpenChange={(shown) => onOpen(shown ? 'skip' : null)}
        onChoose={onSkip}
      />
    </>
  )
}

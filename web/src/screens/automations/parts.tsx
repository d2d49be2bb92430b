import type { ReactNode } from 'react'
import { cx } from '@/ui/controls'

interface ShellProps {
  name: string
  words: string
  under?: ReactNode
  on: boolean
  open: boolean
  onOpen: () => void
  onSwitch: () => void
  children: ReactNode
}

/** One automation as its sentence; all else about it is one tap further. */
export function AutomationShell(props: ShellProps) {
  const { name, words, under, on, open, onOpen, onSwitch, children } = props
  return (
    <li className="border-b border-line last:border-0">
      <div className="flex items-start gap-4 py-4">
        <button
          type="button"
          aria-expanded={open}
          onClick={onOpen}
          className="-ms-3 -my-2 min-w-0 flex-1 rounded px-3 py-2 text-start hover:bg-hover"
        >
          <span className={cx('block', !on && 'text-ink-3')}>{words}</span>
          <span className="mt-1 block text-sm text-ink-3">
            {name}
            {under}
          </span>
        </button>
        <Switch label={name} on={on} onSwitch={onSwitch} />
      </div>
      {open && <div className="appear pb-6">{children}</div>}
    </li>
  )
}

function Switch({ label, on, onSwitch }: { label: string; on: boolean; onSwitch: () => void }) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      onClick={onSwitch}
      className={cx(
        'relative mt-0.5 h-6 w-10 shrink-0 rounded-full border transition-colors',
        on ? 'border-accent bg-accent' : 'border-line-strong bg-hover',
      )}
    >
      <span
        className={cx(
          'absolute top-[3px] size-4 rounded-full transition-[inset-inline-start]',
          on ? 'start-[19px] bg-accent-ink' : 'start-[3px] bg-ink-3',
        )}
      />
    </button>
  )
}

/** What a dry run said. */
export function Told({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="status" className="mt-4 rounded border border-line bg-ground p-3 text-sm">
      <p className="font-medium">{title}</p>
      {children}
    </div>
  )
}

export function RunLine(props: { state: string; bad: boolean; words: string; when: string }) {
  return (
    <li className="flex gap-3 border-b border-line py-2 text-sm last:border-0">
      <span className={cx('w-20 shrink-0', props.bad ? 'text-danger' : 'text-ink-2')}>
        {props.state}
      </span>
      <span className="min-w-0 flex-1 break-words">{props.words}</span>
      <span className="shrink-0 text-ink-3">{props.when}</span>
    </li>
  )
}

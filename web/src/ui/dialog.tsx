import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { cx } from './controls'

interface Props {
  label: string
  onClose: () => void
  children: ReactNode
  className?: string
  /** Near the top of the window, as a line to type into is expected. */
  high?: boolean
}

/** The browser's own modal dialog: it holds the focus, makes the rest inert and closes on Escape. */
export function Dialog({ label, onClose, children, className, high }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  // Before the next key: what is typed belongs to the dialog as soon as it is there.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) dialog.showModal()
    return () => dialog?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by itself
    <dialog
      ref={ref}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose()
      }}
      className={cx(
        'appear max-h-[85dvh] w-[calc(100vw-32px)] max-w-[560px] overflow-auto rounded border border-line bg-raised p-0 shadow-float',
        high && 'mt-[12dvh]',
        className,
      )}
    >
      {children}
    </dialog>
  )
}

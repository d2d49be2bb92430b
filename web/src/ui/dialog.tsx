import { type ReactNode, useRef } from 'react'
import { createPortal } from 'react-dom'
import { cx } from './controls'
import { useClosing, useFocusInside } from './modal'

interface Props {
  label: string
  onClose: () => void
  children: ReactNode
  className?: string
  /** Near the top of the window, as a line to type into is expected. */
  high?: boolean
}

/**
 * Holds the focus, covers the rest and closes on Escape. Not by `showModal`: that makes every
 * element of the page inert, and so styles all of them anew when it opens and when it closes.
 */
export function Dialog({ label, onClose, children, className, high }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  useFocusInside(ref)
  const onKeyDown = useClosing(onClose)
  return createPortal(
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape does the same for the keyboard
    <div
      className="fixed inset-0 z-[60] flex bg-shade"
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <dialog
        ref={ref}
        open
        tabIndex={-1}
        aria-modal="true"
        aria-label={label}
        className={cx(
          'appear static max-h-[85dvh] w-[calc(100vw-32px)] max-w-[560px] overflow-auto rounded border border-line bg-raised p-0 shadow-float',
          high && 'mt-[12dvh]',
          className,
        )}
      >
        {children}
      </dialog>
    </div>,
    document.body,
  )
}

/** What makes a dialog modal: the focus stays in it, and Escape or a phone's "back" closes it. */
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'

const CAN_HOLD = 'a[href], button, input, select, textarea, summary, [tabindex]'

/** What had the focus before each dialog: closing gives it back. */
const openers = new WeakMap<Element, Element>()

/** In the order of the Tab key. */
export function holders(within: Element): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(CAN_HOLD)].filter(
    (one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.getClientRects().length > 0,
  )
}

/** Where Tab goes that would leave: round to the other end. */
function round(dialog: Element, back: boolean): HTMLElement | undefined {
  const all = holders(dialog)
  const [from, to] = back ? [all.at(0), all.at(-1)] : [all.at(-1), all.at(0)]
  const here = document.activeElement
  return here === from || here === dialog || !all.length ? to : undefined
}

function giveBack(opener: Element | undefined): void {
  let to = opener
  // Of a dialog that made way for this one: what had the focus before it.
  while (to && !to.isConnected) {
    const gone = to.closest('dialog')
    to = gone ? openers.get(gone) : undefined
  }
  if (to instanceof HTMLElement) to.focus({ preventScroll: true })
}

export function useFocusInside(ref: RefObject<HTMLDialogElement | null>): void {
  // While it is rendered: `autoFocus` comes before every effect.
  const [opener] = useState(() => document.activeElement ?? undefined)
  // Before the next key: what is typed belongs to the dialog as soon as it is there.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (opener) openers.set(dialog, opener)
    const enter = () => (holders(dialog)[0] ?? dialog).focus({ preventScroll: true })
    if (!dialog.contains(document.activeElement)) enter()
    const onTop = () => [...document.querySelectorAll('dialog[open]')].at(-1) === dialog
    const onFocus = ({ target }: FocusEvent) => {
      if (onTop() && target instanceof Node && !dialog.contains(target)) enter()
    }
    const onTab = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Tab' || !onTop()) return
      const to = round(dialog, event.shiftKey)
      if (!to && dialog.contains(document.activeElement)) return
      event.preventDefault()
      ;(to ?? dialog).focus()
    }
    document.addEventListener('focusin', onFocus)
    document.addEventListener('keydown', onTab)
    return () => {
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('keydown', onTab)
      giveBack(opener)
    }
  }, [ref, opener])
}

/** The browser's own watcher knows a phone's ways to close, too; where it lacks, Escape does. */
interface CloseWatcher {
  onclose: (() => void) | null
  destroy: () => void
}
declare const CloseWatcher: { new (): CloseWatcher } | undefined

const watched = () => typeof CloseWatcher !== 'undefined'

export function useClosing(onClose: () => void): (event: KeyboardEvent) => void {
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    if (typeof CloseWatcher === 'undefined') return
    const watcher = new CloseWatcher()
    watcher.onclose = () => close.current()
    return () => watcher.destroy()
  }, [])
  return (event) => {
    if (watched() || event.key !== 'Escape' || event.nativeEvent.isComposing) return
    event.stopPropagation()
    close.current()
  }
}

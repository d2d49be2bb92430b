import { X } from 'lucide-react'
import { useEffect } from 'react'
import { createStore } from '@/ui/store'

export interface Toast {
  text: string
  tone?: 'danger'
  undo?: () => void
}

interface Shown extends Toast {
  id: number
}

const STAYS = 7_000
const shown = createStore<Shown | null>(null)
let count = 0

export function say(toast: Toast): void {
  count += 1
  shown.set({ ...toast, id: count })
}

/** Takes back what was done last; false when there is nothing to take back. */
export function undoLast(): boolean {
  const last = shown.get()
  if (!last?.undo) return false
  shown.set(null)
  last.undo()
  return true
}

/** One at a time, the newest: a pile of messages is read by nobody. */
export function Toasts() {
  const toast = shown.use()
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => shown.set(null), STAYS)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-[calc(72px+env(safe-area-inset-bottom))] z-50 flex justify-center px-4 md:bottom-6"
    >
      {toast && (
        <div
          key={toast.id}
          className="appear pointer-events-auto flex max-w-[520px] items-center gap-3 rounded bg-ink py-2 ps-4 pe-2 text-sm text-paper shadow-float"
        >
          <span className="min-w-0 break-words">{toast.text}</span>
          {toast.undo && (
            <button
              type="button"
              className="h-8 shrink-0 rounded px-2 font-semibold hover:bg-paper/15"
              onClick={() => undoLast()}
            >
              Undo
            </button>
          )}
          <button
            type="button"
            aria-label="Dismiss"
            className="flex size-8 shrink-0 items-center justify-center rounded hover:bg-paper/15"
            onClick={() => shown.set(null)}
          >
            <X size={16} aria-hidden />
          </button>
        </div>
      )}
    </div>
  )
}

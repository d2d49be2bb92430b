import { createStore } from '@/ui/store'

export interface Choice {
  label: string
  hint?: string
  run: () => void
}

export type Overlay =
  | { kind: 'palette' }
  | { kind: 'help' }
  | { kind: 'quick-add'; text?: string; projectId?: string }
  | { kind: 'waiting' }
  | { kind: 'choose'; label: string; choices: Choice[]; free?: (typed: string) => void }

/** What lies above the screen; one thing at a time. */
export const overlay = createStore<Overlay | null>(null)

export const openQuickAdd = (text = '', projectId?: string) =>
  overlay.set({ kind: 'quick-add', text, ...(projectId ? { projectId } : {}) })
export const closeOverlay = () => overlay.set(null)

export const choose = (label: string, choices: Choice[], free?: (typed: string) => void) =>
  overlay.set({ kind: 'choose', label, choices, free })

/** Everything that can be done here and now: the palette lists it, the keyboard calls it. */
import { useEffect, useRef } from 'react'
import { createStore } from '@/ui/store'
import { overlay } from './overlays'

export interface Command {
  id: string
  title: string
  /** "d", "g n" or "mod+k". */
  keys?: string
  group?: string
  run: () => void
}

type Layer = { current: Command[] }

const layers = createStore<Layer[]>([])

/** These are there as long as the component is; the latest layer wins a key. */
export function useCommands(commands: Command[]): void {
  const layer = useRef(commands)
  layer.current = commands
  useEffect(() => {
    layers.set((all) => [...all, layer])
    return () => layers.set((all) => all.filter((one) => one !== layer))
  }, [])
}

export function allCommands(): Command[] {
  const seen = new Set<string>()
  const newestFirst = layers
    .get()
    .toReversed()
    .flatMap((layer) => layer.current)
  return newestFirst.filter((command) => !seen.has(command.id) && seen.add(command.id))
}

export const find = (keys: string, commands = allCommands()) =>
  commands.find((command) => command.keys === keys)

const startsSequence = (key: string, commands: Command[]) =>
  commands.some((command) => command.keys?.startsWith(`${key} `))

const SEQUENCE_MS = 1_000

/** Turns key presses into commands; remembers the first key of two. */
export class KeyReader {
  private first: { key: string; at: number } | null = null

  read(key: string, now: number, commands = allCommands()): Command | undefined {
    const before = this.first && now - this.first.at < SEQUENCE_MS ? this.first.key : null
    this.first = null
    if (before) return find(`${before} ${key}`, commands)
    if (startsSequence(key, commands)) {
      this.first = { key, at: now }
      return undefined
    }
    return find(key, commands)
  }
}

/** The line opens in a moment: what is typed until then belongs to it, and is no command. */
function typedAhead(event: KeyboardEvent): undefined {
  const open = overlay.get()
  if (open?.kind !== 'quick-add' || event.key.length !== 1) return
  event.preventDefault()
  overlay.set({ ...open, text: (open.text ?? '') + event.key })
}

const WRITES =
  'input:not([type=checkbox]):not([type=range]):not([type=radio]), textarea, select, [contenteditable=true], [role=menu]'

function isWriting(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  return target?.closest(WRITES) !== null && target !== null
}

export function useKeyboard(): void {
  useEffect(() => {
    const reader = new KeyReader()
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const command = event.ctrlKey || event.metaKey ? withModifier(event) : plain(event, reader)
      if (!command) return
      event.preventDefault()
      command.run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function withModifier(event: KeyboardEvent): Command | undefined {
  return event.altKey || event.shiftKey ? undefined : find(`mod+${event.key.toLowerCase()}`)
}

function plain(event: KeyboardEvent, reader: KeyReader): Command | undefined {
  if (event.altKey || isWriting(event) || document.querySelector('dialog[open]')) return undefined
  if (overlay.get()) return typedAhead(event)
  const onControl = event.target instanceof Element && event.target.closest('button, a, summary')
  if (onControl && (event.key === 'Enter' || event.key === ' ')) return undefined
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return reader.read(key, event.timeStamp)
}

import { lazy, Suspense, useEffect, useRef } from 'react'
import type { SkipReason } from '@/api/types'
import { Button } from '@/ui/controls'
import { whenIdle } from '@/ui/idle'

const menus = () => import('./menus')
const Menus = lazy(menus)

export type OpenMenu = 'snooze' | 'skip' | null

export interface PutOffProps {
  open: OpenMenu
  onOpen: (menu: OpenMenu) => void
  /** Without it the task may only be looked at. */
  onSnooze?: (until: Date, words: string) => void
  onSkip: (reason: SkipReason) => void
}

/** Two buttons with a menu each. What menus need comes when the screen is there, or one is opened. */
export function PutOff(props: PutOffProps) {
  const asked = useRef(false)
  useEffect(() => whenIdle(() => void menus().catch(() => undefined)), [])
  asked.current ||= props.open !== null
  const plain = (
    <>
      {props.onSnooze && <Closed label="Snooze" keys="z" onOpen={() => props.onOpen('snooze')} />}
      <Closed label="Skip" keys="x" onOpen={() => props.onOpen('skip')} />
    </>
  )
  if (!asked.current) return plain
  return (
    <Suspense fallback={plain}>
      <Menus {...props} />
    </Suspense>
  )
}

function Closed({ label, keys, onOpen }: { label: string; keys: string; onOpen: () => void }) {
  return (
    <Button look="quiet" keys={keys} aria-haspopup="menu" aria-expanded={false} onClick={onOpen}>
      {label}
    </Button>
  )
}

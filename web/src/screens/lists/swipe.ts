import { type TouchEvent, useRef } from 'react'

const FAR = 72

interface Acts {
  right: () => void
  left: () => void
}

/** On a touch screen: to the right and to the left. Up and down stays scrolling. */
export function useSwipe(acts: Acts | null) {
  const start = useRef<{ x: number; y: number } | null>(null)
  const shift = (element: HTMLElement, x: number) => {
    element.style.transform = x ? `translateX(${x}px)` : ''
  }
  if (!acts) return {}
  return {
    onTouchStart(event: TouchEvent<HTMLElement>) {
      const touch = event.touches[0]
      start.current = touch ? { x: touch.clientX, y: touch.clientY } : null
    },
    onTouchMove(event: TouchEvent<HTMLElement>) {
      const touch = event.touches[0]
      if (!start.current || !touch) return
      const x = touch.clientX - start.current.x
      const y = touch.clientY - start.current.y
      if (Math.abs(x) > Math.abs(y)) shift(event.currentTarget, Math.max(-96, Math.min(96, x)))
    },
    onTouchEnd(event: TouchEvent<HTMLElement>) {
      const touch = event.changedTouches[0]
      shift(event.currentTarget, 0)
      if (!start.current || !touch) return
      const x = touch.clientX - start.current.x
      const y = touch.clientY - start.current.y
      start.current = null
      if (Math.abs(x) < FAR || Math.abs(y) > Math.abs(x)) return
      event.preventDefault()
      if (x > 0) acts.right()
      else acts.left()
    },
  }
}

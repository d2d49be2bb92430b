import { startTransition, useEffect, useState } from 'react'

/** Once what has just changed is on the screen: an answer to a key comes before its heavy part. */
export function afterPaint(run: () => void): void {
  // In a hidden page nothing is painted, and what waits for a frame would wait for ever.
  if (document.hidden) run()
  else requestAnimationFrame(() => setTimeout(run))
}

/** False until what is drawn first is on the screen: what lies below it comes then. */
export function usePainted(): boolean {
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    let gone = false
    afterPaint(() => gone || startTransition(() => setPainted(true)))
    return () => {
      gone = true
    }
  }, [])
  return painted
}

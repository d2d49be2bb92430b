/** Once what has just changed is on the screen: an answer to a key comes before its heavy part. */
export function afterPaint(run: () => void): void {
  // In a hidden page nothing is painted, and what waits for a frame would wait for ever.
  if (document.hidden) run()
  else requestAnimationFrame(() => setTimeout(run))
}

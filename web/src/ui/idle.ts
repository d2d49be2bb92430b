import { createStore } from './store'

const LATEST = 2_000
const WITHOUT = 200

/** What nobody waits for: once the page has loaded and has nothing else to do. */
export function whenIdle(run: () => void): void {
  const later = () => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: LATEST })
    else setTimeout(run, WITHOUT)
  }
  if (document.readyState === 'complete') later()
  else addEventListener('load', later, { once: true })
}

const idle = createStore(false)

/** From when on a screen may ask for what it can do without. Told by the first screen. */
export const nowIdle = () => idle.set(true)
export const useIdle = () => idle.use()

import { registerSW } from 'virtual:pwa-register'
import { say } from './toasts'

/** A new version waits until it is asked for: nothing changes under somebody's hands. */
export function watchForUpdates(): void {
  const update = registerSW({
    onNeedRefresh() {
      say({ text: 'A new version is ready. It is used when the app is opened next.' })
    },
  })
  addEventListener('pagehide', () => void update(false), { once: true })
}

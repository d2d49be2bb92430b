import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '@/api/client'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, Section } from '@/ui/controls'
import { agoWords } from '@/words/dates'

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const plain = atob(key.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

async function subscribe(key: string): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('The browser does not allow it. Allow notifications for this page first.')
  const worker = await navigator.serviceWorker.ready
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(key),
  })
  const { endpoint = '', keys } = made.toJSON()
  const body = {
    endpoint,
    keys: { auth: keys?.auth ?? '', p256dh: keys?.p256dh ?? '' },
    name: navigator.userAgent.split(' ').at(-1)?.slice(0, 100) ?? 'Browser',
  }
  await unwrap(api.POST('/api/v1/notifications/push', { body }))
}

/** Messages to this browser, also while the app is closed. */
export function PushHere() {
  const { now } = useClock()
  const { data } = useQuery({
    queryKey: ['push'],
    queryFn: () => unwrap(api.GET('/api/v1/notifications/push')),
  })
  const can = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
  const drop = (subscription_id: string) =>
    unwrap(
      api.DELETE('/api/v1/notifications/push/{subscription_id}', {
        params: { path: { subscription_id } },
      }),
    )
  return (
    <Section title="Push" told="To browsers that you name here, also while the app is closed.">
      <ul className="mb-4">
        {data?.items.map((one) => (
          <li key={one.id} className="flex items-center gap-3 border-b border-line py-2">
            <span className="min-w-0 flex-1 truncate">{one.name}</span>
            <span className="text-sm text-ink-3">{agoWords(one.created_at, now)}</span>
            <Button onClick={() => void act(() => drop(one.id), 'Removed', 'push')}>Remove</Button>
          </li>
        ))}
      </ul>
      {can && data ? (
        <Button
          onClick={() =>
            void act(() => subscribe(data.public_key), 'This browser gets messages', 'push')
          }
        >
          Tell this browser, too
        </Button>
      ) : (
        <p className="text-sm text-ink-3">
          This browser cannot take them here; it needs an https address.
        </p>
      )}
    </Section>
  )
}

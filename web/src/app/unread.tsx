import { useQuery } from '@tanstack/react-query'
import { unreadQuery } from '@/api/queries'
import { useIdle } from '@/ui/idle'

const MOST = 99

/** How many notifications are unread; on a phone only that there are any. */
export function Unread({ dot }: { dot?: boolean }) {
  const idle = useIdle()
  const { data: count } = useQuery({ ...unreadQuery, enabled: idle })
  if (!count) return null
  const words = <span className="sr-only">{count} unread</span>
  if (dot)
    return <span className="absolute -end-1 -top-0.5 size-2 rounded-full bg-accent">{words}</span>
  return (
    <span className="rounded-full bg-accent px-1.5 text-xs font-medium text-accent-ink tabular-nums">
      <span aria-hidden>{count > MOST ? `${MOST}+` : count}</span>
      {words}
    </span>
  )
}

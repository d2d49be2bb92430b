import { type ReactNode, useEffect, useRef } from 'react'
import { connected } from '@/api/client'
import { isOffline, Problem, sentence } from '@/api/problem'
import { Button, cx } from './controls'

/** Shown only when an answer takes longer than 200 ms. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const widths = ['w-3/5', 'w-2/5', 'w-1/2', 'w-2/3']
  return (
    <div className="late flex flex-col gap-4 py-4" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without any identity
        <div key={row} className={cx('h-4 rounded bg-hover', widths[row % widths.length])} />
      ))}
    </div>
  )
}

interface EmptyProps {
  title: string
  children?: ReactNode
  action?: ReactNode
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-start gap-2 py-12">
      <p className="text-lg font-semibold">{title}</p>
      {children && <div className="max-w-[52ch] text-ink-2">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap gap-2">{action}</div>}
    </div>
  )
}

interface Told {
  title: string
  text: string
  /** Whether asking again can help. */
  again: boolean
}

/** What happened and what to do, in the words of its kind. */
export function failureWords(error: unknown): Told {
  if (isOffline(error))
    return {
      title: 'There is no connection',
      text: 'This was not seen on this device yet. It is shown as soon as the server can be reached.',
      again: true,
    }
  const text = sentence(error)
  const status = error instanceof Problem ? error.status : 0
  if (status === 403) return { title: 'This is not yours to see', text, again: false }
  if (status === 404) return { title: 'There is nothing here', text, again: false }
  return { title: 'This could not be shown', text, again: true }
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { title, text, again } = failureWords(error)
  const lost = isOffline(error)
  const online = connected.use()
  const asked = useRef(retry)
  asked.current = retry
  useEffect(() => {
    if (lost && online) asked.current?.()
  }, [lost, online])
  return (
    <div role="alert" className="py-8">
      <p className="text-lg font-semibold">{title}</p>
      <p className="mt-1 max-w-[52ch] text-ink-2">{text}</p>
      {retry && again && (
        <Button className="mt-4" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

interface Query {
  data?: unknown
  error: unknown
  refetch: () => unknown
}

/** In the place of an answer that is still missing; nothing once it is there. */
export function Pending({ query, rows }: { query: Query; rows?: number }) {
  if (query.data !== undefined) return null
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />
  return <Skeleton rows={rows} />
}

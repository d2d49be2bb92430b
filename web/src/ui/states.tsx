import type { ReactNode } from 'react'
import { sentence } from '@/api/problem'
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

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="py-12">
      <p className="text-lg font-semibold">This could not be shown</p>
      <p className="mt-1 max-w-[52ch] text-ink-2">{sentence(error)}</p>
      {retry && (
        <Button className="mt-4" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

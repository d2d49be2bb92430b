import type { ReactNode } from 'react'
import { useId } from 'react'

export function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mt-8">
      <h2 id={id} className="mb-2 text-sm font-medium text-ink-3">
        {title}
      </h2>
      {children}
    </section>
  )
}

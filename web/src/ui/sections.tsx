import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'

export interface Tab {
  id: string
  name: string
}

interface Props {
  title: string
  base: '/settings' | '/admin'
  tabs: Tab[]
  current: string
  children: ReactNode
}

/** A page of several parts with their names above it. */
export function Tabbed({ title, base, tabs, current, children }: Props) {
  const ref = useRef<HTMLElement>(null)
  // On a phone there are more names than fit: the one that is shown is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark moves with it
  useEffect(() => {
    const mark = ref.current?.querySelector<HTMLElement>('[aria-current]')
    if (mark) ref.current?.scrollTo({ left: mark.offsetLeft - ref.current.offsetLeft - 48 })
  }, [current])
  return (
    <div className="mx-auto w-full max-w-[800px] px-5 py-6 md:px-10 md:py-10">
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <nav
        ref={ref}
        aria-label={title}
        className="mt-4 mb-8 flex gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <Link
            key={tab.id}
            to={`${base}/$section`}
            params={{ section: tab.id }}
            className="-mb-px shrink-0 border-b-2 border-transparent px-3 py-2 text-ink-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
            aria-current={tab.id === current ? 'page' : undefined}
          >
            {tab.name}
          </Link>
        ))}
      </nav>
      {children}
    </div>
  )
}

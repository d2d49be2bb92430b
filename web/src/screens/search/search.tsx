import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { searchQuery } from '@/api/queries'
import type { components } from '@/api/schema'
import { useDebounced } from '@/ui/debounced'
import { Empty, Pending } from '@/ui/states'
import { STATUS_WORDS } from '@/words/tasks'

type Hit = components['schemas']['Hit']

export function SearchScreen() {
  const { q } = useSearch({ from: '/search' })
  const [typed, setTyped] = useState(q ?? '')
  const words = useDebounced(typed, 120)
  const found = useQuery(searchQuery(words))
  const { data, isPlaceholderData } = found
  const navigate = useNavigate()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    void navigate({
      to: '/search',
      search: (now) => ({ ...now, q: words || undefined }),
      replace: true,
    })
  }, [words, navigate])
  const asked = words.trim() !== ''
  return (
    <div className="mx-auto w-full max-w-[720px] px-5 py-6 md:px-10 md:py-10">
      <h1 className="sr-only">Search</h1>
      <input
        ref={field}
        type="search"
        aria-label="Search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder="Words, “a phrase”, begin*, -without"
        className="field h-11 text-lg"
      />
      <div role="status" className="sr-only">
        {asked && data && !isPlaceholderData ? `${data.items.length} found` : ''}
      </div>
      {asked && <Pending query={found} />}
      {asked && data?.items.length === 0 && (
        <Empty title="Nothing has these words">Try fewer words, or the beginning of one.</Empty>
      )}
      {!asked && (
        <Empty title="Find anything">Tasks, comments, goals and projects, by their words.</Empty>
      )}
      {asked && data && (
        <ul className="mt-4">
          {data.items.map((hit) => (
            <li key={`${hit.kind} ${hit.id}`} className="border-b border-line last:border-0">
              <Found hit={hit} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const KINDS: Record<string, string> = { comment: 'Comment', goal: 'Goal', project: 'Project' }

function Found({ hit }: { hit: Hit }) {
  const inner = (
    <>
      <span className="flex items-baseline gap-3">
        <span className="min-w-0 truncate font-medium">
          <Parts parts={hit.title_parts} />
        </span>
        <span className="ms-auto shrink-0 text-xs text-ink-3">
          {[
            KINDS[hit.kind],
            hit.key,
            hit.status && STATUS_WORDS[hit.status as keyof typeof STATUS_WORDS],
          ]
            .filter(Boolean)
            .join(', ')}
        </span>
      </span>
      {hit.snippet.length > 0 && (
        <span className="mt-0.5 line-clamp-2 text-sm text-ink-2">
          <Parts parts={hit.snippet} />
        </span>
      )}
    </>
  )
  const look = '-mx-2 block rounded px-2 py-3 hover:bg-hover'
  if (hit.task_id)
    return (
      <Link to="." search={(now) => ({ ...now, task: hit.task_id ?? undefined })} className={look}>
        {inner}
      </Link>
    )
  if (hit.kind === 'project')
    return (
      <Link to="/lists/project/$projectId" params={{ projectId: hit.id }} className={look}>
        {inner}
      </Link>
    )
  return (
    <Link to="/goals" className={look}>
      {inner}
    </Link>
  )
}

function Parts({ parts }: { parts: Hit['title_parts'] }) {
  return parts.map((part, index) =>
    part.hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, never reordered
      <mark key={index} className="rounded-sm bg-accent-soft text-accent">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}

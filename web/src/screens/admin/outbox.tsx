import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { useClock } from '@/app/clock'
import { Section } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { agoWords } from '@/words/dates'

type Mail = components['schemas']['MailKept']

/** Mails that were kept as files, as long as no way out is set up. */
export function Outbox() {
  const { data, error, refetch } = useQuery({
    queryKey: ['admin outbox'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/outbox', { params: { query: { limit: 100 } } })),
    refetchInterval: 10_000,
  })
  return (
    <Section
      title="Mails that were kept"
      told="As long as no mail server is set up, mails are kept here instead of being sent."
    >
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data?.items.length === 0 && <Empty title="No mails" />}
      <ul>
        {data?.items.map((mail) => (
          <Row key={mail.name} mail={mail} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ mail }: { mail: Mail }) {
  const { now } = useClock()
  const [open, setOpen] = useState(false)
  const { data } = useQuery({
    queryKey: ['admin outbox', mail.name],
    queryFn: () =>
      unwrap(api.GET('/api/v1/admin/outbox/{name}', { params: { path: { name: mail.name } } })),
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <li className="border-b border-line last:border-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-mx-2 flex w-[calc(100%+16px)] items-baseline gap-3 rounded px-2 py-3 text-start hover:bg-hover"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{mail.subject}</span>
          <span className="block truncate text-sm text-ink-3">{mail.to}</span>
        </span>
        <span className="shrink-0 text-sm text-ink-3">{agoWords(mail.at, now)}</span>
      </button>
      {open && data && (
        <pre className="mb-3 overflow-x-auto rounded bg-ground p-3 font-sans text-sm whitespace-pre-wrap">
          {data.text}
        </pre>
      )}
    </li>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import { send } from '@/api/outbox'
import { noticesQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { Notice } from '@/api/types'
import { useClock } from '@/app/clock'
import { useCommands } from '@/app/commands'
import { act } from '@/ui/acting'
import { Button, Chip, cx, IconButton } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { agoWords } from '@/words/dates'
import { noticeWords } from '@/words/notices'

const readAll = () =>
  act(
    () => unwrap(api.POST('/api/v1/notifications/read-all', { body: null })),
    'All is read',
    'notices',
  )

export function NotificationsScreen() {
  const [unread, setUnread] = useState(false)
  const query = useInfiniteQuery(noticesQuery(unread))
  const { data, error, refetch } = query
  const notices = data?.pages.flatMap((page) => page.items) ?? []
  const count = data?.pages[0]?.unread ?? 0
  useCommands([
    {
      id: 'read-all',
      title: 'Mark all as read',
      group: 'Notifications',
      run: () => void readAll(),
    },
  ])
  return (
    <div className="mx-auto w-full max-w-[720px] px-5 py-6 md:px-10 md:py-10">
      <header className="mb-6 flex flex-wrap items-center gap-2">
        <h1 className="me-auto w-full text-xl md:w-auto font-semibold tracking-tight">
          Notifications
        </h1>
        <Chip on={unread} onClick={() => setUnread(!unread)}>
          Unread only
        </Chip>
        <Button disabled={count === 0} onClick={() => void readAll()}>
          Mark all as read
        </Button>
      </header>
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data && notices.length === 0 && (
        <Empty title={unread ? 'Everything is read' : 'Nothing has happened yet'}>
          You are told here when somebody assigns you a task or mentions you, and when something is
          due.{' '}
          <Link
            to="/settings/$section"
            params={{ section: 'notifications' }}
            className="text-accent underline underline-offset-2"
          >
            Choose what of
          </Link>
          .
        </Empty>
      )}
      <ul>
        {notices.map((notice) => (
          <Row key={notice.id} notice={notice} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-4" onClick={() => void query.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </div>
  )
}

const touched = () => queryClient.invalidateQueries({ queryKey: ['notices'] })

async function markRead(notice: Notice): Promise<void> {
  if (notice.read_at) return
  const path = `/api/v1/notifications/${notice.id}/read`
  await send({ method: 'POST', path, label: `Read: ${notice.title}` })
  await touched()
}

async function drop(notice: Notice): Promise<void> {
  const path = `/api/v1/notifications/${notice.id}`
  await send({ method: 'DELETE', path, label: `Remove: ${notice.title}` })
  await touched()
}

function Row({ notice }: { notice: Notice }) {
  const { now } = useClock()
  const navigate = useNavigate()
  const open = () => {
    void markRead(notice)
    if (notice.task_id) void navigate({ to: '.', search: { task: notice.task_id } })
  }
  return (
    <li className="group flex items-start border-b border-line last:border-0">
      <button
        type="button"
        onClick={open}
        className="-ms-3 flex min-w-0 flex-1 gap-3 rounded px-3 py-3 text-start hover:bg-hover"
      >
        <span
          aria-hidden
          className={cx(
            'mt-1.5 size-2 shrink-0 rounded-full',
            notice.read_at ? 'bg-transparent' : 'bg-accent',
          )}
        />
        <span className="min-w-0 flex-1">
          <span className={cx('block', !notice.read_at && 'font-medium')}>
            {!notice.read_at && <span className="sr-only">Unread: </span>}
            {notice.text}
          </span>
          <span className="text-xs text-ink-3">
            {noticeWords(notice.event)}, {agoWords(notice.created_at, now)}
          </span>
        </span>
      </button>
      <IconButton label="Remove" className="mt-1.5" onClick={() => void drop(notice)}>
        <X size={16} aria-hidden />
      </IconButton>
    </li>
  )
}

import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, Section } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { momentWords } from '@/words/dates'
import { bytesWords } from '@/words/sizes'
import { countWords } from '@/words/tasks'

type Archive = components['schemas']['ArchiveRead']
type Page = components['schemas']['ArchivePage']

/** The whole instance in one file each: which there are, and one more. */
export function Backups() {
  const { data, error, refetch } = useQuery({
    queryKey: ['admin backups'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/backups')),
    refetchInterval: ({ state }) => (state.data?.running ? 1_500 : 30_000),
  })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Skeleton />
  const start = () => unwrap(api.POST('/api/v1/admin/backups'))
  return (
    <Section title="Backups" told={placeWords(data)}>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Button
          look="primary"
          disabled={data.running}
          onClick={() => void act(start, 'The backup is being made', 'admin backups')}
        >
          Back up now
        </Button>
        <p role="status" className="text-sm text-ink-2">
          {data.running && 'One is being made. It is in the list when it is whole.'}
        </p>
      </div>
      {!data.running && <LastFailure />}
      {data.items.length === 0 && !data.running && (
        <Empty title="There is no backup yet">
          Make one now, and a schedule for the next ones: <code>upnext schedule add</code> with the
          action <code>backup</code>.
        </Empty>
      )}
      <ul>
        {data.items.map((archive) => (
          <Row key={archive.name} archive={archive} />
        ))}
      </ul>
      {data.total > data.items.length && (
        <p className="mt-3 text-sm text-ink-3">
          And {countWords(data.total - data.items.length, 'older one')}.
        </p>
      )}
    </Section>
  )
}

function placeWords({ where, keep, sealed }: Page) {
  return (
    <>
      Database and files in one archive, in <span className="break-all">{where}</span>.{' '}
      {keep ? `The ${keep} newest stay.` : 'All of them stay.'}{' '}
      {sealed
        ? 'They are encrypted.'
        : 'They are not encrypted: UPNEXT_BACKUP_PASSPHRASE does that.'}
    </>
  )
}

/** What stopped the newest one that was asked for here. */
function LastFailure() {
  const { data } = useQuery({
    queryKey: ['admin backups', 'last'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/admin/jobs', { params: { query: { kind: 'backups.make', limit: 1 } } }),
      ),
  })
  const last = data?.items[0]
  if (!last?.last_error || last.state === 'completed') return null
  return (
    <p role="alert" className="mb-4 break-words text-danger">
      The last one that was asked for here was not made: {last.last_error}
    </p>
  )
}

function Row({ archive }: { archive: Archive }) {
  const clock = useClock()
  return (
    <li className="flex items-baseline gap-3 border-b border-line py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          <time dateTime={archive.made_at}>{momentWords(archive.made_at, clock)}</time>
          {archive.sealed && <span className="font-normal text-ink-3">, encrypted</span>}
        </p>
        <p className="truncate text-sm text-ink-2">{archive.name}</p>
        <p className="text-xs break-all text-ink-3">
          {archive.sha256 ? `SHA-256 ${archive.sha256}` : 'No checksum was noted for it.'}
        </p>
      </div>
      <span className="shrink-0 text-sm tabular-nums">{bytesWords(archive.bytes)}</span>
    </li>
  )
}

import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '@/api/client'
import { act } from '@/ui/acting'
import { Button, Section } from '@/ui/controls'
import { Empty, Failure, Skeleton } from '@/ui/states'
import { bytesWords } from '@/words/sizes'
import { countWords } from '@/words/tasks'

const WHERE: Record<string, string> = { local: 'on this server', s3: 'in an S3 bucket' }

/** Where the room for files goes, and two looks after them. */
export function FilesPart() {
  const { data, error, refetch } = useQuery({
    queryKey: ['admin files'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/files/usage')),
  })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Skeleton />
  const verify = () => unwrap(api.POST('/api/v1/admin/files/verify'))
  const sweep = () => unwrap(api.POST('/api/v1/admin/files/sweep'))
  const quota = data.quota_bytes ? `, ${bytesWords(data.quota_bytes)} at most per workspace` : ''
  return (
    <Section
      title="Files"
      told={`${countWords(data.files, 'file')}, ${bytesWords(data.bytes)} ${WHERE[data.storage] ?? `in ${data.storage}`}${quota}.`}
    >
      {data.items.length === 0 && <Empty title="Nobody has attached a file yet" />}
      <ul className="mb-4">
        {data.items.map((one) => (
          <li
            key={one.workspace_id}
            className="flex min-h-10 items-center gap-3 border-b border-line"
          >
            <span className="min-w-0 flex-1 truncate">{one.name}</span>
            <span className="text-sm text-ink-3">{countWords(one.files, 'file')}</span>
            <span className="w-20 text-end text-sm tabular-nums">{bytesWords(one.bytes)}</span>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() =>
            void act(verify, 'Each file is read; see Jobs for the result', 'admin jobs')
          }
        >
          Check every file
        </Button>
        <Button
          onClick={() =>
            void act(sweep, 'What nothing points to is removed; see Jobs', 'admin files')
          }
        >
          Remove what is left over
        </Button>
      </div>
    </Section>
  )
}

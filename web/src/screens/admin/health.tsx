import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '@/api/client'
import { Section } from '@/ui/controls'
import { Failure, Skeleton } from '@/ui/states'
import { secondsWords } from '@/words/durations'

export function Health() {
  const health = useQuery({
    queryKey: ['health'],
    queryFn: () => unwrap(api.GET('/health')),
    refetchInterval: 10_000,
  })
  const stats = useQuery({
    queryKey: ['admin stats'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/stats')),
  })
  const error = health.error ?? stats.error
  const again = () => {
    void health.refetch()
    void stats.refetch()
  }
  if (error && !(health.data && stats.data)) return <Failure error={error} retry={again} />
  if (!health.data || !stats.data) return <Skeleton />
  const { status, database, cache, queue, version } = health.data
  const figures = stats.data
  return (
    <>
      <Section title={status === 'healthy' ? 'All is well' : 'Something does not work'}>
        <Facts
          facts={[
            ['Version', version],
            ['Up for', secondsWords(figures.uptime_seconds)],
            ['Database', `${figures.database}, ${database}, ${megabytes(figures.database_bytes)}`],
            ['Cache', cache],
            ['Queue', queue],
          ]}
        />
      </Section>
      <Section title="What is there">
        <Facts
          facts={[
            ['People', `${figures.users.active} active, ${figures.users.admins} admin`],
            ['Workspaces', String(figures.workspaces.active)],
            ['Projects', String(figures.projects.active)],
            ['Tasks', figures.tasks.total.toLocaleString('en')],
            ['In the trash', figures.tasks.trashed.toLocaleString('en')],
            ['Jobs waiting', String(figures.jobs.pending ?? 0)],
            ['Jobs given up', String(figures.jobs.dead ?? 0)],
          ]}
        />
      </Section>
    </>
  )
}

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <dl className="grid grid-cols-[140px_minmax(0,1fr)] gap-y-2">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

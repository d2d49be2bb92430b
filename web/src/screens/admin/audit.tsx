import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import { workspacesQuery } from '@/api/queries'
import { download } from '@/api/uploads'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, Section, Select } from '@/ui/controls'
import { save } from '@/ui/save'
import { Pending } from '@/ui/states'
import { momentWords } from '@/words/dates'

export function Audit() {
  const clock = useClock()
  const found = useQuery(workspacesQuery)
  const workspaces = found.data
  const [chosen, setChosen] = useState('')
  const workspace_id = chosen || workspaces?.items[0]?.id
  const entries = useQuery({
    queryKey: ['audit', workspace_id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/audit', { params: { query: { workspace_id, limit: 100 } } })),
    enabled: Boolean(workspace_id),
  })
  const take = async () => {
    const file = await download(`/api/v1/audit.csv?workspace_id=${workspace_id}`, 'audit.csv')
    save(file.name, file.content)
  }
  return (
    <Section
      title="Audit trail"
      told={
        <>
          Each entry holds the hash of the one before. <code>upnext audit verify</code> on the
          server proves that none was changed.
        </>
      }
    >
      <div className="mb-4 flex gap-3">
        <Select
          label="Workspace"
          hideLabel
          className="w-60"
          value={workspace_id ?? ''}
          onChange={(event) => setChosen(event.target.value)}
          options={(workspaces?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
        <Button onClick={() => void act(take, 'Saved as CSV', 'exports')}>CSV</Button>
      </div>
      <Pending query={workspaces ? entries : found} />
      <ol>
        {entries.data?.items.map((entry) => (
          <li
            key={entry.id}
            className="grid gap-x-4 border-b border-line py-2 md:grid-cols-[150px_minmax(0,1fr)_120px]"
          >
            <time dateTime={entry.at} className="text-sm text-ink-3 tabular-nums">
              {momentWords(entry.at, clock)}
            </time>
            <span className="min-w-0 truncate">
              <span className="font-medium">{entry.type}</span>{' '}
              <span className="text-ink-2">{entry.resource.name}</span>
            </span>
            <span className="truncate text-sm text-ink-3">
              {entry.actor.name ?? entry.actor.kind}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

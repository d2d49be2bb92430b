import { useParams } from '@tanstack/react-router'
import { session } from '@/api/session'
import { Tabbed } from '@/ui/sections'
import { Empty } from '@/ui/states'
import { Audit } from './audit'
import { Backups } from './backups'
import { FilesPart } from './files'
import { Health } from './health'
import { Jobs } from './jobs'
import { Outbox } from './outbox'
import { ScheduleRuns } from './schedule-runs'
import { Users } from './users'

const TABS = [
  { id: 'health', name: 'Health' },
  { id: 'users', name: 'People' },
  { id: 'jobs', name: 'Jobs' },
  { id: 'schedules', name: 'Schedules' },
  { id: 'backups', name: 'Backups' },
  { id: 'files', name: 'Files' },
  { id: 'outbox', name: 'Mail' },
  { id: 'audit', name: 'Audit' },
]

export function AdminScreen() {
  const { section = 'health' } = useParams({ strict: false })
  const state = session.use()
  if (state.status !== 'signed-in' || state.user.role !== 'admin')
    return (
      <div className="mx-auto max-w-[800px] px-5 py-6 md:px-10 md:py-10">
        <h1 className="text-xl font-semibold tracking-tight">Admin</h1>
        <Empty title="Only for administrators">Ask one of them to make you one as well.</Empty>
      </div>
    )
  return (
    <Tabbed title="Admin" base="/admin" tabs={TABS} current={section}>
      {section === 'health' && <Health />}
      {section === 'users' && <Users me={state.user.id} />}
      {section === 'jobs' && <Jobs />}
      {section === 'schedules' && <ScheduleRuns />}
      {section === 'backups' && <Backups />}
      {section === 'files' && <FilesPart />}
      {section === 'outbox' && <Outbox />}
      {section === 'audit' && <Audit />}
    </Tabbed>
  )
}

import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { api, unwrap } from '@/api/client'
import { projectsQuery } from '@/api/queries'
import type { Channel, Preferences } from '@/api/types'
import { act } from '@/ui/acting'
import { Button, Section, Select, TextField } from '@/ui/controls'
import { Failure, Skeleton } from '@/ui/states'
import { NOTICES } from '@/words/notices'
import { clockWords } from '@/words/plan'
import { PushHere } from './push'

const CHANNELS: [Channel, string][] = [
  ['app', 'App'],
  ['email', 'Mail'],
  ['push', 'Push'],
  ['apprise', 'Other'],
]

type Change = Partial<Omit<Preferences, 'version'>>

function keep(now: Preferences, change: Change, done: string): Promise<boolean> {
  const { version, ...rest } = now
  const params = { header: { 'if-match': `"${version}"` } }
  const body = { ...rest, ...change }
  const work = () => unwrap(api.PUT('/api/v1/notifications/preferences', { params, body }))
  return act(work, done, 'preferences')
}

/** What one is told of, where, and when not. */
export function NotificationSettings() {
  const { data, error, refetch } = useQuery({
    queryKey: ['preferences'],
    queryFn: () => unwrap(api.GET('/api/v1/notifications/preferences')),
  })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Skeleton />
  return (
    <>
      <Matrix now={data} />
      <Times now={data} />
      <Muted now={data} />
      <PushHere />
      <Targets />
    </>
  )
}

function Matrix({ now }: { now: Preferences }) {
  const toggle = (event: string, channel: Channel) => {
    const chosen = now.events[event] ?? []
    const next = chosen.includes(channel)
      ? chosen.filter((one) => one !== channel)
      : [...chosen, channel]
    void keep(now, { events: { ...now.events, [event]: next } }, 'Saved')
  }
  return (
    <Section title="What you are told of" told="Never of what you did yourself.">
      <div className="-mx-5 overflow-x-auto px-5 md:mx-0 md:px-0">
        <table className="w-full text-start">
          <thead>
            <tr className="border-b border-line text-sm text-ink-3">
              <th scope="col" className="py-2 text-start font-medium">
                When
              </th>
              {CHANNELS.map(([channel, name]) => (
                <th key={channel} scope="col" className="w-16 py-2 text-center font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {NOTICES.map(([event, name]) => (
              <tr key={event} className="border-b border-line last:border-0">
                <th scope="row" className="py-2 text-start font-normal">
                  {name}
                </th>
                {CHANNELS.map(([channel, where]) => (
                  <td key={channel} className="text-center">
                    <input
                      type="checkbox"
                      aria-label={`${name}: ${where}`}
                      className="size-4 align-middle"
                      checked={now.events[event]?.includes(channel) ?? false}
                      onChange={() => toggle(event, channel)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

const minutes = (time: string) => {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}

function Times({ now }: { now: Preferences }) {
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [start, until] = [String(form.get('start')), String(form.get('until'))]
    const quiet_hours = start && until ? { start: minutes(start), until: minutes(until) } : null
    void keep(now, { quiet_hours }, 'Saved')
  }
  const { quiet_hours, digest_hour } = now
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    value: String(hour),
    label: `Every day at ${clockWords(hour * 60)}`,
  }))
  return (
    <Section
      title="Quiet hours and the digest"
      told="Mail and push wait for the end of quiet hours; the app does not."
    >
      <form onSubmit={save} className="mb-5 flex flex-wrap items-end gap-3">
        <TextField
          label="Quiet from"
          name="start"
          type="time"
          className="w-32"
          defaultValue={quiet_hours ? clockWords(quiet_hours.start) : ''}
        />
        <TextField
          label="until"
          name="until"
          type="time"
          className="w-32"
          defaultValue={quiet_hours ? clockWords(quiet_hours.until) : ''}
        />
        <Button type="submit">Save</Button>
      </form>
      <Select
        label="A mail with what comes next"
        className="max-w-[280px]"
        value={digest_hour === null ? '' : String(digest_hour)}
        options={[{ value: '', label: 'Never' }, ...hours]}
        onChange={({ target }) =>
          void keep(
            now,
            { digest_hour: target.value === '' ? null : Number(target.value) },
            'Saved',
          )
        }
      />
    </Section>
  )
}

function Muted({ now }: { now: Preferences }) {
  const { data } = useQuery(projectsQuery)
  const projects = data?.items.filter((one) => !one.inbox) ?? []
  if (projects.length === 0) return null
  const muted = new Set(now.muted_project_ids)
  const toggle = (id: string) => {
    const next = muted.has(id) ? [...muted].filter((one) => one !== id) : [...muted, id]
    void keep(now, { muted_project_ids: next }, 'Saved')
  }
  return (
    <Section title="Muted projects" told="Nothing is told of what happens in them.">
      <ul>
        {projects.map((project) => (
          <li key={project.id}>
            <label className="flex min-h-9 items-center gap-3">
              <input
                type="checkbox"
                className="size-4"
                checked={muted.has(project.id)}
                onChange={() => toggle(project.id)}
              />
              {project.name}
            </label>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Targets() {
  const { data } = useQuery({
    queryKey: ['targets'],
    queryFn: () => unwrap(api.GET('/api/v1/notifications/targets')),
  })
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const body = { name: String(fields.get('name')).trim(), url: String(fields.get('url')).trim() }
    const work = () => unwrap(api.POST('/api/v1/notifications/targets', { body }))
    if (await act(work, `${body.name} is told, too`, 'targets')) form.reset()
  }
  const drop = (target_id: string) =>
    unwrap(
      api.DELETE('/api/v1/notifications/targets/{target_id}', { params: { path: { target_id } } }),
    )
  return (
    <Section
      title="Other services"
      told="By a URL of Apprise, such as ntfys://ntfy.example.org/me."
    >
      <ul className="mb-4">
        {data?.items.map((one) => (
          <li key={one.id} className="flex items-center gap-3 border-b border-line py-2">
            <span className="min-w-0 flex-1 truncate">{one.name}</span>
            <span className="text-sm text-ink-3">{one.kind}</span>
            <Button onClick={() => void act(() => drop(one.id), 'Removed', 'targets')}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={make} className="flex flex-wrap items-end gap-3">
        <TextField label="Name of the service" name="name" required className="w-44" />
        <TextField label="URL" name="url" required autoComplete="off" className="w-64" />
        <Button type="submit">Add it</Button>
      </form>
    </Section>
  )
}

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { readClock, useClock } from '@/app/clock'
import { say } from '@/app/toasts'
import { act } from '@/ui/acting'
import { Button, Select, TextField } from '@/ui/controls'
import { agoWords, type Clock, dayWords } from '@/words/dates'

type Link = components['schemas']['LinkRead']
type NewLink = components['schemas']['LinkCreate']

export interface Shared {
  kind: 'task' | 'project'
  id: string
}

const asTask = (task_id: string) => ({ params: { path: { task_id } } })
const asProject = (project_id: string) => ({ params: { path: { project_id } } })

const list = ({ kind, id }: Shared) =>
  kind === 'task'
    ? unwrap(api.GET('/api/v1/tasks/{task_id}/links', asTask(id)))
    : unwrap(api.GET('/api/v1/projects/{project_id}/links', asProject(id)))

const make = ({ kind, id }: Shared, body: NewLink) =>
  kind === 'task'
    ? unwrap(api.POST('/api/v1/tasks/{task_id}/links', { ...asTask(id), body }))
    : unwrap(api.POST('/api/v1/projects/{project_id}/links', { ...asProject(id), body }))

const end = ({ kind, id }: Shared, link_id: string) =>
  kind === 'task'
    ? unwrap(
        api.DELETE('/api/v1/tasks/{task_id}/links/{link_id}', {
          params: { path: { task_id: id, link_id } },
        }),
      )
    : unwrap(
        api.DELETE('/api/v1/projects/{project_id}/links/{link_id}', {
          params: { path: { project_id: id, link_id } },
        }),
      )

/** Addresses that open one thing to people without an account. */
export function ShareLinks({ shared }: { shared: Shared }) {
  const [making, setMaking] = useState(false)
  const [url, setUrl] = useState('')
  const { data, error } = useQuery({
    queryKey: ['links', shared.kind, shared.id],
    queryFn: () => list(shared),
    retry: false,
  })
  if (error) return <p className="text-sm text-ink-2">{error.message}</p>
  if (!data) return null
  return (
    <>
      {url && <Fresh url={url} />}
      <ul>
        {data.items.map((link) => (
          <Row
            key={link.id}
            link={link}
            onEnd={() => void act(() => end(shared, link.id), 'It opens nothing any more', 'links')}
          />
        ))}
      </ul>
      {making ? (
        <NewForm
          onMake={async (body) => {
            const work = async () => setUrl((await make(shared, body)).url)
            if (await act(work, 'Whoever has the link can use it', 'links')) setMaking(false)
          }}
          onCancel={() => setMaking(false)}
        />
      ) : (
        <Button look="quiet" className="-ms-3" onClick={() => setMaking(true)}>
          Share by link
        </Button>
      )}
    </>
  )
}

function Fresh({ url }: { url: string }) {
  const copy = () =>
    navigator.clipboard.writeText(url).then(
      () => say({ text: 'Copied' }),
      () => say({ text: 'The browser does not let it be copied. Select it and copy it.' }),
    )
  return (
    <div role="status" className="mb-3 rounded bg-good-soft p-3">
      <p className="text-sm">The link. Copy it; it is not shown again.</p>
      <code className="mt-1 mb-2 block break-all text-sm select-all">{url}</code>
      <Button onClick={() => void copy()}>Copy</Button>
    </div>
  )
}

const DAYS = [
  { value: '1', label: 'for a day' },
  { value: '7', label: 'for a week' },
  { value: '30', label: 'for 30 days' },
  { value: '', label: 'until it is ended' },
]
const DAY_MS = 86_400_000

function NewForm(props: { onMake: (body: NewLink) => void; onCancel: () => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const days = Number(form.get('days'))
    const end = new Date(readClock().now.getTime() + days * DAY_MS)
    props.onMake({
      name: String(form.get('name')).trim(),
      access: form.get('access') as NewLink['access'],
      expires_at: days ? end.toISOString() : null,
    })
  }
  return (
    <form onSubmit={submit} className="mt-2 grid gap-3">
      <TextField label="For whom" name="name" placeholder="A name, to know it by" autoFocus />
      <div className="grid grid-cols-2 gap-3">
        <Select
          label="They may"
          name="access"
          options={[
            { value: 'read', label: 'look' },
            { value: 'write', label: 'change and comment' },
          ]}
        />
        <Select label="It works" name="days" options={DAYS} defaultValue="7" />
      </div>
      <div className="flex gap-2">
        <Button look="primary" type="submit">
          Make the link
        </Button>
        <Button look="quiet" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function Row({ link, onEnd }: { link: Link; onEnd: () => void }) {
  const clock = useClock()
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line py-1">
      <div className="min-w-0 flex-1">
        <p className="truncate">{link.name || `…${link.hint}`}</p>
        <p className="text-sm text-ink-3">{linkWords(link, clock)}</p>
      </div>
      <Button look="quiet" onClick={onEnd}>
        End it
      </Button>
    </li>
  )
}

function linkWords({ access, expires_at, last_used_at }: Link, clock: Clock): string {
  const may = access === 'read' ? 'may look' : 'may change'
  const until = expires_at ? `until ${dayWords(expires_at, clock)}` : 'without an end'
  const used = last_used_at ? `used ${agoWords(last_used_at, clock.now)}` : 'never used'
  return `${may}, ${until}, ${used}`
}

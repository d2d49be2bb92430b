import { queryOptions, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { queryClient } from '@/api/query-client'
import type { components } from '@/api/schema'
import { signOut } from '@/api/session'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, Section, TextField } from '@/ui/controls'
import { Pending } from '@/ui/states'
import { agoWords } from '@/words/dates'

type Session = components['schemas']['SessionRead']
type Scope = components['schemas']['TokenIn']['scopes'][number]

export function Security() {
  return (
    <>
      <Password />
      <Sessions />
      <Tokens />
    </>
  )
}

function Password() {
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    const body = {
      current_password: String(data.get('current')),
      new_password: String(data.get('new')),
    }
    const done = 'Changed your password. All other sessions ended.'
    if (await act(() => unwrap(api.POST('/api/v1/auth/password', { body })), done, 'sessions'))
      form.reset()
  }
  return (
    <Section title="Password">
      <form onSubmit={change} className="grid max-w-[420px] gap-4">
        <TextField
          label="Current password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
        />
        <TextField
          label="New password"
          name="new"
          type="password"
          autoComplete="new-password"
          required
        />
        <Button type="submit" className="justify-self-start">
          Change the password
        </Button>
      </form>
    </Section>
  )
}

const ROW = 'flex items-center gap-4 border-b border-line py-3 last:border-0'

function device(session: Session): string {
  const agent = session.user_agent ?? ''
  const browser = /(Firefox|Edg|Chrome|Safari)\//.exec(agent)?.[1]?.replace('Edg', 'Edge')
  const system = /(Windows|Mac OS X|Android|iPhone|Linux)/.exec(agent)?.[1]
  return browser
    ? `${browser}${system ? ` on ${system}` : ''}`
    : agent.split('/')[0] || 'Unknown program'
}

const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => unwrap(api.GET('/api/v1/auth/sessions', { params: { query: { limit: 100 } } })),
})

function Sessions() {
  const { now } = useClock()
  const sessions = useQuery(sessionsQuery)
  const { data } = sessions
  const end = (id: string) =>
    unwrap(
      api.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id: id } } }),
    )
  const endAll = async () => {
    // Asked anew: what is shown may be older than the newest session.
    const { items } = await queryClient.fetchQuery({ ...sessionsQuery, staleTime: 0 })
    const others = items.filter((one) => !one.current)
    const ended = await act(
      () => Promise.all(others.map((one) => end(one.id))),
      'Signed out everywhere',
      'sessions',
    )
    if (ended) await signOut()
  }
  return (
    <Section title="Sessions" told="Where you are signed in.">
      <Pending query={sessions} rows={2} />
      <ul className="mb-4">
        {data?.items.map((one) => (
          <li key={one.id} className={ROW}>
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{device(one)}</p>
              <p className="text-sm text-ink-3">
                {one.current ? 'This session' : `Used ${agoWords(one.last_used_at, now)}`}
                {one.ip && `, from ${one.ip}`}
              </p>
            </div>
            {!one.current && (
              <Button onClick={() => void act(() => end(one.id), 'Signed out there', 'sessions')}>
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button look="danger" onClick={() => void endAll()}>
        Sign out everywhere
      </Button>
    </Section>
  )
}

const READING: Scope[] = [
  'tasks:read',
  'projects:read',
  'workspaces:read',
  'planning:read',
  'goals:read',
  'boards:read',
  'search:read',
  'comments:read',
]
const WRITING: Scope[] = [
  ...READING,
  'tasks:write',
  'projects:write',
  'goals:write',
  'boards:write',
  'comments:write',
]

function Tokens() {
  const { now } = useClock()
  const [secret, setSecret] = useState('')
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: () => unwrap(api.GET('/api/v1/auth/tokens', { params: { query: { limit: 100 } } })),
  })
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    const body = {
      name: String(data.get('name')).trim(),
      scopes: data.get('writes') ? WRITING : READING,
    }
    const work = async () => {
      const made = await unwrap(api.POST('/api/v1/auth/tokens', { body }))
      setSecret(made.token)
    }
    if (await act(work, 'Made a token', 'tokens')) form.reset()
  }
  const revoke = (id: string) =>
    unwrap(api.DELETE('/api/v1/auth/tokens/{token_id}', { params: { path: { token_id: id } } }))
  return (
    <Section title="API tokens" told="For scripts and other programs.">
      {secret && (
        <div role="status" className="mb-4 rounded bg-good-soft p-3">
          <p className="text-sm">Copy it now; it is not shown again.</p>
          <code className="mt-1 block break-all text-sm select-all">{secret}</code>
        </div>
      )}
      <Pending query={tokens} rows={2} />
      <ul className="mb-4">
        {tokens.data?.items.map((one) => (
          <li key={one.id} className={ROW}>
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{one.name}</p>
              <p className="text-sm text-ink-3">
                {one.hint},{' '}
                {one.last_used_at ? `used ${agoWords(one.last_used_at, now)}` : 'never used'}
              </p>
            </div>
            <Button onClick={() => void act(() => revoke(one.id), 'Ended the token', 'tokens')}>
              End
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={make} className="flex flex-wrap items-end gap-3">
        <TextField label="Name of the new token" name="name" required className="w-60" />
        <label className="flex h-9 items-center gap-2 text-sm">
          <input type="checkbox" name="writes" /> may change things
        </label>
        <Button type="submit">Make a token</Button>
      </form>
    </Section>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { act } from '@/ui/acting'
import { Button, cx, Section } from '@/ui/controls'
import { useDebounced } from '@/ui/debounced'
import { Empty, Pending } from '@/ui/states'

type Shown = components['schemas']['UserShown']
type Patch = components['schemas']['UserPatch']

export function Users({ me }: { me: string }) {
  const [typed, setTyped] = useState('')
  const q = useDebounced(typed.trim(), 200)
  const users = useQuery({
    queryKey: ['admin users', q],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/admin/users', { params: { query: { limit: 100, ...(q ? { q } : {}) } } }),
      ),
    placeholderData: (before) => before,
  })
  const { data } = users
  return (
    <Section title="People">
      <input
        type="search"
        aria-label="Find a person"
        placeholder="Find a person"
        className="field mb-4 max-w-[320px]"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Pending query={users} />
      {data?.items.length === 0 && <Empty title="Nobody is called that" />}
      <ul>
        {data?.items.map((user) => (
          <Row key={user.id} user={user} own={user.id === me} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ user, own }: { user: Shown; own: boolean }) {
  const change = (body: Patch, done: string) =>
    act(
      () =>
        unwrap(
          api.PATCH('/api/v1/admin/users/{user_id}', {
            params: { path: { user_id: user.id } },
            body,
          }),
        ),
      done,
      'admin users',
    )
  const disabled = user.disabled_at !== null
  const isAdmin = user.role === 'admin'
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line py-3">
      <div className={cx('min-w-0 flex-1', disabled && 'text-ink-3')}>
        <p className="truncate font-medium">{user.username ?? user.email}</p>
        <p className="truncate text-sm text-ink-3">
          {[user.email, isAdmin && 'administrator', disabled && 'disabled']
            .filter(Boolean)
            .join(', ')}
        </p>
      </div>
      {own ? (
        <span className="text-sm text-ink-3">you</span>
      ) : (
        <>
          <Button
            look="quiet"
            onClick={() =>
              void change(
                { role: isAdmin ? 'user' : 'admin' },
                isAdmin ? 'No administrator any more' : 'Made an administrator',
              )
            }
          >
            {isAdmin ? 'Make a user' : 'Make an admin'}
          </Button>
          <Button
            look="quiet"
            onClick={() => void change({ disabled: !disabled }, disabled ? 'Enabled' : 'Disabled')}
          >
            {disabled ? 'Enable' : 'Disable'}
          </Button>
        </>
      )}
    </li>
  )
}

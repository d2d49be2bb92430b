import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { session, signOut, updateUser } from '@/api/session'
import type { MePatch, User } from '@/api/types'
import { chooseTheme, type Theme, theme } from '@/app/theme'
import { act } from '@/ui/acting'
import { Button, Section, Select, TextField } from '@/ui/controls'
import { weekFrom } from '@/words/hours'
import { HoursFields, zoneChoices } from './hours-fields'

const change = (body: MePatch, done: string) =>
  act(async () => updateUser(await unwrap(api.PATCH('/api/v1/auth/me', { body }))), done, 'next')

export function Profile() {
  const state = session.use()
  if (state.status !== 'signed-in') return null
  const { user } = state
  return (
    <>
      <Account user={user} />
      <Hours key={JSON.stringify(user.working_hours)} user={user} />
      <Appearance />
      <Section title="This device">
        <Button onClick={() => void signOut()}>Sign out</Button>
      </Section>
    </>
  )
}

function Account({ user }: { user: User }) {
  return (
    <Section title="Account" told={user.email}>
      <div className="grid max-w-[420px] gap-4">
        <TextField
          label="User name"
          defaultValue={user.username ?? ''}
          autoComplete="username"
          onBlur={(event) => {
            const username = event.target.value.trim() || null
            if (username !== user.username) void change({ username }, 'Changed your user name')
          }}
        />
        <Select
          label="Time zone"
          value={user.timezone}
          onChange={(event) =>
            void change({ timezone: event.target.value }, 'Changed your time zone')
          }
          options={zoneChoices(user.timezone)}
        />
        <Select
          label="Language of quick add and history"
          value={user.language}
          onChange={(event) =>
            void change({ language: event.target.value as 'en' | 'de' }, 'Changed your language')
          }
          options={[
            { value: 'en', label: 'English' },
            { value: 'de', label: 'Deutsch' },
          ]}
        />
      </div>
    </Section>
  )
}

function Hours({ user }: { user: User }) {
  const [problem, setProblem] = useState('')
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = weekFrom((day) => String(form.get(day) ?? ''))
    setProblem('wrong' in read ? read.wrong : '')
    if ('week' in read) await change({ working_hours: read.week }, 'Changed your working hours')
  }
  return (
    <Section
      title="Working hours"
      told="They decide how near a deadline is. Leave a day empty on which you do not work."
    >
      <form onSubmit={keep} className="max-w-[420px]">
        <HoursFields week={user.working_hours} />
        {problem && (
          <p role="alert" className="mb-2 text-sm text-danger">
            {problem}
          </p>
        )}
        <Button type="submit" className="mt-2">
          Save the hours
        </Button>
      </form>
    </Section>
  )
}

function Appearance() {
  return (
    <Section title="Appearance">
      <Select
        label="Theme"
        className="max-w-[420px]"
        value={theme.use()}
        onChange={(event) => chooseTheme(event.target.value as Theme)}
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </Section>
  )
}

import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import { queryClient } from '@/api/query-client'
import type { components } from '@/api/schema'
import { register, session } from '@/api/session'
import { say } from '@/app/toasts'
import { Button, TextField } from '@/ui/controls'
import { ROLE_WORDS } from '@/words/roles'
import { Told, useSending, value } from './form'

type Invitation = components['schemas']['InvitationShown']

/** The token of a mail's link: in the fragment, which no server and no log sees. */
export function tokenIn(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? ''
}

/** Read once, then out of the address: it shall not lie in the history. */
function useToken(): string {
  const [token] = useState(() => tokenIn(location.hash))
  useEffect(() => {
    if (token) history.replaceState(history.state, '', location.pathname)
  }, [token])
  return token
}

const INCOMPLETE = 'This link is not complete. Open it from the mail again, or ask for a new one.'

function Heading({ title, told }: { title: string; told?: string }) {
  return (
    <div>
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      {told && <p className="mt-1 text-ink-2">{told}</p>}
    </div>
  )
}

function GoOn({ label }: { label: string }) {
  const navigate = useNavigate()
  return (
    <Button look="primary" className="mt-2 h-10" onClick={() => void navigate({ to: '/' })}>
      {label}
    </Button>
  )
}

export function VerifyEmail() {
  const token = useToken()
  const [outcome, setOutcome] = useState<'asking' | 'done' | { problem: string }>('asking')
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    if (!token) return setOutcome({ problem: INCOMPLETE })
    unwrap(api.POST('/api/v1/auth/verify-email', { body: { token } }))
      .then(() => setOutcome('done'))
      .catch((error: unknown) => setOutcome({ problem: sentence(error) }))
  }, [token])
  return (
    <div className="flex flex-col gap-4" aria-live="polite">
      {outcome === 'asking' && <Heading title="One moment" told="Your address is being checked." />}
      {outcome === 'done' && (
        <Heading title="Your address is verified" told="That was all; you can go on." />
      )}
      {typeof outcome === 'object' && (
        <>
          <Heading title="This link does not work" />
          <Told text={outcome.problem} />
        </>
      )}
      {outcome !== 'asking' && <GoOn label="Go to Upnext" />}
    </div>
  )
}

export function ForgotPassword() {
  const [told, setTold] = useState('')
  const { busy, error, submit } = useSending(async (form) => {
    const body = { email: value(form, 'email') }
    const answer = await unwrap(api.POST('/api/v1/auth/forgot-password', { body }))
    setTold(answer.detail)
  })
  if (told)
    return (
      <div className="flex flex-col gap-4" role="status">
        <Heading title="Look into your mail" told={told} />
        <GoOn label="Back" />
      </div>
    )
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Heading title="Forgot your password?" told="You get a mail with a link to set a new one." />
      <TextField label="E-mail" name="email" type="email" autoComplete="email" required />
      {error !== null && <Told text={sentence(error)} />}
      <Button look="primary" type="submit" disabled={busy} className="mt-2 h-10">
        Send the mail
      </Button>
    </form>
  )
}

export function ResetPassword() {
  const token = useToken()
  const [done, setDone] = useState(false)
  const { busy, error, problem, submit } = useSending(async (form) => {
    const body = { token, new_password: String(form.get('password')) }
    await unwrap(api.POST('/api/v1/auth/reset-password', { body }))
    setDone(true)
  })
  if (done)
    return (
      <div className="flex flex-col gap-4" role="status">
        <Heading title="Your password is set" told="All sessions and API tokens have ended." />
        <GoOn label="Sign in" />
      </div>
    )
  if (!token)
    return (
      <div className="flex flex-col gap-4">
        <Heading title="This link does not work" />
        <Told text={INCOMPLETE} />
        <GoOn label="Back" />
      </div>
    )
  const inField = problem?.field('new_password')
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Heading title="Set a new password" told="It ends all sessions and API tokens." />
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 8 characters, and hard to guess."
        problem={inField}
      />
      {error !== null && !inField && <Told text={sentence(error)} />}
      <Button look="primary" type="submit" disabled={busy} className="mt-2 h-10">
        Set the password
      </Button>
    </form>
  )
}

export function InvitationPage() {
  const token = useToken()
  const [shown, setShown] = useState<Invitation | null>(null)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    if (!token) return setProblem(INCOMPLETE)
    unwrap(api.POST('/api/v1/invitations/lookup', { body: { token } }))
      .then(setShown)
      .catch((error: unknown) => setProblem(sentence(error)))
  }, [token])
  if (problem)
    return (
      <div className="flex flex-col gap-4">
        <Heading title="This invitation does not work" />
        <Told text={problem} />
        <GoOn label="Go to Upnext" />
      </div>
    )
  return shown && <Invited token={token} invitation={shown} />
}

function Invited({ token, invitation }: { token: string; invitation: Invitation }) {
  const state = session.use()
  const navigate = useNavigate()
  const { workspace, project, role, email } = invitation
  const signedIn = state.status === 'signed-in'
  const accept = async () => {
    await unwrap(api.POST('/api/v1/invitations/accept', { body: { token } }))
    queryClient.clear()
    say({ text: `You are in ${workspace}` })
    await navigate({ to: '/' })
  }
  const { busy, error, problem, submit } = useSending(async (form) => {
    if (!signedIn)
      await register({ email, password: String(form.get('password')), invitation_token: token })
    await accept()
  })
  const wrongOne = signedIn && state.user.email !== email
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Heading
        title={`Join ${project ?? workspace}`}
        told={`${email} is invited to ${workspace}${project ? `, project ${project}` : ''}: ${ROLE_WORDS[role]}.`}
      />
      {wrongOne && (
        <p className="text-ink-2">You are signed in as {state.user.email}, another address.</p>
      )}
      {!signedIn && (
        <TextField
          label="Choose a password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint="For your new account. Who has one signs in first, and opens the link again."
          problem={problem?.field('password')}
        />
      )}
      {error !== null && !problem?.field('password') && <Told text={sentence(error)} />}
      <Button look="primary" type="submit" disabled={busy} className="mt-2 h-10">
        {signedIn ? 'Join' : 'Create the account and join'}
      </Button>
    </form>
  )
}

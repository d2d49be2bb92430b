import { Link } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense } from 'react'
import { sentence } from '@/api/problem'
import { register, signIn } from '@/api/session'
import { say } from '@/app/toasts'
import { Button, TextField } from '@/ui/controls'
import { Mark } from '@/ui/mark'
import { Told, useSending, value } from './form'

const mail = () => import('./mail-pages')

const PAGES: Record<string, ComponentType> = {
  '/register': RegisterForm,
  '/forgot-password': lazy(() => mail().then((one) => ({ default: one.ForgotPassword }))),
  '/reset-password': lazy(() => mail().then((one) => ({ default: one.ResetPassword }))),
  '/verify-email': lazy(() => mail().then((one) => ({ default: one.VerifyEmail }))),
  '/invitation': lazy(() => mail().then((one) => ({ default: one.InvitationPage }))),
}

/** What is shown from a mail's link, whoever is signed in here. */
export const isMailPage = (path: string) =>
  ['/reset-password', '/verify-email', '/invitation'].includes(path)

/** The entrance. Three fields at most. */
export function EntryScreen({ path }: { path: string }) {
  const Page = PAGES[path] ?? SignInForm
  return (
    <main className="flex min-h-full flex-col items-center justify-center px-6 py-12">
      <div className="w-full max-w-[340px]">
        <div className="mb-8 flex items-center gap-3">
          <Mark size={36} />
          <span className="text-xl font-semibold tracking-tight">Upnext</span>
        </div>
        <Suspense fallback={null}>
          <Page />
        </Suspense>
      </div>
    </main>
  )
}

function SignInForm() {
  const { busy, error, submit } = useSending(async (form) => {
    await signIn(value(form, 'name'), String(form.get('password')))
  })
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
      <TextField label="E-mail or user name" name="name" autoComplete="username" required />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      {error !== null && <Told text={sentence(error)} />}
      <Button look="primary" type="submit" disabled={busy} className="mt-2 h-10">
        Sign in
      </Button>
      <p className="text-ink-2">
        New here?{' '}
        <Link to="/register" className="font-medium text-accent underline underline-offset-2">
          Create an account
        </Link>
      </p>
      <p className="-mt-2 text-ink-2">
        <Link to="/forgot-password" className="underline underline-offset-2">
          Forgot your password?
        </Link>
      </p>
    </form>
  )
}

function RegisterForm() {
  const { busy, error, problem, submit } = useSending(async (form) => {
    const token = value(form, 'setup_token')
    const user = await register({
      email: value(form, 'email'),
      password: String(form.get('password')),
      ...(token ? { setup_token: token } : {}),
    })
    if (user.role === 'admin')
      say({ text: 'You are the administrator of this server: its first account.' })
  })
  const needsToken = problem?.code === 'setup_token_required'
  const inField = problem?.field('email') ?? problem?.field('password')
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Create an account</h1>
        <p className="mt-1 text-ink-2">The first account of a server becomes its administrator.</p>
      </div>
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        problem={problem?.field('email')}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 8 characters, and hard to guess."
        problem={problem?.field('password')}
      />
      {needsToken && (
        <TextField
          label="Setup token"
          name="setup_token"
          required
          autoComplete="off"
          hint="The server printed it when it started."
        />
      )}
      {error !== null && !inField && <Told text={sentence(error)} />}
      <Button look="primary" type="submit" disabled={busy} className="mt-2 h-10">
        Create the account
      </Button>
      <p className="text-ink-2">
        Have one already?{' '}
        <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
          Sign in
        </Link>
      </p>
    </form>
  )
}

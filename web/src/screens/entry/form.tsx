import { type FormEvent, useState } from 'react'
import { Problem } from '@/api/problem'

export const value = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/** Sends a form once, and keeps what the server said against it. */
export function useSending(send: (form: FormData) => Promise<void>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await send(new FormData(event.currentTarget))
    } catch (caught) {
      setError(caught)
      setBusy(false)
    }
  }
  const problem = error instanceof Problem ? error : null
  return { busy, error, problem, submit }
}

export function Told({ text }: { text: string }) {
  return (
    <p role="alert" className="rounded bg-danger-soft px-3 py-2 text-sm text-danger">
      {text}
    </p>
  )
}

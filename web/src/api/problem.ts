import { type Role, refusedWords } from '@/words/roles'
import type { ProblemBody } from './types'

/** Some kinds of refusals say more, so that it can be said in the words of the screens. */
type Body = Partial<ProblemBody> & { role?: Role; needs?: Role }

/** What the server refused, with its own sentence for people. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: { pointer: string; detail: string }[]

  constructor(status: number, body: Body | undefined) {
    const told = body?.role && body.needs && refusedWords(body.role, body.needs)
    super(told ?? body?.detail ?? `The server answered with ${status}. Try again in a moment.`)
    this.status = status
    this.code = body?.code ?? 'unknown'
    this.errors = body?.errors ?? []
  }

  /** The sentence about one field of the form that was sent. */
  field(name: string): string | undefined {
    return this.errors.find((error) => error.pointer === `/${name}`)?.detail
  }
}

/** The server could not be reached; nothing is known about what became of the request. */
export class Offline extends Error {
  constructor() {
    super('No connection to the server.')
  }
}

export const isOffline = (error: unknown): error is Offline => error instanceof Offline

/** What was read is no longer what is there. */
export const isStale = (error: unknown): error is Problem =>
  error instanceof Problem && error.status === 412

/** It is not there, or hidden: the server says the same of both. */
export const isMissing = (error: unknown): error is Problem =>
  error instanceof Problem && error.status === 404

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong. Try again.'
}

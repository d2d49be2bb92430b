/** Every request of the app: the generated client, with the access token and its renewal. */
import createClient from 'openapi-fetch'
import { createStore } from '@/ui/store'
import { goodAhead } from './ahead'
import { Offline, Problem } from './problem'
import type { paths } from './schema'
import { accessToken, dropToken } from './session'
import type { ProblemBody } from './types'

/** Whether the last request reached the server. */
export const connected = createStore(true)

function mark(reached: boolean): void {
  if (connected.get() !== reached) connected.set(reached)
}

/**
 * A request before it is sent, which can be sent again as it is. The browser's own has to be copied
 * for that, with its body: tens of milliseconds, in which a phone answers to nothing.
 */
export class Asked {
  readonly url: string
  constructor(
    url: string | URL,
    readonly init: RequestInit = {},
  ) {
    this.url = String(url)
  }
}

async function attempt({ url, init }: Asked): Promise<Response> {
  if (!init.method || init.method === 'GET') {
    const early = await goodAhead(url.replace(location.origin, ''))
    if (early) return early
  }
  const value = await accessToken()
  const headers = new Headers(init.headers)
  if (value) headers.set('authorization', `Bearer ${value}`)
  try {
    const response = await fetch(url, { ...init, headers })
    mark(true)
    return response
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new Offline()
  }
}

export async function authorizedFetch(asked: Asked): Promise<Response> {
  try {
    const response = await attempt(asked)
    if (response.status !== 401) return response
    dropToken()
    return await attempt(asked)
  } catch (error) {
    if (error instanceof Offline) mark(false)
    throw error
  }
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  // The client only makes it and hands it on, so it may be of our kind.
  Request: Asked as unknown as typeof Request,
  fetch: (asked: unknown) => authorizedFetch(asked as Asked),
  querySerializer: { array: { style: 'form', explode: true } },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's data, or its problem as an error. */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok) throw new Problem(response.status, error as Partial<ProblemBody> | undefined)
  return data as T
}

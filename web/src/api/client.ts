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

async function attempt(request: Request): Promise<Response> {
  if (request.method === 'GET') {
    const early = await goodAhead(request.url.replace(location.origin, ''))
    if (early) return early
  }
  const value = await accessToken()
  const headers = new Headers(request.headers)
  if (value) headers.set('authorization', `Bearer ${value}`)
  try {
    const response = await fetch(new Request(request, { headers }))
    mark(true)
    return response
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new Offline()
  }
}

export async function authorizedFetch(request: Request): Promise<Response> {
  try {
    const again = request.clone()
    const response = await attempt(request)
    if (response.status !== 401) return response
    dropToken()
    return await attempt(again)
  } catch (error) {
    if (error instanceof Offline) mark(false)
    throw error
  }
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  fetch: authorizedFetch,
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

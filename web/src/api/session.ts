/**
 * Who is signed in here. The refresh token lies in a cookie that no script can read; the access
 * token lives in this module's memory only, and is fetched anew when the page is loaded.
 */
import { createStore } from '@/ui/store'
import { goodAhead, takeAhead } from './ahead'
import { Offline, Problem } from './problem'
import type { User } from './types'

const MARK = 'upnext.signed-in'
const EARLY = 60_000
const AUTH = '/api/v1/auth'

export type SessionState =
  | { status: 'starting' }
  | { status: 'signed-out' }
  | { status: 'signed-in'; user: User }

export const session = createStore<SessionState>({ status: 'starting' })

let token: { value: string; until: number } | null = null
let refreshing: Promise<string | null> | null = null
const tabs = new BroadcastChannel('upnext.session')

tabs.onmessage = (event) => {
  if (event.data === 'signed-out') forget()
}

async function post(path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { 'x-upnext-client': 'browser' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (path === '/password' && token) headers.authorization = `Bearer ${token.value}`
  try {
    return await fetch(AUTH + path, {
      method: 'POST',
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new Offline()
  }
}

async function refused(response: Response): Promise<Problem> {
  return new Problem(response.status, await response.json().catch(() => undefined))
}

function keep(answer: { access_token: string; expires_in: number }): string {
  token = { value: answer.access_token, until: Date.now() + answer.expires_in * 1000 }
  localStorage.setItem(MARK, 'yes')
  return token.value
}

/** A token that holds for another minute; null when nobody is signed in. */
export async function accessToken(): Promise<string | null> {
  if (token && token.until - Date.now() > EARLY) return token.value
  refreshing ??= refresh().finally(() => {
    refreshing = null
  })
  return refreshing
}

export function dropToken(): void {
  token = null
}

async function refresh(): Promise<string | null> {
  if (!localStorage.getItem(MARK)) return null
  const response = (await asked(`${AUTH}/refresh`)) ?? (await post('/refresh'))
  if (response.ok) return keep(await response.json())
  if (response.status === 401 || response.status === 403) {
    forget()
    return null
  }
  throw await refused(response)
}

/** The answer that was asked for ahead, whatever it says: a refresh token is used once only. */
async function asked(path: string): Promise<Response | undefined> {
  try {
    return await takeAhead(path)
  } catch {
    throw new Offline()
  }
}

/** On loading the page. Without a connection the person of the last visit stays signed in. */
export async function start(
  remembered: () => Promise<User | undefined>,
  ahead: () => Promise<void>,
): Promise<void> {
  try {
    const value = await accessToken()
    if (value === null) return session.set({ status: 'signed-out' })
    const [user] = await Promise.all([me(value), ahead()])
    session.set({ status: 'signed-in', user })
  } catch (error) {
    const user = await remembered()
    if (!user) throw error
    session.set({ status: 'signed-in', user })
  }
}

async function me(value: string): Promise<User> {
  const headers = { authorization: `Bearer ${value}` }
  const response = (await goodAhead(`${AUTH}/me`)) ?? (await fetch(`${AUTH}/me`, { headers }))
  if (!response.ok) throw await refused(response)
  return response.json()
}

export async function signIn(name: string, password: string): Promise<User> {
  const key = name.includes('@') ? 'email' : 'username'
  const response = await post('/login', { [key]: name, password })
  if (!response.ok) throw await refused(response)
  const user = await me(keep(await response.json()))
  session.set({ status: 'signed-in', user })
  return user
}

export interface NewAccount {
  email: string
  password: string
  setup_token?: string
  invitation_token?: string
}

export async function register(account: NewAccount): Promise<User> {
  const response = await post('/register', account)
  if (!response.ok) throw await refused(response)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const user = await signIn(account.email, account.password)
  return user.timezone === zone ? user : await adopt(zone, user)
}

/** The zone of the browser is the best guess for a new account. */
async function adopt(timezone: string, user: User): Promise<User> {
  const response = await fetch(`${AUTH}/me`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token?.value}`, 'content-type': 'application/json' },
    body: JSON.stringify({ timezone }),
  })
  const changed: User = response.ok ? await response.json() : user
  session.set({ status: 'signed-in', user: changed })
  return changed
}

export async function signOut(): Promise<void> {
  await post('/logout').catch(() => undefined)
  forget()
  tabs.postMessage('signed-out')
}

export function updateUser(user: User): void {
  session.set({ status: 'signed-in', user })
}

function forget(): void {
  token = null
  localStorage.removeItem(MARK)
  session.set({ status: 'signed-out' })
}

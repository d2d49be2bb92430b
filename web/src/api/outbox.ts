/**
 * Writes go through here. What cannot be sent waits in IndexedDB and is sent later, in order, each
 * under the key it got when it was made: a write whose answer was lost is not carried out twice.
 */
import { overlay } from '@/app/overlays'
import { createStore } from '@/ui/store'
import { Asked, authorizedFetch, connected } from './client'
import { isOffline, Problem } from './problem'
import { database } from './storage'

export interface Write {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  /** The version that was read; a change made meanwhile by others is then not overwritten. */
  version?: number
  /** What it is, for people: "Rename Pay the rent". */
  label: string
}

export interface Waiting extends Write {
  seq?: number
  key: string
  userId: string
}

export type Sent<T> = { queued: true } | { queued: false; data: T }

export interface Trouble {
  write: Waiting
  problem: Problem
}

export const waiting = createStore<Waiting[]>([])
/** Writes that the server refused when they were sent later. */
export const troubles = createStore<Trouble[]>([])

let owner = ''
let replaying: Promise<void> | null = null
const replayed = new Set<() => void>()

export function onReplayed(listener: () => void): () => void {
  replayed.add(listener)
  return () => replayed.delete(listener)
}

export async function openOutbox(userId: string): Promise<void> {
  owner = userId
  await reload()
}

async function reload(): Promise<void> {
  const all = await (await database()).getAll('writes')
  waiting.set(all.filter((write) => write.userId === owner))
}

export async function send<T>(write: Write): Promise<Sent<T>> {
  const kept: Waiting = { ...write, key: crypto.randomUUID(), userId: owner }
  if (waiting.get().length > 0) {
    await queue(kept)
    void replay()
    return { queued: true }
  }
  try {
    return { queued: false, data: (await carryOut(kept)) as T }
  } catch (error) {
    if (!isOffline(error)) throw error
    await queue(kept)
    return { queued: true }
  }
}

async function queue(write: Waiting): Promise<void> {
  await (await database()).add('writes', write)
  await reload()
}

async function carryOut(write: Waiting): Promise<unknown> {
  const headers: Record<string, string> = { 'idempotency-key': write.key }
  if (write.body !== undefined) headers['content-type'] = 'application/json'
  if (write.version !== undefined) headers['if-match'] = `"${write.version}"`
  const body = write.body === undefined ? undefined : JSON.stringify(write.body)
  const url = new URL(write.path, location.origin)
  const response = await authorizedFetch(new Asked(url, { method: write.method, headers, body }))
  const answer = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (!response.ok) throw new Problem(response.status, answer)
  return answer
}

export function replay(): Promise<void> {
  replaying ??= replayAll().finally(() => {
    replaying = null
  })
  return replaying
}

async function replayAll(): Promise<void> {
  let any = false
  for (let next = waiting.get()[0]; next; next = waiting.get()[0]) {
    try {
      const answer = await carryOut(next)
      await remove(next)
      await carryVersionOn(next, answer)
    } catch (error) {
      if (!(error instanceof Problem) || comesLater(error)) break
      await remove(next)
      troubles.set((all) => [...all, { write: next, problem: error }])
    }
    any = true
  }
  if (any) for (const listener of replayed) listener()
}

const comesLater = (problem: Problem) => problem.status >= 500 || problem.status === 429

/** Later writes to the same thing were made on what this one has just changed. */
async function carryVersionOn(done: Waiting, answer: unknown): Promise<void> {
  const version = versionOf(answer)
  if (version === undefined) return
  const db = await database()
  for (const later of waiting.get()) {
    if (later.path === done.path && later.version !== undefined)
      await db.put('writes', { ...later, version })
  }
  await reload()
}

function versionOf(answer: unknown): number | undefined {
  if (typeof answer !== 'object' || answer === null || !('version' in answer)) return undefined
  return typeof answer.version === 'number' ? answer.version : undefined
}

export async function remove(write: Waiting): Promise<void> {
  if (write.seq !== undefined) await (await database()).delete('writes', write.seq)
  await reload()
}

export function dismissTrouble(trouble: Trouble): void {
  troubles.set((all) => all.filter((one) => one !== trouble))
}

/** Sends it over what others wrote meanwhile. */
export async function sendAnyway(trouble: Trouble): Promise<void> {
  const { method, path, body, label } = trouble.write
  await send({ method, path, body, label })
  dismissTrouble(trouble)
  for (const listener of replayed) listener()
}

/** Others changed the same meanwhile: whoever wrote decides, with both sides before them. */
export function contest(write: Write, problem: Problem): void {
  const kept: Waiting = { ...write, key: crypto.randomUUID(), userId: owner }
  troubles.set((all) => [...all, { write: kept, problem }])
  overlay.set({ kind: 'waiting' })
}

const TRY_AGAIN = 5_000

export function watchConnection(): () => void {
  const attempt = () => {
    if (!connected.get()) void probe()
    if (waiting.get().length > 0) void replay()
  }
  const lost = () => connected.set(false)
  const timer = setInterval(attempt, TRY_AGAIN)
  addEventListener('online', attempt)
  addEventListener('offline', lost)
  return () => {
    clearInterval(timer)
    removeEventListener('online', attempt)
    removeEventListener('offline', lost)
  }
}

async function probe(): Promise<void> {
  const answer = await fetch('/health/live', { cache: 'no-store' }).catch(() => null)
  if (answer?.ok) {
    connected.set(true)
    await replay()
  }
}

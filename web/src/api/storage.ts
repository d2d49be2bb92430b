/** What this browser keeps: writes that wait for a connection, and the last known data. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Waiting } from './outbox'

interface Kept extends DBSchema {
  writes: { key: number; value: Waiting }
  cache: { key: string; value: unknown }
}

let opened: Promise<IDBPDatabase<Kept>> | null = null

export function database(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>('upnext', 1, {
    upgrade(db) {
      db.createObjectStore('writes', { keyPath: 'seq', autoIncrement: true })
      db.createObjectStore('cache')
    },
  })
  return opened
}

/** What was seen. Unsent writes stay for the person who made them. */
export async function forgetSeen(): Promise<void> {
  await (await database()).clear('cache')
}

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

export async function forgetEverything(): Promise<void> {
  const db = await database()
  await Promise.all([db.clear('writes'), db.clear('cache')])
}

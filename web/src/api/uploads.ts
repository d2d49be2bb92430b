/** Requests that are no JSON: files out and in. */
import { authorizedFetch } from './client'
import { Problem } from './problem'
import type { ImportPreview, ImportRun } from './types'

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response
  throw new Problem(response.status, await response.json().catch(() => undefined))
}

async function sendFile(path: string, file: File): Promise<Response> {
  const body = new FormData()
  body.set('file', file)
  const url = new URL(path, location.origin)
  return checked(await authorizedFetch(new Request(url, { method: 'POST', body })))
}

export async function previewImport(file: File): Promise<ImportPreview> {
  return (await sendFile('/api/v1/imports/preview', file)).json()
}

export async function startImport(file: File): Promise<ImportRun> {
  return (await sendFile('/api/v1/imports', file)).json()
}

export interface Download {
  name: string
  content: Blob
}

/** A file that only those who are signed in may have. */
export async function download(path: string, fallback: string): Promise<Download> {
  const response = await checked(await authorizedFetch(new Request(new URL(path, location.origin))))
  const told = response.headers.get('content-disposition') ?? ''
  const name = /filename="?([^";]+)"?/.exec(told)?.[1] ?? fallback
  return { name, content: await response.blob() }
}

/** Requests that are no JSON: files out and in. */
import { Asked, authorizedFetch } from './client'
import { Offline, Problem } from './problem'
import { accessToken } from './session'
import type { FileRead, ImportPreview, ImportRun } from './types'

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response
  throw new Problem(response.status, await response.json().catch(() => undefined))
}

async function sendFile(path: string, file: File): Promise<Response> {
  const body = new FormData()
  body.set('file', file)
  const url = new URL(path, location.origin)
  return checked(await authorizedFetch(new Asked(url, { method: 'POST', body })))
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
  const response = await checked(await authorizedFetch(new Asked(new URL(path, location.origin))))
  const told = response.headers.get('content-disposition') ?? ''
  const name = /filename="?([^";]+)"?/.exec(told)?.[1] ?? fallback
  return { name, content: await response.blob() }
}

/** Somebody stopped it. */
export class Stopped extends Error {}

/** Sends a file and says how many bytes have left. */
export async function upload(
  path: string,
  file: File,
  onProgress: (sent: number) => void,
  stopped: AbortSignal,
): Promise<FileRead> {
  const token = await accessToken()
  if (stopped.aborted) throw new Stopped()
  const body = new FormData()
  body.set('file', file)
  return new Promise((resolve, reject) => {
    // fetch cannot tell how far an upload is.
    const request = new XMLHttpRequest()
    request.open('POST', path)
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.setRequestHeader('idempotency-key', crypto.randomUUID())
    request.responseType = 'json'
    // What is sent has the file's name around it, too.
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, file.size))
    stopped.addEventListener('abort', () => request.abort())
    request.onabort = () => reject(new Stopped())
    request.onerror = () => reject(new Offline())
    request.onload = () =>
      request.status < 300
        ? resolve(request.response)
        : reject(new Problem(request.status, request.response ?? undefined))
    request.send(body)
  })
}

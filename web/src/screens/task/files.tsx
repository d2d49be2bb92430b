import { useQuery } from '@tanstack/react-query'
import { Download, File as FileIcon, Paperclip, Trash2, X } from 'lucide-react'
import { type DragEvent, useId, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { send } from '@/api/outbox'
import { sentence } from '@/api/problem'
import { filesQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { FileRead, Task } from '@/api/types'
import { download, Stopped, upload } from '@/api/uploads'
import { say } from '@/app/toasts'
import { act } from '@/ui/acting'
import { cx, IconButton } from '@/ui/controls'
import { save } from '@/ui/save'
import { bytesWords } from '@/words/sizes'
import { Part } from './part'
import { useThumbnail } from './thumbnail'

interface Upload {
  id: string
  name: string
  size: number
  /** Bytes that have left; null: it waits for those before it. */
  sent: number | null
  stop: AbortController
}

/** Dropped here, or chosen; several at once go one after another. */
export function Files({ task, may }: { task: Task; may: boolean }) {
  const { data } = useQuery(filesQuery(task.id))
  const [uploads, setUploads] = useState<Upload[]>([])
  const [over, setOver] = useState(false)
  const id = useId()
  const add = async (files: File[]) => {
    const begun = files.map((file) => ({
      id: crypto.randomUUID(),
      name: file.name,
      size: file.size,
      sent: null,
      stop: new AbortController(),
      file,
    }))
    setUploads((all) => [...all, ...begun])
    for (const one of begun) {
      const told = (sent: number) =>
        setUploads((all) => all.map((each) => (each.id === one.id ? { ...each, sent } : each)))
      try {
        told(0)
        await upload(`/api/v1/tasks/${task.id}/files`, one.file, told, one.stop.signal)
        await queryClient.invalidateQueries({ queryKey: filesQuery(task.id).queryKey })
      } catch (error) {
        if (error instanceof Stopped) say({ text: `Not sent: ${one.name}` })
        else say({ text: `${one.name}: ${sentence(error)}`, tone: 'danger' })
      }
      setUploads((all) => all.filter((each) => each.id !== one.id))
    }
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void add([...event.dataTransfer.files])
  }
  if (!may && !data?.items.length) return null
  if (!may)
    return (
      <Part title="Files">
        <ul>
          {data?.items.map((file) => (
            <Row key={file.id} file={file} />
          ))}
        </ul>
      </Part>
    )
  return (
    <Part title="Files">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same */}
      <div
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx('-mx-2 rounded px-2', over && 'bg-accent-soft')}
      >
        <ul>
          {data?.items.map((file) => (
            <Row key={file.id} file={file} onRemove={() => void remove(file, task.id)} />
          ))}
          {uploads.map((one) => (
            <Sending key={one.id} upload={one} />
          ))}
        </ul>
        <label
          htmlFor={id}
          className="-mx-2 flex h-9 items-center gap-2 rounded px-2 text-ink-3 focus-within:outline-2 focus-within:outline-accent hover:bg-hover"
        >
          <Paperclip size={14} aria-hidden /> Add a file, or drop it here
          <input
            id={id}
            type="file"
            multiple
            className="sr-only"
            onChange={(event) => {
              void add([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
        </label>
      </div>
    </Part>
  )
}

/** How far it is, in numbers. */
function Sending({ upload: { name, size, sent, stop } }: { upload: Upload }) {
  const whole = sent !== null && sent >= size
  const words =
    sent === null
      ? 'waits'
      : whole
        ? `${bytesWords(size)} sent, being checked`
        : `${bytesWords(sent)} of ${bytesWords(size)}`
  return (
    <li className="flex min-h-11 items-center gap-3">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-sm bg-hover text-ink-3">
        <FileIcon size={16} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-3">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="shrink-0 text-xs text-ink-3 tabular-nums">{words}</span>
        </span>
        <progress
          aria-label={`Sending ${name}`}
          value={sent ?? 0}
          max={size || 1}
          className="mt-1 h-1.5 w-full accent-accent"
        />
      </span>
      <IconButton label={`Stop sending ${name}`} onClick={() => stop.abort()}>
        <X size={16} aria-hidden />
      </IconButton>
    </li>
  )
}

async function remove(file: FileRead, taskId: string): Promise<void> {
  const path = `/api/v1/files/${file.id}`
  const queryKey = ['task', taskId, 'files']
  const restore = () =>
    unwrap(
      api.POST('/api/v1/files/{file_id}/restore', { params: { path: { file_id: file.id } } }),
    ).then(() => queryClient.invalidateQueries({ queryKey }))
  try {
    await send({ method: 'DELETE', path, version: file.version, label: `Remove ${file.filename}` })
    say({ text: `In the trash: ${file.filename}`, undo: () => void restore() })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  await queryClient.invalidateQueries({ queryKey })
}

function Row({ file, onRemove }: { file: FileRead; onRemove?: () => void }) {
  const picture = useThumbnail(file)
  const take = async () => {
    const { content } = await download(`/api/v1/files/${file.id}`, file.filename)
    save(file.filename, content)
  }
  return (
    <li className="flex min-h-11 items-center gap-3">
      {picture ? (
        <img src={picture} alt="" className="size-9 shrink-0 rounded-sm object-cover" />
      ) : (
        <span className="flex size-9 shrink-0 items-center justify-center rounded-sm bg-hover text-ink-3">
          <FileIcon size={16} aria-hidden />
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{file.filename}</span>
        <span className="block text-xs text-ink-3">{bytesWords(file.size)}</span>
      </span>
      <IconButton
        label={`Download ${file.filename}`}
        onClick={() => void act(take, `Saved ${file.filename}`, 'downloads')}
      >
        <Download size={16} aria-hidden />
      </IconButton>
      {onRemove && (
        <IconButton label={`Remove ${file.filename}`} onClick={onRemove}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

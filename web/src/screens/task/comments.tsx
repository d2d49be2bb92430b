import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Sent, send } from '@/api/outbox'
import { sentence } from '@/api/problem'
import { commentsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import { session } from '@/api/session'
import type { Comment, Task } from '@/api/types'
import { useClock } from '@/app/clock'
import { say } from '@/app/toasts'
import { act } from '@/ui/acting'
import { Button, cx } from '@/ui/controls'
import { Markdown } from '@/ui/markdown'
import { agoWords } from '@/words/dates'
import { Part } from './part'

export function Comments({ task, may }: { task: Task; may: boolean }) {
  const { data } = useQuery(commentsQuery(task.id))
  const [answering, setAnswering] = useState<Comment | null>(null)
  if (!may && !data?.items.length) return null
  return (
    <Part title="Comments">
      <ul className="flex flex-col gap-4">
        {data?.items.map((comment) => (
          <li key={comment.id} className={cx(comment.parent_id && 'ms-5')}>
            <Said comment={comment} onAnswer={may ? () => setAnswering(comment) : undefined} />
          </li>
        ))}
      </ul>
      {may && <CommentForm task={task} answering={answering} onDone={() => setAnswering(null)} />}
    </Part>
  )
}

const QUIET = 'rounded px-1 text-xs text-ink-3 hover:text-ink'

interface SaidProps {
  comment: Comment
  /** Without it nothing can be written here. */
  onAnswer?: () => void
}

function Said({ comment, onAnswer }: SaidProps) {
  const { now } = useClock()
  const state = session.use()
  const [editing, setEditing] = useState(false)
  const mine = state.status === 'signed-in' && comment.author?.id === state.user.id
  const gone = comment.body_html === null
  return (
    <article>
      <header className="flex items-baseline gap-2 text-sm">
        <span className="font-medium">{comment.author?.name ?? 'Somebody'}</span>
        <time dateTime={comment.created_at} className="me-auto text-xs text-ink-3">
          {agoWords(comment.created_at, now)}
          {comment.edited_at && ', edited'}
        </time>
        {mine && onAnswer && !gone && !editing && (
          <>
            <button type="button" onClick={() => setEditing(true)} className={QUIET}>
              Edit
            </button>
            <button type="button" onClick={() => void remove(comment)} className={QUIET}>
              Delete
            </button>
          </>
        )}
        {onAnswer && (
          <button type="button" onClick={onAnswer} className={QUIET}>
            Reply
          </button>
        )}
      </header>
      {comment.body_html === null ? (
        <p className="text-ink-3">This comment was deleted.</p>
      ) : editing ? (
        <EditForm comment={comment} onDone={() => setEditing(false)} />
      ) : (
        <Markdown html={comment.body_html} />
      )}
    </article>
  )
}

const pathOf = (comment: Comment) => `/api/v1/comments/${comment.id}`

async function remove(comment: Comment): Promise<void> {
  const { version } = comment
  const path = pathOf(comment)
  try {
    await send({ method: 'DELETE', path, version, label: 'Delete a comment' })
    const restore = () => send({ method: 'POST', path: `${path}/restore`, label: 'Restore' })
    const undo = () => void act(restore, 'The comment is back', 'task')
    say({ text: 'The comment is deleted', undo })
  } catch (error) {
    say({ text: sentence(error), tone: 'danger' })
  }
  await queryClient.invalidateQueries({ queryKey: ['task', comment.task_id, 'comments'] })
}

/** What was typed stays where it is until the server has taken it. */
function EditForm({ comment, onDone }: { comment: Comment; onDone: () => void }) {
  const [body, setBody] = useState(comment.body ?? '')
  const keep = async (event: FormEvent) => {
    event.preventDefault()
    if (!body.trim()) return
    const { version } = comment
    const write = { path: pathOf(comment), version, body: { body }, label: 'Edit a comment' }
    const work = () => send({ method: 'PATCH', ...write })
    if (await act(work, 'The comment is changed', 'task')) onDone()
  }
  return (
    <form onSubmit={keep} className="mt-1">
      <textarea
        aria-label="Edit the comment"
        // biome-ignore lint/a11y/noAutofocus: opened by the button right above it
        autoFocus
        value={body}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void keep(event)
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onDone()
        }}
        className="field field-sizing-content min-h-[72px]"
      />
      <div className="mt-2 flex justify-end gap-2">
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={!body.trim()}>
          Save
        </Button>
      </div>
    </form>
  )
}

interface FormProps {
  task: Task
  answering: Comment | null
  onDone: () => void
}

function CommentForm({ task, answering, onDone }: FormProps) {
  const [body, setBody] = useState('')
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (!body.trim()) return
    try {
      const sent: Sent<Comment> = await send({
        method: 'POST',
        path: `/api/v1/tasks/${task.id}/comments`,
        body: { body, ...(answering ? { parent_id: answering.id } : {}) },
        label: `Comment on ${task.title}`,
      })
      setBody('')
      onDone()
      if (!sent.queued)
        await queryClient.invalidateQueries({ queryKey: ['task', task.id, 'comments'] })
    } catch (error) {
      say({ text: sentence(error), tone: 'danger' })
    }
  }
  return (
    <form onSubmit={add} className="mt-3">
      <textarea
        aria-label="New comment"
        value={body}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void add(event)
        }}
        placeholder={answering ? `Reply to ${answering.author?.name ?? 'this'}` : 'Write a comment'}
        className="field field-sizing-content min-h-[72px]"
      />
      {body.trim() && (
        <div className="mt-2 flex justify-end gap-2">
          {answering && (
            <Button look="quiet" onClick={onDone}>
              Not a reply
            </Button>
          )}
          <Button look="primary" type="submit">
            Comment
          </Button>
        </div>
      )}
    </form>
  )
}

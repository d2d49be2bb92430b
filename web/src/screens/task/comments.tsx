import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Sent, send } from '@/api/outbox'
import { sentence } from '@/api/problem'
import { commentsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { Comment, Task } from '@/api/types'
import { useClock } from '@/app/clock'
import { say } from '@/app/toasts'
import { Button, cx } from '@/ui/controls'
import { Markdown } from '@/ui/markdown'
import { agoWords } from '@/words/dates'
import { Part } from './part'

export function Comments({ task }: { task: Task }) {
  const { data } = useQuery(commentsQuery(task.id))
  const [answering, setAnswering] = useState<Comment | null>(null)
  return (
    <Part title="Comments">
      <ul className="flex flex-col gap-4">
        {data?.items.map((comment) => (
          <li key={comment.id} className={cx(comment.parent_id && 'ms-5')}>
            <Said comment={comment} onAnswer={() => setAnswering(comment)} />
          </li>
        ))}
      </ul>
      <CommentForm task={task} answering={answering} onDone={() => setAnswering(null)} />
    </Part>
  )
}

function Said({ comment, onAnswer }: { comment: Comment; onAnswer: () => void }) {
  const { now } = useClock()
  return (
    <article>
      <header className="flex items-baseline gap-2 text-sm">
        <span className="font-medium">{comment.author?.name ?? 'Somebody'}</span>
        <time dateTime={comment.created_at} className="text-xs text-ink-3">
          {agoWords(comment.created_at, now)}
          {comment.edited_at && ', edited'}
        </time>
        <button
          type="button"
          onClick={onAnswer}
          className="ms-auto rounded px-1 text-xs text-ink-3 hover:text-ink"
        >
          Reply
        </button>
      </header>
      {comment.body_html === null ? (
        <p className="text-ink-3">This comment was deleted.</p>
      ) : (
        <Markdown html={comment.body_html} />
      )}
    </article>
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

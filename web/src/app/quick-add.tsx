import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useLayoutEffect, useRef, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { isOffline, Problem, sentence } from '@/api/problem'
import { projectsQuery } from '@/api/queries'
import type { QuickDraft } from '@/api/types'
import { quickAdd } from '@/api/writes'
import { Button } from '@/ui/controls'
import { useDebounced } from '@/ui/debounced'
import { Dialog } from '@/ui/dialog'
import { momentWords } from '@/words/dates'
import { pieces } from '@/words/spans'
import { minutesWords, PRIORITY_WORDS } from '@/words/tasks'
import { useClock } from './clock'

interface Props {
  text?: string
  projectId?: string
  onClose: () => void
}

const LETTERING = 'px-5 py-4 text-xl leading-7 whitespace-pre-wrap break-words'

/** One line. What the server's grammar understands of it is shown while it is typed. */
export function QuickAddDialog({ text = '', projectId, onClose }: Props) {
  const [line, setLine] = useState(text)
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const { draft, refusal } = useDraft(line, projectId)
  const ref = useRef<HTMLTextAreaElement>(null)
  // Behind what was typed while this was on its way.
  useLayoutEffect(() => ref.current?.setSelectionRange(text.length, text.length), [text])

  const add = async (event?: FormEvent) => {
    event?.preventDefault()
    const words = line.trim()
    if (!words || busy) return
    setBusy(true)
    try {
      await quickAdd(words, projectId)
      onClose()
    } catch (error) {
      setProblem(sentence(error))
      setBusy(false)
    }
  }

  return (
    <Dialog label="Add a task" onClose={onClose} high className="max-w-[640px]">
      <form onSubmit={add}>
        <div className="relative min-h-[60px]">
          <Marked line={line} draft={draft} />
          <textarea
            ref={ref}
            autoFocus
            aria-label="Task"
            rows={1}
            value={line}
            placeholder="Pay rent tomorrow 9am @bills p1 30m"
            spellCheck={false}
            onChange={(event) => setLine(event.target.value.replaceAll('\n', ' '))}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) void add(event)
            }}
            className={`absolute inset-0 h-full w-full resize-none overflow-hidden bg-transparent text-transparent caret-accent outline-none ${LETTERING}`}
          />
        </div>
        <Understood draft={draft} />
        {(problem || refusal) && (
          <p role="alert" className="px-5 pb-3 text-sm text-danger">
            {problem || refusal}
          </p>
        )}
        <div className="flex items-center justify-between gap-3 border-t border-line px-5 py-3">
          <p className="text-xs text-ink-3">
            #project, @tag, +person, p1 to p4, a day, a time, 30m
          </p>
          <Button look="primary" type="submit" disabled={!line.trim() || busy}>
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface Drafted {
  line: string
  draft: QuickDraft
}

/** How the line is read; and where it names a project that one may only look at, that it is so. */
function useDraft(line: string, projectId?: string): { draft: Drafted | null; refusal: string } {
  const asked = useDebounced(line, 120)
  const body = { text: asked, dry_run: true, ...(projectId ? { project_id: projectId } : {}) }
  const { data, error } = useQuery({
    queryKey: ['quick', asked, projectId],
    queryFn: async ({ signal }): Promise<Drafted | null> => {
      try {
        const draft = await unwrap(api.POST('/api/v1/tasks/quick', { body, signal }))
        return { line: asked, draft: draft as QuickDraft }
      } catch (error) {
        // Without a connection the line is simply not read beforehand.
        if (isOffline(error)) return null
        throw error
      }
    },
    enabled: asked.trim() !== '',
    placeholderData: (before) => before,
    gcTime: 60_000,
    retry: false,
  })
  if (line.trim() === '') return { draft: null, refusal: '' }
  const refused = error instanceof Problem && error.status === 403
  return { draft: data ?? null, refusal: refused ? error.message : '' }
}

/** The same line under the field, with what is understood set off. */
function Marked({ line, draft }: { line: string; draft: Drafted | null }) {
  const known = draft && line.startsWith(draft.line) ? draft.draft.understood : []
  return (
    <div aria-hidden className={LETTERING}>
      {pieces(line, known).map((piece) =>
        piece.kind ? (
          <mark key={piece.start} className="rounded-sm bg-accent-soft text-accent">
            {piece.text}
          </mark>
        ) : (
          <span key={piece.start}>{piece.text}</span>
        ),
      )}
      {/* A line of its own when empty. A sign that the typeface lacks would be looked for in all. */}{' '}
    </div>
  )
}

function Understood({ draft }: { draft: Drafted | null }) {
  const facts = useFacts(draft?.draft)
  return (
    <div aria-live="polite" className="min-h-11 px-5 pb-4 text-sm">
      {facts.length > 0 && (
        <dl className="flex flex-wrap gap-x-5 gap-y-1">
          {facts.map(([name, value]) => (
            <div key={name} className="flex gap-1.5">
              <dt className="text-ink-3">{name}</dt>
              <dd className="font-medium">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {draft?.draft.ignored.map((one) => (
        <p key={`${one.start} ${one.text}`} className="mt-1 text-warn">
          {one.hint}
        </p>
      ))}
    </div>
  )
}

function useFacts(draft: QuickDraft | undefined): [string, string][] {
  const clock = useClock()
  const { data: projects } = useQuery(projectsQuery)
  if (!draft) return []
  const { task } = draft
  const project = projects?.items.find((one) => one.id === task.project_id)
  const facts: [string, string | number | boolean | null | undefined][] = [
    ['Task', draft.understood.length > 0 ? task.title : null],
    ['Due', task.due_at && momentWords(task.due_at, clock)],
    ['Starts', task.start_at && momentWords(task.start_at, clock)],
    ['Priority', said(draft, 'priority') && task.priority && PRIORITY_WORDS[task.priority]],
    ['Takes', task.estimated_duration && minutesWords(task.estimated_duration)],
    ['Project', said(draft, 'project') && project?.name],
    ['Tags', [...(task.tags ?? []), ...(task.context ?? [])].join(', ')],
    ['Repeats', draft.understood.find((one) => one.kind === 'repeat')?.text],
    ['Subtasks', draft.subtasks.map((one) => one.title).join(', ')],
  ]
  return facts.flatMap(([name, value]) =>
    typeof value === 'string' && value ? [[name, value]] : [],
  )
}

const said = (draft: QuickDraft, kind: string) => draft.understood.some((one) => one.kind === kind)

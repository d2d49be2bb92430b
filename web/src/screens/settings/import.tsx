import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import { queryClient } from '@/api/query-client'
import type { ImportPreview } from '@/api/types'
import { previewImport, startImport } from '@/api/uploads'
import { refresh } from '@/api/writes'
import { Button, Section } from '@/ui/controls'
import { countWords } from '@/words/tasks'

type Step =
  | { at: 'choosing'; problem?: string }
  | { at: 'reading'; file: File }
  | { at: 'looking'; file: File; preview: ImportPreview }
  | { at: 'running'; id: string }

/** First a look at what the file would become, then the import itself. */
export function ImportPart() {
  const [step, setStep] = useState<Step>({ at: 'choosing' })
  const look = async (file: File) => {
    setStep({ at: 'reading', file })
    try {
      setStep({ at: 'looking', file, preview: await previewImport(file) })
    } catch (error) {
      setStep({ at: 'choosing', problem: sentence(error) })
    }
  }
  const start = async (file: File) => {
    try {
      setStep({ at: 'running', id: (await startImport(file)).id })
    } catch (error) {
      setStep({ at: 'choosing', problem: sentence(error) })
    }
  }
  return (
    <Section
      title="Bring tasks in"
      told="From Todoist, Trello, Taskwarrior, todo.txt, Vikunja, Jira, GitHub, iCalendar or a CSV. Importing again doubles nothing."
    >
      {step.at === 'choosing' && (
        <FilePick problem={step.problem} onPick={(file) => void look(file)} />
      )}
      {step.at === 'reading' && <p role="status">Reading {step.file.name}</p>}
      {step.at === 'looking' && (
        <Look
          preview={step.preview}
          onStart={() => void start(step.file)}
          onBack={() => setStep({ at: 'choosing' })}
        />
      )}
      {step.at === 'running' && (
        <Running id={step.id} onAgain={() => setStep({ at: 'choosing' })} />
      )}
    </Section>
  )
}

function FilePick({ problem, onPick }: { problem?: string; onPick: (file: File) => void }) {
  return (
    <>
      <label className="flex min-h-32 max-w-[520px] flex-col items-center justify-center gap-1 rounded border border-line-strong border-dashed px-6 py-8 text-center focus-within:border-accent hover:bg-hover">
        <span className="font-medium">Choose a file</span>
        <span className="text-sm text-ink-3">Which program wrote it is found out.</span>
        <input
          type="file"
          className="sr-only"
          aria-label="File to import"
          onChange={(event) => {
            const file = event.target.files?.[0]
            if (file) onPick(file)
          }}
        />
      </label>
      {problem && (
        <p role="alert" className="mt-3 text-danger">
          {problem}
        </p>
      )}
    </>
  )
}

const SHOWN = 12

interface LookProps {
  preview: ImportPreview
  onStart: () => void
  onBack: () => void
}

function Look({ preview, onStart, onBack }: LookProps) {
  const { items, tasks, report } = preview
  const warnings = [...(report.errors ?? []), ...(report.warnings ?? [])]
  return (
    <>
      <p>
        <strong className="font-semibold">{countWords(tasks, 'task')}</strong> from {preview.label}.
        {preview.new_projects.length > 0 && ` New projects: ${preview.new_projects.join(', ')}.`}
      </p>
      <div className="mt-4 overflow-x-auto">
        <table className="w-full text-sm">
          <thead className="text-ink-3">
            <tr>
              {['Task', 'Project', 'Priority', 'Due', 'Tags'].map((name) => (
                <th key={name} className="py-1 pe-4 text-start font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.slice(0, SHOWN).map((task) => (
              <tr key={task.external_id} className="border-t border-line">
                <Cell>{task.title}</Cell>
                <Cell>{task.project ?? 'Inbox'}</Cell>
                <Cell>{task.priority ?? 'medium'}</Cell>
                <Cell>{task.due_at?.slice(0, 10) ?? ''}</Cell>
                <Cell>{[...task.tags, ...task.context].join(', ')}</Cell>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {tasks > SHOWN && <p className="mt-2 text-sm text-ink-3">and {tasks - SHOWN} more</p>}
      {warnings.length > 0 && (
        <ul className="mt-4 text-sm text-warn">
          {warnings.slice(0, SHOWN).map((note) => (
            <li key={`${note.line} ${note.detail}`}>
              {note.line !== null && `Line ${note.line}: `}
              {note.detail}
            </li>
          ))}
        </ul>
      )}
      <div className="mt-6 flex gap-2">
        <Button look="primary" onClick={onStart} disabled={tasks === 0}>
          Import {countWords(tasks, 'task')}
        </Button>
        <Button onClick={onBack}>Another file</Button>
      </div>
    </>
  )
}

const Cell = ({ children }: { children: ReactNode }) => (
  <td className="max-w-[280px] truncate py-1.5 pe-4">{children}</td>
)

function Running({ id, onAgain }: { id: string; onAgain: () => void }) {
  const { data: run } = useQuery({
    queryKey: ['import', id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/imports/{run_id}', { params: { path: { run_id: id } } })),
    refetchInterval: (query) => (query.state.data?.finished_at ? false : 500),
  })
  const finished = Boolean(run?.finished_at)
  useEffect(() => {
    if (!finished) return
    refresh()
    void queryClient.invalidateQueries({ queryKey: ['projects'] })
  }, [finished])
  if (!run) return <p role="status">Starting</p>
  const { done, total } = run.progress
  return (
    <div role="status">
      <progress
        className="h-2 w-full max-w-[520px] accent-accent"
        aria-label="Import"
        value={done}
        max={total || 1}
      />
      <p className="mt-2">
        {finished
          ? `${countWords(run.created, 'task')} created, ${run.existing} already there, ${run.failed} failed.`
          : `${done} of ${total} tasks`}
      </p>
      {run.error && <p className="mt-2 text-danger">{run.error}</p>}
      {finished && (
        <Button className="mt-4" onClick={onAgain}>
          Import another file
        </Button>
      )}
    </div>
  )
}

import { api, unwrap } from '@/api/client'
import type { Task } from '@/api/types'
import { changeTask } from '@/api/writes'
import { act } from '@/ui/acting'
import { type DerivedField, derivedWords, suggestedWords } from '@/words/derived'

const LINK = 'rounded px-1 py-0.5 font-medium text-accent hover:bg-hover'

interface DerivedProps {
  task: Task
  field: DerivedField
  may?: boolean
}

/** Whose value it is when it is nobody's: who derived it and how surely, kept with one tap. */
export function Derived({ task, field, may = true }: DerivedProps) {
  const known = task.classification[field]
  if (!known) return null
  const said = derivedWords(known)
  const { suggestion } = known
  if (suggestion && may)
    return <Suggested task={task} field={field} words={suggestedWords(suggestion)} />
  if (!said) return null
  const keep = () => void changeTask(task, { [field]: task[field] }, { done: 'Kept' })
  return (
    <p className="px-2 pb-1 text-xs text-ink-3">
      {said}{' '}
      {may && (
        <button type="button" className={LINK} onClick={keep}>
          Keep it
        </button>
      )}
    </p>
  )
}

interface Props {
  task: Task
  field: DerivedField
  words: string
}

function Suggested({ task, field, words }: Props) {
  const params = { path: { task_id: task.id, field } }
  const accept = () =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/suggestions/{field}/accept', { params }))
  const dismiss = () =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/suggestions/{field}/dismiss', { params }))
  return (
    <p className="px-2 pb-1 text-xs text-ink-3">
      {words}{' '}
      <button type="button" className={LINK} onClick={() => void act(accept, 'Taken', 'task')}>
        Take it
      </button>
      <button type="button" className={LINK} onClick={() => void act(dismiss, 'Dropped', 'task')}>
        No
      </button>
    </p>
  )
}

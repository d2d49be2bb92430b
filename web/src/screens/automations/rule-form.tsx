import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { workspacesQuery } from '@/api/queries'
import type { components } from '@/api/schema'
import { act } from '@/ui/acting'
import { Button, Select, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'
import { EVENTS, ruleWords } from '@/words/automation'
import { PRIORITIES, PRIORITY_WORDS, STATUS_WORDS, STATUSES } from '@/words/tasks'

type Create = components['schemas']['RuleCreate']
type Action = Create['actions'][number]

const KINDS = [
  { value: 'priority', label: 'Set the priority' },
  { value: 'status', label: 'Set the status' },
  { value: 'tag', label: 'Add a tag' },
  { value: 'comment', label: 'Write a comment' },
  { value: 'notify', label: 'Tell me' },
]

const CHOICES: Record<string, { value: string; label: string }[]> = {
  priority: PRIORITIES.map((value) => ({ value, label: PRIORITY_WORDS[value] })),
  status: STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] })),
}

function actionOf(kind: string, value: string): Action {
  if (kind === 'tag') return { type: 'add_tags', tags: [value] }
  if (kind === 'comment') return { type: 'comment', body: value }
  if (kind === 'notify') return { type: 'notify', text: value, assignees: false }
  return { type: 'set', fields: { [kind]: value } } as Action
}

export function RuleForm({ onClose }: { onClose: () => void }) {
  const { data: workspaces } = useQuery(workspacesQuery)
  const [event, setEvent] = useState('task.created')
  const [filter, setFilter] = useState('')
  const [kind, setKind] = useState('priority')
  const [value, setValue] = useState('high')
  const [workspace, setWorkspace] = useState('')
  const draft = {
    events: [event] as Create['events'],
    filter: filter.trim(),
    actions: [actionOf(kind, value.trim())],
  }
  const keep = async (submit: FormEvent) => {
    submit.preventDefault()
    const name = filter.trim() || `A task ${EVENTS[event]}`
    const body = { ...draft, name, ...(workspace ? { workspace_id: workspace } : {}) }
    if (await act(() => unwrap(api.POST('/api/v1/rules', { body })), 'The rule holds', 'rules'))
      onClose()
  }
  const choices = CHOICES[kind]
  const own = workspaces?.items ?? []
  return (
    <Dialog label="New rule" onClose={onClose}>
      <form onSubmit={keep} className="flex flex-col gap-4 p-6">
        <h2 className="text-lg font-semibold">New rule</h2>
        <Select
          label="When a task"
          value={event}
          options={Object.entries(EVENTS).map(([id, label]) => ({ value: id, label }))}
          onChange={(change) => setEvent(change.target.value)}
        />
        <TextField
          label="That matches (all, if empty)"
          placeholder="p1 and @bug"
          value={filter}
          onChange={(change) => setFilter(change.target.value)}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <Select
            label="Do this"
            value={kind}
            options={KINDS}
            onChange={(change) => {
              setKind(change.target.value)
              setValue(CHOICES[change.target.value]?.[0]?.value ?? '')
            }}
          />
          {choices ? (
            <Select
              label="To"
              value={value}
              options={choices}
              onChange={(change) => setValue(change.target.value)}
            />
          ) : (
            <TextField
              label={kind === 'tag' ? 'Tag' : 'Text'}
              required
              value={value}
              hint={kind === 'tag' ? undefined : '{{key}} and {{title}} are filled in.'}
              onChange={(change) => setValue(change.target.value)}
            />
          )}
        </div>
        {own.length > 1 && (
          <Select
            label="In"
            value={workspace}
            options={own.map((one) => ({
              value: one.personal ? '' : one.id,
              label: one.personal ? 'Your own workspace' : one.name,
            }))}
            onChange={(change) => setWorkspace(change.target.value)}
          />
        )}
        <p className="rounded bg-ground p-3 text-ink-2">{ruleWords(draft as never)}</p>
        <div className="flex gap-2">
          <Button look="primary" type="submit">
            Make the rule
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

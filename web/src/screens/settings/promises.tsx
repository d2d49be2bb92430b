import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { Priority, Project } from '@/api/types'
import { act } from '@/ui/acting'
import { Button, Select, TextField } from '@/ui/controls'
import { keptWords, minutesFromText, type Policy, policyWords } from '@/words/promises'
import { PRIORITIES, PRIORITY_WORDS } from '@/words/tasks'

/** What a project promises about its tasks, and how it was kept. */
export function Promises({ project, may }: { project: Project; may: boolean }) {
  const path = { project_id: project.id }
  const [making, setMaking] = useState(false)
  const policies = useQuery({
    queryKey: ['sla', project.id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/projects/{project_id}/sla-policies', { params: { path } })),
    retry: false,
  })
  const report = useQuery({
    queryKey: ['sla', project.id, 'report'],
    queryFn: () => unwrap(api.GET('/api/v1/projects/{project_id}/sla', { params: { path } })),
    retry: false,
  })
  if (policies.error) return <p className="text-sm text-ink-2">{policies.error.message}</p>
  if (!policies.data) return null
  const items = policies.data.items
  return (
    <>
      {items.length > 0 && report.data && (
        <p className="mb-1 text-sm text-ink-2">
          Answers: {keptWords(report.data.first_response)}. Done:{' '}
          {keptWords(report.data.resolution)}.
        </p>
      )}
      <ul>
        {items.map((policy) => (
          <Row key={policy.id} policy={policy} may={may} />
        ))}
      </ul>
      {!may && items.length === 0 && <p className="text-sm text-ink-2">Nothing is promised.</p>}
      {may && making && (
        <NewPolicy project={project} taken={items} onClose={() => setMaking(false)} />
      )}
      {may && !making && (
        <Button look="quiet" className="-ms-3" onClick={() => setMaking(true)}>
          Promise something
        </Button>
      )}
    </>
  )
}

function Row({ policy, may }: { policy: Policy; may: boolean }) {
  const params = {
    path: { policy_id: policy.id },
    header: { 'if-match': `"${policy.version}"` },
  }
  const change = () =>
    unwrap(
      api.PATCH('/api/v1/sla-policies/{policy_id}', { params, body: { enabled: !policy.enabled } }),
    )
  const drop = () => unwrap(api.DELETE('/api/v1/sla-policies/{policy_id}', { params }))
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-3 border-b border-line py-1">
      <p className={policy.enabled ? 'min-w-52 flex-1' : 'min-w-52 flex-1 text-ink-3'}>
        {policyWords(policy)}
      </p>
      {may && (
        <span className="-me-3 ms-auto">
          <Button look="quiet" onClick={() => void act(change, 'Changed', 'sla')}>
            {policy.enabled ? 'Switch off' : 'Switch on'}
          </Button>
          <Button look="quiet" onClick={() => void act(drop, 'No longer promised', 'sla')}>
            Delete
          </Button>
        </span>
      )}
    </li>
  )
}

interface NewProps {
  project: Project
  taken: Policy[]
  onClose: () => void
}

const HOW_LONG = 'Such as 30m, 8h or 2d. Empty: not promised.'
const NOT_A_TIME = 'Write it like 30m, 8h or 2d.'

function NewPolicy({ project, taken, onClose }: NewProps) {
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const typed = (name: string) => String(form.get(name)).trim()
    const bad = ['response', 'done'].filter(
      (name) => typed(name) && minutesFromText(typed(name)) === null,
    )
    const none = !typed('response') && !typed('done')
    setWrong({
      ...Object.fromEntries(bad.map((name) => [name, NOT_A_TIME])),
      ...(none ? { done: 'Promise at least one of the two.' } : {}),
    })
    if (bad.length > 0 || none) return
    const body = {
      priority: (form.get('priority') || null) as Priority | null,
      first_response_minutes: minutesFromText(typed('response')),
      resolution_minutes: minutesFromText(typed('done')),
      business_hours: form.get('hours') === 'on',
    }
    const params = { path: { project_id: project.id } }
    const work = () =>
      unwrap(api.POST('/api/v1/projects/{project_id}/sla-policies', { params, body }))
    if (await act(work, 'It is promised from now on', 'sla')) onClose()
  }
  const free = PRIORITIES.filter((one) => !taken.some((policy) => policy.priority === one))
  const all = taken.some((policy) => policy.priority === null)
  return (
    <form onSubmit={make} className="mt-2 grid gap-3 sm:grid-cols-3">
      <Select
        label="For tasks that are"
        name="priority"
        options={[
          ...(all ? [] : [{ value: '', label: 'of any other priority' }]),
          ...free.map((value) => ({ value, label: PRIORITY_WORDS[value].toLowerCase() })),
        ]}
      />
      <TextField label="Answered within" name="response" problem={wrong.response} hint={HOW_LONG} />
      <TextField label="Done within" name="done" problem={wrong.done} hint={HOW_LONG} />
      <label className="flex min-h-9 items-center gap-3 sm:col-span-3">
        <input type="checkbox" name="hours" className="size-4" />
        Count only the working hours of the workspace
      </label>
      <div className="flex gap-2">
        <Button look="primary" type="submit">
          Promise it
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

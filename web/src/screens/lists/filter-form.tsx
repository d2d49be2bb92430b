import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import { workspacesQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import type { SavedFilter } from '@/api/types'
import { say } from '@/app/toasts'
import { act } from '@/ui/acting'
import { Button, Select, TextField } from '@/ui/controls'
import { Dialog } from '@/ui/dialog'

interface Props {
  /** The filter that is changed; without one a new one is saved. */
  filter?: SavedFilter
  query: string
  onClose: () => void
}

interface Body {
  name: string
  query: string
  shared: boolean
  workspace_id: string | null
}

function keep(filter: SavedFilter | undefined, body: Body): Promise<SavedFilter> {
  if (!filter) return unwrap(api.POST('/api/v1/filters', { body }))
  const params = {
    path: { filter_id: filter.id },
    header: { 'if-match': `"${filter.version}"` },
  }
  return unwrap(api.PATCH('/api/v1/filters/{filter_id}', { params, body }))
}

/** A name, the line itself, and who has it. */
export function FilterForm({ filter, query, onClose }: Props) {
  const navigate = useNavigate()
  const { data: workspaces } = useQuery(workspacesQuery)
  const [problem, setProblem] = useState('')
  const title = filter ? 'Change the filter' : 'Save the filter'
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const shared = text('shared')
    const body: Body = {
      name: text('name'),
      query: text('query'),
      shared: shared !== '',
      workspace_id: shared || (filter && !filter.shared ? filter.workspace_id : null),
    }
    try {
      const kept = await keep(filter, body)
      for (const key of ['filters', 'tasks'])
        await queryClient.invalidateQueries({ queryKey: [key] })
      onClose()
      if (filter) return
      say({ text: `Saved: ${kept.name}` })
      await navigate({ to: '/lists/filter/$filterId', params: { filterId: kept.id } })
    } catch (error) {
      setProblem(sentence(error))
    }
  }
  const teams = workspaces?.items.filter((one) => !one.personal) ?? []
  return (
    <Dialog label={title} onClose={onClose} className="max-w-[420px]">
      <form onSubmit={save} className="flex flex-col gap-4 p-6">
        <h2 className="text-lg font-semibold">{title}</h2>
        <TextField
          label="Name"
          name="name"
          required
          autoFocus
          maxLength={60}
          defaultValue={filter?.name ?? query.slice(0, 60)}
        />
        <TextField
          label="What it finds"
          name="query"
          required
          spellCheck={false}
          defaultValue={filter?.query ?? query}
        />
        <Select
          label="Who has it"
          name="shared"
          defaultValue={filter?.shared ? (filter.workspace_id ?? '') : ''}
          options={[
            { value: '', label: 'Only you' },
            ...teams.map(({ id, name }) => ({ value: id, label: `Everybody in ${name}` })),
          ]}
        />
        {problem && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function ChangeFilter({ filter }: { filter: SavedFilter }) {
  const [changing, setChanging] = useState(false)
  const navigate = useNavigate()
  const drop = async () => {
    const params = {
      path: { filter_id: filter.id },
      header: { 'if-match': `"${filter.version}"` },
    }
    const { name, query, shared, workspace_id } = filter
    const back = () =>
      unwrap(api.POST('/api/v1/filters', { body: { name, query, shared, workspace_id } }))
    const work = () => unwrap(api.DELETE('/api/v1/filters/{filter_id}', { params }))
    const undo = () => void act(back, `Back: ${name}`, 'filters')
    if (await act(work, `Deleted: ${name}`, 'filters', undo)) await navigate({ to: '/lists/all' })
  }
  return (
    <>
      <Button look="quiet" onClick={() => setChanging(true)}>
        Change
      </Button>
      <Button look="quiet" onClick={() => void drop()}>
        Delete
      </Button>
      {changing && (
        <FilterForm filter={filter} query={filter.query} onClose={() => setChanging(false)} />
      )}
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { projectsQuery } from '@/api/queries'
import { openTo } from '@/api/rights'
import type { components } from '@/api/schema'
import type { Project } from '@/api/types'
import { refresh } from '@/api/writes'
import { act } from '@/ui/acting'
import { Button, Section, Select, TextField } from '@/ui/controls'
import { Failure, Skeleton } from '@/ui/states'
import { countWords } from '@/words/tasks'
import { templateWords } from '@/words/templates'
import { TemplateForm } from './template-form'

type Template = components['schemas']['TemplateRead']

/** Tasks that are made again and again, with what differs asked for. */
export function Templates() {
  const [making, setMaking] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['templates'],
    queryFn: () => unwrap(api.GET('/api/v1/templates', { params: { query: { limit: 100 } } })),
  })
  const projects = useQuery(projectsQuery).data?.items.filter((one) => !one.archived_at) ?? []
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Skeleton />
  return (
    <Section
      title="Templates"
      told="Tasks that come again and again, with their subtasks. What differs stands in braces, like {{client}}, and is asked for."
    >
      {data.items.length === 0 && !making && <p className="mb-4 text-ink-3">No template yet.</p>}
      <ul className="mb-4">
        {data.items.map((template) => (
          <Row key={template.id} template={template} projects={projects} />
        ))}
      </ul>
      {making ? (
        <TemplateForm projects={projects} onClose={() => setMaking(false)} />
      ) : (
        <Button onClick={() => setMaking(true)}>New template</Button>
      )}
    </Section>
  )
}

function Row({ template, projects }: { template: Template; projects: Project[] }) {
  const [using, setUsing] = useState(false)
  const [changing, setChanging] = useState(false)
  const params = {
    path: { template_id: template.id },
    header: { 'if-match': `"${template.version}"` },
  }
  const drop = () => unwrap(api.DELETE('/api/v1/templates/{template_id}', { params }))
  return (
    <li className="border-b border-line py-2">
      <div className="flex flex-wrap items-center gap-x-2">
        <div className="min-w-48 flex-1">
          <p className="truncate font-medium">{template.name}</p>
          <p className="truncate text-sm text-ink-3">{templateWords(template.task)}</p>
        </div>
        <Button
          aria-expanded={using}
          aria-label={`Use ${template.name}`}
          onClick={() => setUsing(!using)}
        >
          Use
        </Button>
        <Button
          look="quiet"
          aria-expanded={changing}
          aria-label={`Change ${template.name}`}
          onClick={() => setChanging(!changing)}
        >
          Change
        </Button>
        <Button
          look="quiet"
          aria-label={`Delete ${template.name}`}
          onClick={() => void act(drop, `Deleted ${template.name}`, 'templates')}
        >
          Delete
        </Button>
      </div>
      {changing && (
        <div className="appear mt-3 pb-2">
          <TemplateForm
            template={template}
            projects={projects}
            onClose={() => setChanging(false)}
          />
        </div>
      )}
      {using && <UseForm template={template} projects={projects} onDone={() => setUsing(false)} />}
    </li>
  )
}

interface UseProps {
  template: Template
  projects: Project[]
  onDone: () => void
}

function UseForm({ template, projects, onDone }: UseProps) {
  const use = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const values = template.variables
      .map(({ name }) => [name, String(form.get(`value ${name}`)).trim()] as const)
      .filter(([, value]) => value)
    const body = {
      variables: Object.fromEntries(values),
      project_id: String(form.get('project')) || null,
    }
    const params = { path: { template_id: template.id } }
    const work = () => unwrap(api.POST('/api/v1/templates/{template_id}/create', { params, body }))
    const count = 1 + (template.task.subtasks?.length ?? 0)
    if (!(await act(work, `Added ${countWords(count, 'task')}`, 'tasks'))) return
    refresh()
    onDone()
  }
  return (
    <form onSubmit={use} className="appear mt-3 grid gap-3 pb-2 md:grid-cols-2">
      {template.variables.map((variable) => (
        <TextField
          key={variable.name}
          label={variable.name}
          name={`value ${variable.name}`}
          defaultValue={variable.default ?? ''}
          required={variable.default === null || variable.default === undefined}
        />
      ))}
      <Select
        label="Into"
        name="project"
        defaultValue={template.project_id ?? ''}
        options={[
          { value: '', label: 'The inbox' },
          ...openTo(projects)
            .filter((one) => !one.inbox)
            .map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <div className="flex items-end">
        <Button look="primary" type="submit">
          Add the task
        </Button>
      </div>
    </form>
  )
}

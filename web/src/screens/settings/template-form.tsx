import { type FormEvent, useId } from 'react'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import type { Priority, Project } from '@/api/types'
import { act } from '@/ui/acting'
import { Button, Select, TextField } from '@/ui/controls'
import { PRIORITIES, PRIORITY_WORDS } from '@/words/tasks'
import { subtasksFrom, textsOf, variablesIn } from '@/words/templates'

type Template = components['schemas']['TemplateRead']

interface Props {
  /** The template that is changed; without one a new one is made. */
  template?: Template
  projects: Project[]
  onClose: () => void
}

function bodyFrom(form: FormData, before?: Template) {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const task = {
    // What is not in the form stays as it is.
    ...before?.task,
    title: text('title'),
    description: text('description'),
    priority: text('priority') as Priority,
    due: text('due') || null,
    estimated_duration: Number(text('minutes')) || null,
    tags: text('tags')
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
    subtasks: subtasksFrom(text('subtasks'), before?.task.subtasks ?? []),
  }
  const known = new Map(before?.variables.map((one) => [one.name, one]))
  const variables = variablesIn(textsOf(task)).map((name) => known.get(name) ?? { name })
  return { name: text('name'), project_id: text('project') || null, task, variables }
}

export function TemplateForm({ template, projects, onClose }: Props) {
  const id = useId()
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const body = bodyFrom(new FormData(event.currentTarget), template)
    const make = () => unwrap(api.POST('/api/v1/templates', { body }))
    const change = ({ id, version }: Template) => {
      const params = { path: { template_id: id }, header: { 'if-match': `"${version}"` } }
      return unwrap(api.PATCH('/api/v1/templates/{template_id}', { params, body }))
    }
    const work = () => (template ? change(template) : make())
    const told = template ? `Changed ${body.name}` : `New template: ${body.name}`
    if (await act(work, told, 'templates')) onClose()
  }
  const task = template?.task
  return (
    <form onSubmit={keep} className="grid gap-3 md:grid-cols-2">
      <TextField
        label="Name of the template"
        name="name"
        required
        autoFocus
        defaultValue={template?.name}
      />
      <TextField
        label="Title of the task"
        name="title"
        required
        placeholder="Welcome {{client}}"
        defaultValue={task?.title}
      />
      <Select
        label="Priority"
        name="priority"
        defaultValue={task?.priority ?? 'medium'}
        options={PRIORITIES.map((value) => ({ value, label: PRIORITY_WORDS[value] }))}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="Due"
          name="due"
          placeholder="+3d"
          hint="From when it is used."
          defaultValue={task?.due ?? ''}
        />
        <TextField
          label="Minutes"
          name="minutes"
          type="number"
          min={1}
          defaultValue={task?.estimated_duration ?? ''}
        />
      </div>
      <TextField
        label="Tags, with commas"
        name="tags"
        defaultValue={task?.tags?.join(', ') ?? ''}
      />
      <Select
        label="Usually into"
        name="project"
        defaultValue={template?.project_id ?? ''}
        options={[
          { value: '', label: 'The inbox' },
          ...projects
            .filter((one) => !one.inbox)
            .map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Lines
        id={`${id}-description`}
        label="Description"
        name="description"
        kept={task?.description}
      />
      <Lines
        id={`${id}-subtasks`}
        label="Subtasks, one per line"
        name="subtasks"
        kept={task?.subtasks?.map((one) => one.title).join('\n')}
      />
      <div className="flex gap-2">
        <Button look="primary" type="submit">
          {template ? 'Save the template' : 'Make the template'}
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

interface LinesProps {
  id: string
  label: string
  name: string
  kept: string | undefined
}

function Lines({ id, label, name, kept }: LinesProps) {
  return (
    <div className="md:col-span-2">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        name={name}
        defaultValue={kept}
        className="field field-sizing-content min-h-[72px]"
      />
    </div>
  )
}

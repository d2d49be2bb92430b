import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { projectsQuery, workspacesQuery } from '@/api/queries'
import type { components } from '@/api/schema'
import type { Project, Workspace } from '@/api/types'
import { act } from '@/ui/acting'
import { Button, Section, Select, TextField } from '@/ui/controls'

type Role = components['schemas']['ProjectRole']

const ROLES: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'may look' },
  { value: 'member', label: 'works along' },
  { value: 'manager', label: 'manages' },
  { value: 'admin', label: 'decides everything' },
]

/** Workspaces, the projects in them, and who may do what there. */
export function People() {
  const { data: workspaces } = useQuery(workspacesQuery)
  const { data: projects } = useQuery(projectsQuery)
  return (
    <>
      {workspaces?.items.map((workspace) => (
        <WorkspacePart
          key={workspace.id}
          workspace={workspace}
          projects={projects?.items.filter((one) => one.workspace_id === workspace.id) ?? []}
        />
      ))}
      <NewWorkspace />
    </>
  )
}

function WorkspacePart({ workspace, projects }: { workspace: Workspace; projects: Project[] }) {
  const [open, setOpen] = useState<string | null>(null)
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const body = { name: String(new FormData(form).get('name')).trim(), workspace_id: workspace.id }
    const made = await act(
      () => unwrap(api.POST('/api/v1/projects', { body })),
      `Made ${body.name}`,
      'projects',
    )
    if (made) form.reset()
  }
  return (
    <Section title={workspace.personal ? 'Your own workspace' : workspace.name}>
      <ul className="mb-4">
        {projects.map((project) => (
          <li key={project.id} className="border-b border-line py-2">
            <div className="flex items-center gap-3">
              <span className="min-w-0 flex-1 truncate">{project.name}</span>
              <span className="text-xs text-ink-3">{project.key}</span>
              {!project.inbox && (
                <Button
                  look="quiet"
                  aria-expanded={open === project.id}
                  onClick={() => setOpen(open === project.id ? null : project.id)}
                >
                  People
                </Button>
              )}
            </div>
            {open === project.id && <Members project={project} />}
          </li>
        ))}
      </ul>
      <form onSubmit={add} className="flex items-end gap-3">
        <TextField label="New project" name="name" required className="w-60" />
        <Button type="submit">Make it</Button>
      </form>
    </Section>
  )
}

function Members({ project }: { project: Project }) {
  const path = { project_id: project.id }
  const { data, error } = useQuery({
    queryKey: ['members', project.id],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/members', {
          params: { path, query: { limit: 100 } },
        }),
      ),
  })
  const invite = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const body = { email: String(fields.get('email')).trim(), role: fields.get('role') as Role }
    const work = () =>
      unwrap(api.POST('/api/v1/projects/{project_id}/members', { params: { path }, body }))
    if (await act(work, `${body.email} is in ${project.name}`, 'members')) form.reset()
  }
  const drop = (user_id: string) =>
    unwrap(
      api.DELETE('/api/v1/projects/{project_id}/members/{user_id}', {
        params: { path: { ...path, user_id } },
      }),
    )
  return (
    <div className="py-3 ps-4">
      {error && <p className="text-danger">{error.message}</p>}
      <ul>
        {data?.items.map((member) => (
          <li key={member.user_id} className="flex items-center gap-3">
            <span className="min-w-0 flex-1 truncate">{member.username ?? member.email}</span>
            <span className="text-sm text-ink-3">
              {ROLES.find((role) => role.value === member.role)?.label}
            </span>
            <Button
              look="quiet"
              onClick={() => void act(() => drop(member.user_id), 'Taken out', 'members')}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={invite} className="mt-2 flex flex-wrap items-end gap-3">
        <TextField
          label="E-mail of the person"
          name="email"
          type="email"
          required
          className="w-60"
        />
        <Select label="Who" name="role" options={ROLES} defaultValue="member" className="w-40" />
        <Button type="submit">Add the person</Button>
      </form>
    </div>
  )
}

function NewWorkspace() {
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const body = { name: String(new FormData(form).get('workspace')).trim() }
    const work = () => unwrap(api.POST('/api/v1/workspaces', { body }))
    if (await act(work, `Made ${body.name}`, 'workspaces')) form.reset()
  }
  return (
    <Section
      title="Another workspace"
      told="For a team: what lies in it belongs to all its members."
    >
      <form onSubmit={make} className="flex items-end gap-3">
        <TextField label="Name" name="workspace" required className="w-60" />
        <Button type="submit">Make it</Button>
      </form>
    </Section>
  )
}

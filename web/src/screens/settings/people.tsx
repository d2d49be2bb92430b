import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { api, unwrap } from '@/api/client'
import { membersQuery, projectsQuery, workspacesQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import { session } from '@/api/session'
import type { Project, Workspace } from '@/api/types'
import { act } from '@/ui/acting'
import { Button, Section, Select, TextField } from '@/ui/controls'
import { Pending } from '@/ui/states'
import { isAtLeast, ROLE_WORDS, ROLES, type Role } from '@/words/roles'
import { Invitations } from './invitations'
import { Opening } from './opening'
import { ProjectRow } from './project-row'
import { Webhooks } from './webhooks'

/** Workspaces, the projects in them, and who may do what there. */
export function People() {
  const asked = useQuery(workspacesQuery)
  const workspaces = asked.data
  const { data: projects } = useQuery(projectsQuery)
  if (!workspaces) return <Pending query={asked} />
  return (
    <>
      {workspaces.items.map((workspace) => (
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
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const body = { name: String(new FormData(form).get('name')).trim(), workspace_id: workspace.id }
    const work = () => unwrap(api.POST('/api/v1/projects', { body }))
    if (await act(work, `Made ${body.name}`, 'projects')) form.reset()
  }
  return (
    <Section title={workspace.personal ? 'Your own workspace' : workspace.name}>
      <h3 className="mb-1 text-sm font-medium text-ink-3">Projects</h3>
      <ul className="mb-4">
        {projects.map((project) => (
          <ProjectRow key={project.id} project={project} />
        ))}
      </ul>
      {isAtLeast(workspace.role, 'manager') && (
        <form onSubmit={add} className="flex items-end gap-3">
          <TextField label="New project" name="name" required className="w-60" />
          <Button type="submit">Make it</Button>
        </form>
      )}
      {!workspace.personal && <Members workspace={workspace} />}
      {!workspace.personal && isAtLeast(workspace.role, 'admin') && (
        <Invitations workspace={workspace} />
      )}
      <Opening workspace={workspace} />
      {isAtLeast(workspace.role, 'manager') && <Webhooks workspace={workspace} />}
    </Section>
  )
}

function Members({ workspace }: { workspace: Workspace }) {
  const path = { workspace_id: workspace.id }
  const { data, error } = useQuery(membersQuery(workspace.id))
  const invite = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const body = { email: String(fields.get('email')).trim(), role: fields.get('role') as Role }
    const work = () =>
      unwrap(api.POST('/api/v1/workspaces/{workspace_id}/members', { params: { path }, body }))
    if (await act(work, `${body.email} is added, or invited by mail`, 'members')) form.reset()
    await queryClient.invalidateQueries({ queryKey: ['invitations'] })
  }
  const drop = (user_id: string) =>
    unwrap(
      api.DELETE('/api/v1/workspaces/{workspace_id}/members/{user_id}', {
        params: { path: { ...path, user_id } },
      }),
    )
  const decides = isAtLeast(workspace.role, 'admin')
  const state = session.use()
  const me = state.status === 'signed-in' ? state.user.id : ''
  const leave = async () => {
    // What lay in it is gone from every screen.
    if (await act(() => drop(me), `You left ${workspace.name}`, 'workspaces'))
      await queryClient.invalidateQueries()
  }
  return (
    <div className="mt-6">
      <h3 className="mb-1 text-sm font-medium text-ink-3">People</h3>
      {error && <p className="text-danger">{error.message}</p>}
      <ul className="mb-4">
        {data?.items.map((member) => (
          <li
            key={member.user_id}
            className="flex min-h-12 items-center gap-3 border-b border-line py-1"
          >
            <span className="min-w-0 flex-1 truncate">{member.username ?? member.email}</span>
            <span className="text-sm text-ink-3">{ROLE_WORDS[member.role]}</span>
            {member.user_id === me && member.role !== 'owner' && (
              <Button look="quiet" onClick={() => void leave()}>
                Leave
              </Button>
            )}
            {member.user_id !== me && member.role !== 'owner' && decides && (
              <Button
                look="quiet"
                onClick={() => void act(() => drop(member.user_id), 'Taken out', 'members')}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      {decides && <Invite onSubmit={invite} />}
    </div>
  )
}

function Invite({ onSubmit }: { onSubmit: (event: FormEvent<HTMLFormElement>) => void }) {
  return (
    <form onSubmit={onSubmit} className="flex flex-wrap items-end gap-3">
      <TextField label="E-mail of the person" name="email" type="email" required className="w-60" />
      <Select
        label="Role"
        name="role"
        options={ROLES.map((value) => ({ value, label: ROLE_WORDS[value] }))}
        defaultValue="member"
        className="w-40"
      />
      <Button type="submit">Add the person</Button>
    </form>
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

/** Names for the ids that tasks carry. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { membersQuery, projectsQuery } from '@/api/queries'
import type { Task } from '@/api/types'
import type { Names } from '@/words/groups'

/** People are asked for only where somebody is to do something. */
export function useNames(tasks: Task[], withProjects: boolean | undefined): Names {
  const projects = useQuery({ ...projectsQuery, enabled: Boolean(withProjects) }).data
  const workspaces = useMemo(
    () => [...new Set(tasks.flatMap((t) => (t.assignee_ids.length ? t.workspace_id : [])))],
    [tasks],
  )
  const people = useQueries({ queries: workspaces.map(membersQuery), combine: named })
  return useMemo(
    () => ({
      projects: withProjects
        ? new Map(projects?.items.map((one) => [one.id, one.name]))
        : undefined,
      people: new Map(people),
    }),
    [projects, people, withProjects],
  )
}

interface Members {
  data?: { items: { user_id: string; username?: string | null; email?: string | null }[] }
}

/** Kept as it is by TanStack Query as long as it says the same. */
const named = (answers: Members[]): [string, string][] =>
  answers.flatMap(
    ({ data }) =>
      data?.items.map(({ user_id, username, email }): [string, string] => [
        user_id,
        username ?? email ?? 'somebody',
      ]) ?? [],
  )

/** In a row there is room for one. */
export function whoDoes(task: Task, { people }: Names): string | undefined {
  const [first, ...others] = task.assignee_ids.map((id) => people?.get(id)).filter(Boolean)
  return others.length ? `${first} +${others.length}` : first
}

/** What one may change, as far as it is known here. The server decides; nobody is led up to its no. */
import { useQuery } from '@tanstack/react-query'
import { say } from '@/app/toasts'
import { ONLY_LOOK_HERE, onlyLookedAt } from '@/words/roles'
import { projectsQuery } from './queries'
import { queryClient } from './query-client'
import type { Project } from './types'

const NONE: ReadonlySet<string> = new Set()
const locked = ({ items }: { items: Project[] }) => onlyLookedAt(items)

/** The ids of projects in which nothing may be changed; for lists, which ask once for all rows. */
export const useLocked = (): ReadonlySet<string> =>
  useQuery({ ...projectsQuery, select: locked }).data ?? NONE

export const useMayChange = (projectId: string): boolean => !useLocked().has(projectId)

/** Those of a list in which something may be added. */
export const openTo = <T extends Project>(projects: readonly T[]): T[] => {
  const closed = onlyLookedAt(projects)
  return projects.filter(({ id }) => !closed.has(id))
}

interface Placed {
  project_id?: string
}

/** Those that may be changed; also what is not known to lie where one may only look. */
export function changeable<T extends Placed>(things: readonly T[]): T[] {
  const projects = queryClient.getQueryData(projectsQuery.queryKey)
  const closed = projects ? locked(projects) : NONE
  return things.filter((one) => !closed.has(one.project_id ?? ''))
}

/** Whether none of them may be changed. Then it is said why nothing happens. */
export function refused(things: readonly Placed[]): boolean {
  if (things.length === 0 || changeable(things).length > 0) return false
  sayLocked()
  return true
}

export const sayLocked = () => say({ text: ONLY_LOOK_HERE })

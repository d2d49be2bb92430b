import type { components } from '@/api/schema'

export type Role = components['schemas']['WorkspaceRole']

export const ROLES: Role[] = ['viewer', 'member', 'manager', 'admin']
export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'may look',
  member: 'works along',
  manager: 'manages',
  admin: 'decides everything',
  owner: 'owns it',
}

const RANKS: Role[] = [...ROLES, 'owner']

/** Whether a role is enough; without one nothing is known, and the server decides. */
export const isAtLeast = (role: Role | null | undefined, least: Role) =>
  !role || RANKS.indexOf(role) >= RANKS.indexOf(least)

export const ONLY_LOOK = 'You may only look at this project.'
export const ONLY_LOOK_HERE =
  'You may only look at this project; an owner or admin can change that.'

interface Place {
  id: string
  role?: Role | null
}

/** The projects in which nothing may be changed. What is not known is left to the server. */
export const onlyLookedAt = (projects: readonly Place[]): ReadonlySet<string> =>
  new Set(projects.flatMap(({ id, role }) => (isAtLeast(role, 'member') ? [] : id)))

const YOU: Record<Role, string> = {
  viewer: 'You may only look here',
  member: 'You work along here',
  manager: 'You manage here',
  admin: 'You decide here',
  owner: 'You own this',
}
const THEY: Record<Role, string> = {
  viewer: 'who may look',
  member: 'who works along',
  manager: 'who manages',
  admin: 'who decides everything',
  owner: 'who owns it',
}

/** Why something was refused, and who can help. */
export function refusedWords(role: Role, needs: Role): string {
  return `${YOU[role]}; this is for somebody ${THEY[needs]}. An owner or admin can change that.`
}

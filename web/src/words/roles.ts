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

/** Whether a workspace's role is enough; without one nothing is known, and the server decides. */
export const isAtLeast = (role: Role | undefined, least: Role) =>
  role === undefined || RANKS.indexOf(role) >= RANKS.indexOf(least)

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

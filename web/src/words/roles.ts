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

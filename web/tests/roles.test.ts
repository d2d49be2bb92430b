import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { isAtLeast, onlyLookedAt } from '@/words/roles'

describe('refusals', () => {
  it('say in the words of the screens what the role is and what it takes', () => {
    const body = { detail: 'Your role here is viewer; task.update needs at least member.' }
    const { message } = new Problem(403, { ...body, role: 'viewer', needs: 'member' })
    expect(message).toBe(
      'You may only look here; this is for somebody who works along. An owner or admin can change that.',
    )
    expect(new Problem(403, body).message).toBe(body.detail)
    expect(new Problem(502, undefined).message).toMatch('502')
  })
})

describe('roles', () => {
  it('rank from looking to owning, and one that is not known is left to the server', () => {
    expect(isAtLeast('viewer', 'member')).toBe(false)
    expect(isAtLeast('member', 'member')).toBe(true)
    expect(isAtLeast('owner', 'admin')).toBe(true)
    expect(isAtLeast('admin', 'owner')).toBe(false)
    expect(isAtLeast(undefined, 'owner')).toBe(true)
  })
  it('name the projects in which nothing may be changed', () => {
    const roles = ['owner', 'admin', 'manager', 'member', 'viewer', null, undefined] as const
    const projects = roles.map((role, index) => ({ id: `${role ?? index}`, role }))
    expect([...onlyLookedAt(projects)]).toEqual(['viewer'])
  })
})

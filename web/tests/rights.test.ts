// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { changeMany } from '@/api/bulk'
import { projectsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import { changeable, openTo, refused } from '@/api/rights'
import { toggleTimer } from '@/api/timing'
import type { Project, Task } from '@/api/types'
import { changeTask, removeTask } from '@/api/writes'
import { overlay } from '@/app/overlays'
import { askPriority, askProject } from '@/screens/task/choices'

const projects = [
  { id: 'own', name: 'Own', role: 'owner' },
  { id: 'seen', name: 'Seen', role: 'viewer' },
  { id: 'ours', name: 'Ours', role: 'member' },
] as Project[]
const task = (id: string, project_id: string) =>
  ({ id, project_id, title: id, version: 1, status: 'todo', tags: [] }) as unknown as Task
const locked = task('locked', 'seen')
const open = task('open', 'ours')
const foreign = task('foreign', 'of a page that was not read')

const asked: { url: string; body?: unknown }[] = []

beforeEach(() => {
  asked.length = 0
  queryClient.setQueryData(projectsQuery.queryKey, { items: projects, next_cursor: null })
  vi.stubGlobal('fetch', (url: string, { body }: RequestInit) => {
    asked.push({ url: new URL(url).pathname, body: body ? JSON.parse(String(body)) : undefined })
    return Promise.resolve(Response.json({ ...open, version: 2, refused: 0, results: [] }))
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
  overlay.set(null)
})

describe('what may only be looked at', () => {
  it('is told apart by the role in its project; what is not known is left to the server', () => {
    expect(changeable([locked, open, foreign])).toEqual([open, foreign])
    expect(openTo(projects).map(({ id }) => id)).toEqual(['own', 'ours'])
    expect([[locked], [locked, open], []].map(refused)).toEqual([true, false, false])
    queryClient.clear()
    expect(refused([locked])).toBe(false)
  })

  it('is neither changed nor shown as changed, and nothing is sent', async () => {
    const list = { pages: [{ items: [locked], next_cursor: null }], pageParams: [''] }
    queryClient.setQueryData(['tasks', {}], list)
    expect(await changeTask(locked, { priority: 'high' })).toBe(false)
    await removeTask(locked)
    await toggleTimer(locked)
    await changeMany([locked], { deleted: true }, 'In the trash')
    expect(queryClient.getQueryData(['tasks', {}])).toBe(list)
    expect(asked).toEqual([])
    expect(await changeTask(open, { priority: 'high' })).toBe(true)
    expect(asked.map(({ url }) => url)).toEqual(['/api/v1/tasks/open'])
  })

  it('stays as it is among others that are changed', async () => {
    await changeMany([locked, open, foreign], { priority: 'high' }, 'High')
    expect(asked[0]?.body).toEqual({
      task_ids: ['open', 'foreign'],
      updates: { priority: 'high' },
    })
  })

  it('is not asked about, and nothing is moved there', async () => {
    askPriority([locked])
    await askProject([locked])
    expect(overlay.get()).toBeNull()
    await askProject([open])
    const shown = overlay.get()
    expect(shown?.kind === 'choose' && shown.choices.map(({ label }) => label)).toEqual([
      'Own',
      'Ours',
    ])
  })
})

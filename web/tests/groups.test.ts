import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { groupedSort, headings, sameHeadings } from '@/words/groups'

const clock = { now: new Date('2026-11-20T12:00:00Z'), zone: 'Europe/Berlin' }
const due = (due_at: string | null) => ({ due_at, priority: 'low', status: 'todo' }) as Task

describe('groups', () => {
  it('are sorted for by the server, and by what was chosen within', () => {
    expect(groupedSort('', 'title')).toBe('title')
    expect(groupedSort('priority', 'due_at,-priority')).toBe('-priority,due_at')
    expect(groupedSort('due', '-created_at')).toBe('due_at,-created_at')
    expect(groupedSort('status', '-priority,due_at')).toBe('status,-priority,due_at')
    expect(groupedSort('project', 'title')).toBe('project_id,title')
    expect(groupedSort('assignee', 'title')).toBe('assignee_id,title')
  })

  it('begin where the words change, by days of the account', () => {
    const tasks = [
      due('2026-11-19T10:00:00Z'),
      due('2026-11-20T08:00:00Z'),
      due('2026-11-20T20:00:00Z'),
      due('2026-11-20T23:30:00Z'),
      due('2026-11-25T10:00:00Z'),
      due('2026-12-25T10:00:00Z'),
      due(null),
    ]
    expect([...headings(tasks, 'due', clock)]).toEqual([
      [0, 'Before today'],
      [1, 'Today'],
      [3, 'Tomorrow'],
      [4, 'In the next seven days'],
      [5, 'Later'],
      [6, 'No deadline'],
    ])
  })

  it('are named as the rest of the app does, and not there unless asked for', () => {
    expect([...headings([due(null)], 'priority', clock)]).toEqual([[0, 'Low']])
    expect([...headings([due(null)], 'status', clock)][0]?.[1]).toMatch(/to do/i)
    expect(headings([due(null)], '', clock).size).toBe(0)
  })

  it('keep projects of one name apart', () => {
    const names = { projects: new Map(['a', 'b'].map((id) => [id, 'Inbox'])) }
    const tasks = ['a', 'a', 'b', 'c'].map((project_id) => ({ ...due(null), project_id }))
    expect([...headings(tasks, 'project', clock, names)]).toEqual([
      [0, 'Inbox'],
      [2, 'Inbox'],
      [3, 'Another project'],
    ])
  })

  it('put a task of several people under the first, and that of nobody last', () => {
    const names = {
      people: new Map([
        ['1', 'ann'],
        ['2', 'ben'],
      ]),
    }
    const tasks = [['1'], ['2', '1'], ['2'], ['9'], []].map((assignee_ids) => ({
      ...due(null),
      assignee_ids,
    }))
    expect([...headings(tasks, 'assignee', clock, names)]).toEqual([
      [0, 'ann'],
      [2, 'ben'],
      [3, 'Somebody who left'],
      [4, 'Nobody'],
    ])
  })

  it('are the same where the same rows begin them', () => {
    const found = () => headings([due(null), due('2026-11-20T15:00:00Z')], 'due', clock)
    expect(sameHeadings(found(), found())).toBe(true)
    expect(sameHeadings(found(), headings([due(null)], 'due', clock))).toBe(false)
    expect(sameHeadings(found(), headings([due(null), due(null)], 'due', clock))).toBe(false)
  })
})

/** What screens read, by key. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { live } from './held'
import type { paths } from './schema'
import type { Energy, Task, TaskPage } from './types'

type ListQuery = NonNullable<paths['/api/v1/tasks']['get']['parameters']['query']>
export type TaskFilter = Omit<ListQuery, 'cursor' | 'limit'>

export interface AtHand {
  minutes?: number
  context?: string[]
  energy?: Energy
}

export const nextQuery = (at: AtHand) =>
  queryOptions({
    queryKey: ['next', at],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/next-action', { params: { query: { ...at, limit: 7 } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })

export const tasksQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: ['tasks', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/tasks', {
          params: {
            query: { ...filter, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  })

/** The first pages of a list at once, for a figure about many. */
export async function firstPages(
  filter: TaskFilter,
  pages: number,
): Promise<{ tasks: Task[]; more: boolean }> {
  const tasks: Task[] = []
  let cursor: string | null = null
  for (let page = 0; page < pages; page += 1) {
    const query: ListQuery = { ...filter, limit: 100, ...(cursor ? { cursor } : {}) }
    const answer: TaskPage = await unwrap(api.GET('/api/v1/tasks', { params: { query } }))
    tasks.push(...answer.items)
    cursor = answer.next_cursor
    if (!cursor) break
  }
  return { tasks, more: cursor !== null }
}

const byId = (id: string) => ({ params: { path: { task_id: id } } })

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}', byId(id))),
  })

export const subtasksQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'subtasks'],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/subtasks', byId(id))),
  })

export const dependenciesQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'dependencies'],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/dependencies', byId(id))),
  })

export const commentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'comments'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/tasks/{task_id}/comments', {
          params: { path: { task_id: id }, query: { limit: 100 } },
        }),
      ),
  })

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'history'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/tasks/{task_id}/activity', {
          params: { path: { task_id: id }, query: { limit: 50 } },
        }),
      ),
  })

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: () =>
    unwrap(api.GET('/api/v1/projects', { params: { query: { limit: 100, sort: 'name' } } })),
  staleTime: 60_000,
})

export const workspacesQuery = queryOptions({
  queryKey: ['workspaces'],
  queryFn: () => unwrap(api.GET('/api/v1/workspaces', { params: { query: { limit: 100 } } })),
  staleTime: 60_000,
})

export const membersQuery = (workspace_id: string) =>
  queryOptions({
    queryKey: ['members', workspace_id],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/workspaces/{workspace_id}/members', {
          params: { path: { workspace_id }, query: { limit: 100 } },
        }),
      ),
    staleTime: 60_000,
  })

export const filtersQuery = queryOptions({
  queryKey: ['filters'],
  queryFn: () => unwrap(api.GET('/api/v1/filters', { params: { query: { limit: 100 } } })),
  staleTime: 60_000,
})

export const boardsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['boards', projectId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/boards', {
          params: { path: { project_id: projectId } },
        }),
      ),
    staleTime: 60_000,
  })

export const boardQuery = (id: string) =>
  queryOptions({
    queryKey: ['board', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/boards/{board_id}', { params: { path: { board_id: id } }, signal })),
    refetchInterval: () => (live.get() ? false : 5_000),
  })

export const goalsQuery = queryOptions({
  queryKey: ['goals'],
  queryFn: () => unwrap(api.GET('/api/v1/goals', { params: { query: { limit: 100 } } })),
})

export const categoriesQuery = (workspace_id: string) =>
  queryOptions({
    queryKey: ['categories', workspace_id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/classification/categories', { params: { query: { workspace_id } } })),
    staleTime: 5 * 60_000,
  })

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/search', { params: { query: { q, typing: true, limit: 30 } }, signal }),
      ),
    enabled: q.trim() !== '',
    placeholderData: keepPreviousData,
  })

export const planQuery = (from: string, days = 7) =>
  queryOptions({
    queryKey: ['plan', from, days],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/plan', { params: { query: { from, days } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })

export const busyQuery = (from: string, until: string) =>
  queryOptions({
    queryKey: ['busy', from, until],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/busy', { params: { query: { from, until, limit: 100 } }, signal })),
    placeholderData: keepPreviousData,
  })

export const timerQuery = queryOptions({
  queryKey: ['timer'],
  queryFn: () => unwrap(api.GET('/api/v1/timer')),
  staleTime: 60_000,
})

export const noticesQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: ['notices', unread],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/notifications', {
          params: {
            query: {
              limit: 50,
              ...(unread ? { unread: true } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  })

/** How many are unread, for the badge. */
export const unreadQuery = queryOptions({
  queryKey: ['notices', 'count'],
  queryFn: () =>
    unwrap(api.GET('/api/v1/notifications', { params: { query: { limit: 1, unread: true } } })),
  select: (page) => page.unread,
  refetchInterval: 60_000,
})

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: () => unwrap(api.GET('/api/v1/schedules', { params: { query: { limit: 100 } } })),
})

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: () => unwrap(api.GET('/api/v1/rules', { params: { query: { limit: 100 } } })),
})

export const filesQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'files'],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/files', byId(id))),
    // A picture is made small a moment after it came.
    refetchInterval: ({ state }) =>
      state.data?.items.some((file) => file.image && !file.thumbnail && isFresh(file.created_at))
        ? 2_000
        : false,
  })

const isFresh = (moment: string) => Date.now() - Date.parse(moment) < 20_000

export const timeQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'time'],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/time-entries', byId(id))),
  })

export const remindersQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'reminders'],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/reminders', byId(id))),
  })

/**
 * What is shown, kept up with what happened. A list that was scrolled far is not read anew page by
 * page: what it holds is changed in place, and what is new in it comes when it is opened again.
 */
import { applied, type Happened } from './cached'
import { queryClient } from './query-client'

const FEW_PAGES = 5

export function readAnew(keys: Iterable<string>): void {
  for (const key of keys) {
    const queryKey = [key]
    if (key !== 'tasks') void queryClient.invalidateQueries({ queryKey })
    else {
      void queryClient.invalidateQueries({ queryKey, refetchType: 'none' })
      void queryClient.refetchQueries({
        queryKey,
        type: 'active',
        predicate: (query) => pagesOf(query.state.data) <= FEW_PAGES,
      })
    }
  }
}

/** Changes of tasks that others made, in the lists that are not read anew for them. */
export function showHappened(events: Happened[]): void {
  const queries = queryClient
    .getQueryCache()
    .findAll({ queryKey: ['tasks'], predicate: (one) => pagesOf(one.state.data) > FEW_PAGES })
  for (const { queryKey } of queries)
    queryClient.setQueryData(queryKey, (data: unknown) => applied(data, events))
}

function pagesOf(data: unknown): number {
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages)
    ? data.pages.length
    : 0
}

import { useQuery } from '@tanstack/react-query'
import { Asked, authorizedFetch } from '@/api/client'
import type { Waiting } from '@/api/outbox'
import { goalsQuery, projectsQuery } from '@/api/queries'
import { fieldName, valueWords } from '@/words/fields'
import { useClock } from './clock'

/** What somebody wanted, beside what others made of it meanwhile. */
export function BothSides({ write }: { write: Waiting }) {
  const clock = useClock()
  const { data: theirs } = useQuery({
    queryKey: ['now there', write.key],
    queryFn: async (): Promise<Record<string, unknown>> => {
      const response = await authorizedFetch(new Asked(new URL(write.path, location.origin)))
      return response.ok ? response.json() : {}
    },
  })
  const named = useNames()
  const mine = write.body as Record<string, unknown>
  const words = (key: string, value: unknown) =>
    named.get(String(value)) ?? valueWords(key, value, clock)
  if (!theirs) return null
  return (
    <table className="mt-3 w-full table-fixed text-sm">
      <thead>
        <tr className="text-ink-3">
          <td className="w-24" />
          <th scope="col" className="py-1 pe-3 text-start font-medium">
            Yours
          </th>
          <th scope="col" className="py-1 text-start font-medium">
            What is there
          </th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(mine).map(([key, value]) => (
          <tr key={key} className="border-t border-line align-top">
            <th scope="row" className="py-2 pe-3 text-start font-normal text-ink-3">
              {fieldName(key)}
            </th>
            <td className="py-2 pe-3 break-words whitespace-pre-wrap">{words(key, value)}</td>
            <td className="py-2 break-words whitespace-pre-wrap">{words(key, theirs[key])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Goals and projects by their id. */
function useNames(): Map<string, string> {
  const goals = useQuery(goalsQuery).data?.items ?? []
  const projects = useQuery(projectsQuery).data?.items ?? []
  return new Map([
    ...goals.map(({ id, title }): [string, string] => [id, title]),
    ...projects.map(({ id, name }): [string, string] => [id, name]),
  ])
}

import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { api, unwrap } from '@/api/client'
import { queryClient } from '@/api/query-client'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, cx, Section, TextField } from '@/ui/controls'
import { Failure, Skeleton } from '@/ui/states'
import { agoWords } from '@/words/dates'
import { type Leaning, leanings } from '@/words/learned'
import { countWords } from '@/words/tasks'

/** What the proposals and the plan go by, beside the tasks themselves. */
export function PlanningSettings() {
  return (
    <>
      <Learned />
      <Calendars />
    </>
  )
}

function Learned() {
  const { data, error, refetch } = useQuery({
    queryKey: ['weights'],
    queryFn: () => unwrap(api.GET('/api/v1/next-action/weights')),
  })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <Skeleton />
  const forget = () => unwrap(api.DELETE('/api/v1/next-action/weights'))
  const found = leanings(data.weights)
  return (
    <Section title="What was learned of your choices" told={data.note}>
      <p className="mb-3">
        {data.picks === 0
          ? 'You have not chosen among proposals yet.'
          : `${countWords(data.picks, 'choice')} seen. ${data.used ? 'They count in your proposals.' : 'They do not count yet.'}`}
      </p>
      {found.length > 0 && <Leanings items={found} bound={Math.max(...data.bounds)} />}
      {data.picks > 0 && (
        <Button
          look="danger"
          className="mt-4"
          onClick={() =>
            void act(forget, 'Forgotten. The proposals go by the tasks alone.', 'weights').then(
              () => queryClient.invalidateQueries({ queryKey: ['next'] }),
            )
          }
        >
          Forget it
        </Button>
      )}
    </Section>
  )
}

/** To the left what counts less for this person, to the right what counts more. */
function Leanings({ items, bound }: { items: Leaning[]; bound: number }) {
  return (
    <table className="w-full max-w-[520px]">
      <thead className="sr-only">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Less or more</th>
          <th scope="col">Weight</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ name, weight, words }) => (
          <tr key={name} className="border-b border-line last:border-0">
            <th scope="row" className="py-2 text-start font-normal">
              {words}
            </th>
            <td className="w-32 py-2" aria-hidden>
              <span className="relative block h-2 rounded-full bg-hover">
                <span className="absolute inset-y-0 start-1/2 w-px bg-line-strong" />
                <span
                  className={cx(
                    'absolute inset-y-0 rounded-sm',
                    weight < 0 ? 'end-1/2 bg-plot-2' : 'start-1/2 bg-plot-1',
                  )}
                  style={{ width: `${Math.min(50, (Math.abs(weight) / bound) * 50)}%` }}
                />
              </span>
            </td>
            <td className="w-16 py-2 text-end text-sm text-ink-2 tabular-nums">
              {weight.toFixed(2).replace('-', '\u2212')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Calendars() {
  const { now } = useClock()
  const { data, error, refetch } = useQuery({
    queryKey: ['calendars'],
    queryFn: () => unwrap(api.GET('/api/v1/busy/calendars')),
  })
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const body = { name: String(fields.get('name')).trim(), url: String(fields.get('url')).trim() }
    const work = () => unwrap(api.POST('/api/v1/busy/calendars', { body }))
    if (await act(work, `${body.name} is read from now on`, 'calendars')) form.reset()
  }
  const drop = async (calendar_id: string) => {
    await unwrap(
      api.DELETE('/api/v1/busy/calendars/{calendar_id}', { params: { path: { calendar_id } } }),
    )
    for (const key of ['busy', 'plan']) await queryClient.invalidateQueries({ queryKey: [key] })
  }
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  return (
    <Section title="Calendars you are busy by" told="The plan keeps clear of what stands in them.">
      <ul className="mb-4">
        {data?.items.map((one) => (
          <li key={one.id} className="flex min-h-12 items-center gap-3 border-b border-line py-1">
            <div className="min-w-0 flex-1">
              <p className="truncate">{one.name}</p>
              <p className={cx('text-sm', one.error ? 'text-danger' : 'text-ink-3')}>
                {one.host},{' '}
                {one.error ?? (one.read_at ? `read ${agoWords(one.read_at, now)}` : 'not read yet')}
              </p>
            </div>
            <Button
              look="quiet"
              onClick={() => void act(() => drop(one.id), `${one.name} is off`, 'calendars')}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={add} className="flex flex-wrap items-end gap-3">
        <TextField label="Name of the calendar" name="name" required className="w-44" />
        <TextField
          label="Its address"
          name="url"
          type="url"
          required
          autoComplete="off"
          placeholder="https://example.org/me.ics"
          className="w-72"
        />
        <Button type="submit">Add it</Button>
      </form>
    </Section>
  )
}

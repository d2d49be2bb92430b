import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { download } from '@/api/uploads'
import { act } from '@/ui/acting'
import { Button, Section, TextField } from '@/ui/controls'
import { save } from '@/ui/save'
import { Pending } from '@/ui/states'

const FORMATS = [
  { id: 'json', name: 'JSON', told: 'Everything; another Upnext can read it' },
  { id: 'csv', name: 'CSV', told: 'Tasks for a spreadsheet' },
  { id: 'ical', name: 'iCalendar', told: 'Tasks for a calendar program' },
]

export function ExportPart() {
  const take = async (format: string) => {
    const file = await download(`/api/v1/exports?format=${format}`, `upnext.${format}`)
    save(file.name, file.content)
  }
  return (
    <>
      <Section title="Take everything along" told="All that you can see, as a file.">
        <div className="flex flex-col gap-3">
          {FORMATS.map((format) => (
            <div key={format.id} className="flex items-center gap-4">
              <Button
                className="w-28"
                onClick={() =>
                  void act(() => take(format.id), `Saved as ${format.name}`, 'exports')
                }
              >
                {format.name}
              </Button>
              <span className="text-ink-2">{format.told}</span>
            </div>
          ))}
        </div>
      </Section>
      <Feeds />
    </>
  )
}

function Feeds() {
  const [address, setAddress] = useState('')
  const feeds = useQuery({
    queryKey: ['feeds'],
    queryFn: () => unwrap(api.GET('/api/v1/feeds', { params: { query: { limit: 100 } } })),
  })
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const name = String(new FormData(form).get('name')).trim()
    const work = async () => {
      const feed = await unwrap(api.POST('/api/v1/feeds', { body: { name } }))
      setAddress(feed.url)
    }
    if (await act(work, 'Made a calendar link', 'feeds')) form.reset()
  }
  const end = (id: string) =>
    unwrap(api.DELETE('/api/v1/feeds/{feed_id}', { params: { path: { feed_id: id } } }))
  return (
    <Section
      title="Calendar links"
      told="A private address that a calendar program subscribes to. Whoever has it can read."
    >
      {address && (
        <div role="status" className="mb-4 rounded bg-good-soft p-3">
          <p className="text-sm">Copy it now; it is not shown again.</p>
          <code className="mt-1 block break-all text-sm select-all">{address}</code>
        </div>
      )}
      <Pending query={feeds} rows={2} />
      {feeds.data?.items.length === 0 && <p className="mb-4 text-ink-3">No calendar link yet.</p>}
      <ul className="mb-4">
        {feeds.data?.items.map((feed) => (
          <li key={feed.id} className="flex items-center gap-4 border-b border-line py-2">
            <span className="flex-1">{feed.name}</span>
            <Button onClick={() => void act(() => end(feed.id), 'Ended the link', 'feeds')}>
              End
            </Button>
          </li>
        ))}
      </ul>
      <form onSubmit={make} className="flex items-end gap-3">
        <TextField label="Name of the new link" name="name" required className="w-60" />
        <Button type="submit">Make a link</Button>
      </form>
    </Section>
  )
}

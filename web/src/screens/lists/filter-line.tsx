import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import { Button } from '@/ui/controls'
import { useDebounced } from '@/ui/debounced'
import { FilterForm } from './filter-form'

interface Props {
  value: string
  onChange: (filter: string) => void
}

/** A line in the filter language. It takes effect when the server understands it. */
export function FilterLine({ value, onChange }: Props) {
  const [line, setLine] = useState(value)
  const [saving, setSaving] = useState(false)
  const asked = useDebounced(line.trim(), 250)
  const { error, isSuccess } = useQuery({
    queryKey: ['tasks', 'check', asked],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/tasks', { params: { query: { filter: asked, limit: 1 } }, signal })),
    enabled: asked !== '',
    retry: false,
  })
  const good = asked === '' || isSuccess
  useEffect(() => {
    if (good && asked !== value) onChange(asked)
  }, [good, asked, value, onChange])
  return (
    <div className="mb-4 px-2">
      <div className="flex gap-2">
        <input
          aria-label="Filter"
          aria-invalid={error ? true : undefined}
          aria-describedby="filter-told"
          value={line}
          onChange={(event) => setLine(event.target.value)}
          placeholder="Filter: p1 or overdue, #home and due < now+7d"
          spellCheck={false}
          className="field"
        />
        {asked && good && <Button onClick={() => setSaving(true)}>Save</Button>}
      </div>
      <p id="filter-told" role="status" className="mt-1 text-xs text-danger">
        {asked && error ? sentence(error) : ''}
      </p>
      {saving && <FilterForm query={asked} onClose={() => setSaving(false)} />}
    </div>
  )
}

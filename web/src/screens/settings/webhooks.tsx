import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '@/api/client'
import type { Webhook, Workspace } from '@/api/types'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button, cx, TextField } from '@/ui/controls'
import { agoWords } from '@/words/dates'

/** Other programs that are told what happens in a workspace. */
export function Webhooks({ workspace }: { workspace: Workspace }) {
  const [making, setMaking] = useState(false)
  const [secret, setSecret] = useState('')
  const { data } = useQuery({
    queryKey: ['webhooks', workspace.id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/webhooks', { params: { query: { workspace_id: workspace.id } } })),
    retry: false,
  })
  if (!data) return null
  return (
    <div className="mt-6">
      <h3 className="mb-1 text-sm font-medium text-ink-3">Webhooks</h3>
      {secret && (
        <div role="status" className="mb-3 rounded bg-good-soft p-3">
          <p className="text-sm">The secret to verify with. Copy it; it is not shown again.</p>
          <code className="mt-1 block break-all text-sm select-all">{secret}</code>
        </div>
      )}
      <ul>
        {data.items.map((webhook) => (
          <Row key={webhook.id} webhook={webhook} onSecret={setSecret} />
        ))}
      </ul>
      {making ? (
        <NewWebhook
          workspace={workspace}
          onMade={(told) => {
            setSecret(told)
            setMaking(false)
          }}
          onCancel={() => setMaking(false)}
        />
      ) : (
        <Button look="quiet" className="-ms-3" onClick={() => setMaking(true)}>
          Add a webhook
        </Button>
      )}
    </div>
  )
}

interface NewProps {
  workspace: Workspace
  onMade: (secret: string) => void
  onCancel: () => void
}

function NewWebhook({ workspace, onMade, onCancel }: NewProps) {
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const events = String(form.get('events'))
      .split(/[\s,]+/)
      .filter(Boolean)
    const body = { url: String(form.get('url')).trim(), events, workspace_id: workspace.id }
    const work = async () => onMade((await unwrap(api.POST('/api/v1/webhooks', { body }))).secret)
    await act(work, 'The webhook is told from now on', 'webhooks')
  }
  return (
    <form onSubmit={make} className="mt-2 grid gap-3 sm:grid-cols-2">
      <TextField
        label="Address"
        name="url"
        type="url"
        required
        placeholder="https://example.org/hook"
      />
      <TextField
        label="Events"
        name="events"
        required
        defaultValue="task.*"
        hint="Such as task.created, comment.*, or * for all."
      />
      <div className="flex gap-2">
        <Button look="primary" type="submit">
          Add it
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

const DISABLED: Record<string, string> = {
  by_hand: 'off',
  gone: 'off: the receiver is gone',
  failing: 'off: nothing arrived for three days',
  owner_gone: 'off: its owner may not any more',
  bad_filter: 'off: its filter names what is gone',
}

interface RowProps {
  webhook: Webhook
  onSecret: (secret: string) => void
}

function Row({ webhook, onSecret }: RowProps) {
  const { now } = useClock()
  const [open, setOpen] = useState(false)
  const params = { path: { webhook_id: webhook.id } }
  const test = () => unwrap(api.POST('/api/v1/webhooks/{webhook_id}/test', { params }))
  const drop = () => unwrap(api.DELETE('/api/v1/webhooks/{webhook_id}', { params }))
  const current = { ...params, header: { 'if-match': `"${webhook.version}"` } }
  const rotate = async () =>
    onSecret(
      (await unwrap(api.POST('/api/v1/webhooks/{webhook_id}/rotate', { params: current }))).secret,
    )
  const change = () =>
    unwrap(
      api.PATCH('/api/v1/webhooks/{webhook_id}', {
        params: current,
        body: { enabled: !webhook.enabled },
      }),
    )
  const state = webhook.disabled
    ? DISABLED[webhook.disabled]
    : webhook.failures > 0
      ? `failed ${webhook.failures} times in a row`
      : webhook.delivered_at
        ? `delivered ${agoWords(webhook.delivered_at, now)}`
        : 'nothing sent yet'
  return (
    <li className="border-b border-line py-2">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="truncate">{webhook.url}</p>
          <p
            className={cx(
              'text-sm',
              webhook.disabled || webhook.failures ? 'text-danger' : 'text-ink-3',
            )}
          >
            {webhook.events.join(', ')}: {state}
          </p>
        </div>
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Less' : 'More'}
        </Button>
      </div>
      {open && (
        <div className="appear pt-2 pb-3">
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => void act(test, 'A test is on its way', 'webhooks')}>
              Send a test
            </Button>
            <Button onClick={() => void act(change, 'Changed', 'webhooks')}>
              {webhook.enabled ? 'Switch off' : 'Switch on'}
            </Button>
            <Button
              onClick={() => void act(rotate, 'The old secret works for another day', 'webhooks')}
            >
              New secret
            </Button>
            <Button look="danger" onClick={() => void act(drop, 'Deleted', 'webhooks')}>
              Delete
            </Button>
          </div>
          <Deliveries webhook={webhook} />
        </div>
      )}
    </li>
  )
}

function Deliveries({ webhook }: { webhook: Webhook }) {
  const { now } = useClock()
  const { data } = useQuery({
    queryKey: ['webhooks', webhook.id, 'deliveries'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/webhooks/{webhook_id}/deliveries', {
          params: { path: { webhook_id: webhook.id }, query: { limit: 10 } },
        }),
      ),
    refetchInterval: 5_000,
  })
  const again = (delivery_id: string) =>
    unwrap(
      api.POST('/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay', {
        params: { path: { webhook_id: webhook.id, delivery_id } },
      }),
    )
  return (
    <ul className="mt-3 text-sm">
      {data?.items.map((one) => (
        <li key={one.id} className="flex min-h-9 items-center gap-3 border-t border-line">
          <span className="w-32 shrink-0 truncate">{one.type}</span>
          <span className={cx('min-w-0 flex-1 truncate', one.state === 'failed' && 'text-danger')}>
            {one.state}
            {one.last_status ? `, ${one.last_status}` : ''}
            {one.last_error ? `: ${one.last_error}` : ''}
          </span>
          <span className="text-ink-3">{agoWords(one.created_at, now)}</span>
          <Button look="quiet" onClick={() => void act(() => again(one.id), 'Sent', 'webhooks')}>
            Again
          </Button>
        </li>
      ))}
    </ul>
  )
}

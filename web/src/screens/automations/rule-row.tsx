import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap } from '@/api/client'
import { sentence } from '@/api/problem'
import type { components } from '@/api/schema'
import type { Rule } from '@/api/types'
import { useClock } from '@/app/clock'
import { say } from '@/app/toasts'
import { act } from '@/ui/acting'
import { Button } from '@/ui/controls'
import { EVENTS, outputWords, RUN_STATES, ruleWords } from '@/words/automation'
import { agoWords } from '@/words/dates'
import { countWords } from '@/words/tasks'
import { AutomationShell, RunLine, Told } from './parts'

type Trial = components['schemas']['RuleTrial']
type Tried = Trial['results'][number]

export function RuleRow({ rule }: { rule: Rule }) {
  const [open, setOpen] = useState(false)
  const params = {
    path: { rule_id: rule.id },
    header: { 'if-match': `"${rule.version}"` },
  }
  const change = () =>
    unwrap(api.PATCH('/api/v1/rules/{rule_id}', { params, body: { enabled: !rule.enabled } }))
  return (
    <AutomationShell
      name={rule.name}
      words={ruleWords(rule)}
      under={!rule.enabled && ', off'}
      on={rule.enabled}
      open={open}
      onOpen={() => setOpen(!open)}
      onSwitch={() => void act(change, rule.enabled ? 'Switched off' : 'Switched on', 'rules')}
    >
      <Opened rule={rule} />
    </AutomationShell>
  )
}

const LAST = 100

function Opened({ rule }: { rule: Rule }) {
  const { now } = useClock()
  const [trial, setTrial] = useState<Trial | null>(null)
  const params = { path: { rule_id: rule.id } }
  const { data } = useQuery({
    queryKey: ['rules', rule.id, 'runs'],
    queryFn: () => unwrap(api.GET('/api/v1/rules/{rule_id}/runs', { params })),
  })
  const attempt = async () => {
    try {
      const body = { last: LAST }
      setTrial(await unwrap(api.POST('/api/v1/rules/{rule_id}/dry-run', { params, body })))
    } catch (error) {
      say({ text: sentence(error), tone: 'danger' })
    }
  }
  const drop = () => unwrap(api.DELETE('/api/v1/rules/{rule_id}', { params }))
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void attempt()}>Try it on the last {LAST} changes</Button>
        <Button look="danger" onClick={() => void act(drop, 'Deleted', 'rules')}>
          Delete
        </Button>
      </div>
      {trial && (
        <Told
          title={`Of ${countWords(trial.checked, 'change')} it would have acted on ${trial.matched}`}
        >
          <ul>
            {trial.results.slice(0, 5).map((one) => (
              <li key={`${one.task_id} ${one.at}`} className="mt-1 text-ink-2">
                {one.key}: {one.error ?? triedWords(one)}
              </li>
            ))}
          </ul>
        </Told>
      )}
      <h3 className="mt-5 mb-1 text-sm font-medium text-ink-3">What it did</h3>
      {data?.items.length === 0 && <p className="text-sm text-ink-2">It has not acted yet.</p>}
      <ul>
        {data?.items.slice(0, 10).map((one) => (
          <RunLine
            key={one.id}
            state={RUN_STATES[one.state] ?? one.state}
            bad={one.state === 'failed' || one.state === 'dead'}
            words={one.error ?? (outputWords(one.changes) || `A task ${EVENTS[one.event] ?? ''}`)}
            when={agoWords(one.created_at, now)}
          />
        ))}
      </ul>
    </>
  )
}

function triedWords({ changes, then }: Tried): string {
  const set = Object.entries(changes).map(
    ([name, { before, after }]) => `${name} from ${plain(before)} to ${plain(after)}`,
  )
  const rest = then.map((one) => String(one.type ?? ''))
  return [...set, ...rest].join(', ') || 'no change'
}

const plain = (value: unknown) =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)
    ? 'nothing'
    : String(value)

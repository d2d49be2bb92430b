import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play, Square } from 'lucide-react'
import { useState } from 'react'
import { type AtHand, nextQuery, projectsQuery } from '@/api/queries'
import type { NextAction, Proposal, Task } from '@/api/types'
import { complete, snooze, toggleStarted } from '@/api/writes'
import { type Command, useCommands } from '@/app/commands'
import { Button } from '@/ui/controls'
import { Failure, Skeleton } from '@/ui/states'
import { Due, PriorityMark } from '@/ui/task-parts'
import { minutesWords } from '@/words/tasks'
import { AtHandBar } from './at-hand'
import { NothingToDo } from './nothing'
import { Reasons } from './reasons'
import { RunnersUp } from './runners-up'
import { skippedAway } from './skipping'
import { SnoozeMenu } from './snooze-menu'

export function NowScreen() {
  const [at, setAt] = useState<AtHand>({})
  const [skipped, setSkipped] = useState<string[]>([])
  const { data, error, refetch } = useQuery(nextQuery(at))
  const next = data && skippedAway(data, skipped)
  return (
    <div className="@container mx-auto w-full max-w-[1080px] px-5 py-6 md:px-10 md:py-10">
      <h1 className="sr-only">Now</h1>
      <AtHandBar at={at} onChange={setAt} />
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {next && (
        <div className="mt-8 grid gap-10 @4xl:grid-cols-[minmax(0,1fr)_300px] @4xl:gap-14">
          {next.action ? (
            <Foremost
              key={next.action.task.id}
              proposal={next.action}
              next={next}
              onSkip={(id) => setSkipped((all) => [...all, id])}
            />
          ) : (
            <NothingToDo next={next} narrowed={hasLimits(at)} onWiden={() => setAt({})} />
          )}
          <RunnersUp next={next} skipped={skipped.length} onUnskip={() => setSkipped([])} />
        </div>
      )}
    </div>
  )
}

const hasLimits = (at: AtHand) => Boolean(at.minutes || at.context || at.energy)

interface ForemostProps {
  proposal: Proposal
  next: NextAction
  onSkip: (id: string) => void
}

function Foremost({ proposal, next, onSkip }: ForemostProps) {
  const { task } = proposal
  const [snoozing, setSnoozing] = useState(false)
  const navigate = useNavigate()
  const open = () => void navigate({ to: '.', search: { task: task.id } })
  const started = task.status === 'in_progress'
  useCommands(
    foremostCommands(task, { open, skip: () => onSkip(task.id), snooze: () => setSnoozing(true) }),
  )
  return (
    <article className="appear max-w-[640px]">
      <Facts task={task} />
      <h2 className="mt-2 text-2xl font-semibold tracking-tight text-balance">
        <button type="button" onClick={open} className="text-start hover:text-accent">
          {task.title}
        </button>
      </h2>
      {next.note && <p className="mt-2 text-ink-2">{next.note}</p>}
      <div className="mt-6 mb-8 flex flex-wrap gap-2">
        <Button look="primary" keys="d" onClick={() => void complete(task)}>
          Done
        </Button>
        <Button keys="s" onClick={() => void toggleStarted(task)}>
          {started ? <Square size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {started ? 'Stop' : 'Start'}
        </Button>
        <SnoozeMenu
          open={snoozing}
          onOpenChange={setSnoozing}
          onChoose={(until, words) => void snooze(task, until, words)}
        />
        <Button look="quiet" keys="x" onClick={() => onSkip(task.id)}>
          Skip
        </Button>
      </div>
      <Reasons proposal={proposal} />
    </article>
  )
}

interface Doing {
  open: () => void
  skip: () => void
  snooze: () => void
}

function foremostCommands(task: Task, doing: Doing): Command[] {
  const started = task.status === 'in_progress'
  const group = 'This task'
  return [
    { id: 'done', title: 'Done', keys: 'd', group, run: () => void complete(task) },
    {
      id: 'start',
      title: started ? 'Stop' : 'Start',
      keys: 's',
      group,
      run: () => void toggleStarted(task),
    },
    { id: 'snooze', title: 'Snooze', keys: 'z', group, run: doing.snooze },
    { id: 'skip', title: 'Skip for now', keys: 'x', group, run: doing.skip },
    { id: 'open', title: 'Open', keys: 'Enter', group, run: doing.open },
  ]
}

function Facts({ task }: { task: Task }) {
  const { data } = useQuery(projectsQuery)
  const project = data?.items.find((one) => one.id === task.project_id)
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
      <PriorityMark priority={task.priority} />
      {project && <span>{project.name}</span>}
      <Due task={task} />
      {task.estimated_duration && <span>{minutesWords(task.estimated_duration)}</span>}
      {task.context.map((context) => (
        <span key={context}>{context}</span>
      ))}
      {task.status === 'in_progress' && <span className="font-medium text-accent">started</span>}
    </p>
  )
}

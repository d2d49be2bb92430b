import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play, Square } from 'lucide-react'
import { useState } from 'react'
import { picked, putOff, skip } from '@/api/feedback'
import { type AtHand, nextQuery, projectsQuery, timerQuery } from '@/api/queries'
import { refused, useMayChange } from '@/api/rights'
import { toggleTimer } from '@/api/timing'
import type { NextAction, Proposal, Task } from '@/api/types'
import { complete } from '@/api/writes'
import { useCommands } from '@/app/commands'
import { Button } from '@/ui/controls'
import { usePainted } from '@/ui/painted'
import { Failure, Skeleton } from '@/ui/states'
import { Due, PriorityMark } from '@/ui/task-parts'
import { ONLY_LOOK } from '@/words/roles'
import { minutesWords } from '@/words/tasks'
import { AtHandBar } from './at-hand'
import { NothingToDo } from './nothing'
import { type OpenMenu, PutOff } from './put-off'
import { Reasons } from './reasons'
import { RunnersUp } from './runners-up'

export function NowScreen() {
  const [at, setAt] = useState<AtHand>({})
  const { data: next, error, refetch } = useQuery(nextQuery(at))
  // The answer comes first; what else there is follows in the next frame.
  const painted = usePainted()
  return (
    <div className="@container mx-auto w-full max-w-[1080px] px-5 py-6 md:px-10 md:py-10">
      <h1 className="sr-only">Now</h1>
      <AtHandBar at={at} onChange={setAt} />
      {error && !next && <Failure error={error} retry={() => void refetch()} />}
      {!next && !error && <Skeleton />}
      {next && (
        <div className="mt-8 grid gap-10 @4xl:grid-cols-[minmax(0,1fr)_300px] @4xl:gap-14">
          {next.action ? (
            <Foremost key={next.action.task.id} proposal={next.action} next={next} />
          ) : (
            <NothingToDo next={next} narrowed={hasLimits(at)} onWiden={() => setAt({})} />
          )}
          {painted && <RunnersUp next={next} />}
        </div>
      )}
    </div>
  )
}

const hasLimits = (at: AtHand) => Boolean(at.minutes || at.context || at.energy)

interface ForemostProps {
  proposal: Proposal
  next: NextAction
}

function Foremost({ proposal, next }: ForemostProps) {
  const { task } = proposal
  const { ticket } = next
  const [menu, setMenu] = useState<OpenMenu>(null)
  const navigate = useNavigate()
  const { data: timing } = useQuery(timerQuery)
  const running = timing?.timer?.task_id === task.id
  const open = () => void navigate({ to: '.', search: { task: task.id } })
  const may = useMayChange(task.project_id)
  const done = () => {
    if (refused([task])) return
    picked(ticket, task)
    void complete(task)
  }
  const start = () => {
    if (!running && refused([task])) return
    if (!running) picked(ticket, task)
    void toggleTimer(task)
  }
  const group = 'This task'
  useCommands([
    { id: 'done', title: 'Done', keys: 'd', group, run: done },
    { id: 'start', title: running ? 'Stop' : 'Start', keys: 's', group, run: start },
    {
      id: 'snooze',
      title: 'Snooze',
      keys: 'z',
      group,
      run: () => refused([task]) || setMenu('snooze'),
    },
    { id: 'skip', title: 'Skip for now', keys: 'x', group, run: () => setMenu('skip') },
    { id: 'open', title: 'Open', keys: 'Enter', group, run: open },
  ])
  return (
    <article className="arrive max-w-[640px]">
      <Facts task={task} />
      <h2 className="mt-2 text-2xl font-semibold tracking-tight text-balance">
        <button type="button" onClick={open} className="text-start hover:text-accent">
          {task.title}
        </button>
      </h2>
      {!may && <p className="mt-2 text-ink-2">{ONLY_LOOK}</p>}
      {next.note && <p className="mt-2 text-ink-2">{next.note}</p>}
      <div className="mt-6 mb-8 flex flex-wrap gap-2">
        {may && (
          <Button look="primary" keys="d" onClick={done}>
            Done
          </Button>
        )}
        {(may || running) && (
          <Button keys="s" onClick={start}>
            {running ? <Square size={14} aria-hidden /> : <Play size={14} aria-hidden />}
            {running ? 'Stop' : 'Start'}
          </Button>
        )}
        <PutOff
          open={menu}
          onOpen={setMenu}
          onSnooze={may ? (until, words) => void putOff(ticket, task, until, words) : undefined}
          onSkip={(reason) => void skip(ticket, task, reason)}
        />
      </div>
      <Reasons proposal={proposal} />
    </article>
  )
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

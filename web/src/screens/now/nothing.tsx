import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, unwrap } from '@/api/client'
import type { NextAction } from '@/api/types'
import { openQuickAdd } from '@/app/overlays'
import { Button } from '@/ui/controls'
import { Empty } from '@/ui/states'

interface Props {
  next: NextAction
  narrowed: boolean
  onWiden: () => void
}

/** No task can be proposed: says why, and what to do first. */
export function NothingToDo({ next, narrowed, onWiden }: Props) {
  const { data } = useQuery({
    queryKey: ['tasks', 'any'],
    queryFn: () => unwrap(api.GET('/api/v1/tasks', { params: { query: { limit: 1 } } })),
  })
  if (narrowed)
    return (
      <Empty
        title="Nothing fits what is at hand"
        action={<Button onClick={onWiden}>Show everything</Button>}
      >
        Give it more time, or another place.
      </Empty>
    )
  if (data?.items.length === 0) return <FirstSteps />
  return (
    <Empty
      title="All done for now"
      action={<Button onClick={() => openQuickAdd()}>Add a task</Button>}
    >
      {next.ineligible_count > 0
        ? 'What is left is blocked, starts later or is somebody else’s.'
        : 'There is nothing left to do.'}
    </Empty>
  )
}

function FirstSteps() {
  return (
    <Empty
      title="What needs to be done?"
      action={
        <>
          <Button look="primary" keys="q" onClick={() => openQuickAdd()}>
            Add a task
          </Button>
          <Link
            to="/settings/$section"
            params={{ section: 'import' }}
            className="inline-flex h-9 items-center rounded border border-line-strong px-3 font-medium hover:bg-hover"
          >
            Bring tasks from another program
          </Link>
        </>
      }
    >
      <p>
        Write down three things that are on your mind, with a day and a duration if you know them.
        Upnext then says which one comes first, and why.
      </p>
      <p className="mt-3">
        For example: <q>Call the dentist tomorrow 9am 10m p2</q>
      </p>
    </Empty>
  )
}

import { useLocked } from '@/api/rights'
import type { Task } from '@/api/types'
import { askAssignee, askPriority, askProject, askSnooze, askTag } from '@/screens/task/choices'
import { Button } from '@/ui/controls'
import { ONLY_LOOK } from '@/words/roles'
import { countWords } from '@/words/tasks'
import { finish, remove } from './list-commands'

/** What can be done with the chosen rows. */
export function BulkBar({ tasks, onClear }: { tasks: Task[]; onClear: () => void }) {
  const locked = useLocked()
  const may = tasks.some((task) => !locked.has(task.project_id))
  const act = (run: (tasks: Task[]) => void) => () => {
    run(tasks)
    onClear()
  }
  return (
    <section
      aria-label="Selected tasks"
      className="appear sticky bottom-4 z-20 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-1 rounded border border-line bg-raised p-2 shadow-float max-md:bottom-2"
    >
      <span className="px-2 text-sm font-medium">{countWords(tasks.length, 'task')}</span>
      {may ? <Changes act={act} /> : <span className="px-2 text-sm text-ink-2">{ONLY_LOOK}</span>}
      <Button look="quiet" onClick={onClear}>
        Clear
      </Button>
    </section>
  )
}

type Act = (run: (tasks: Task[]) => void) => () => void

function Changes({ act }: { act: Act }) {
  return (
    <>
      <Button look="quiet" onClick={act(finish)}>
        Done
      </Button>
      <Button look="quiet" onClick={act(askPriority)}>
        Priority
      </Button>
      <Button look="quiet" onClick={act(askTag)}>
        Tags
      </Button>
      <Button look="quiet" onClick={act((all) => void askAssignee(all))}>
        Assign
      </Button>
      <Button look="quiet" onClick={act((all) => void askProject(all))}>
        Move
      </Button>
      <Button look="quiet" onClick={act(askSnooze)}>
        Snooze
      </Button>
      <Button look="quiet" onClick={act(remove)}>
        Delete
      </Button>
    </>
  )
}

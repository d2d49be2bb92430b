import { changeMany } from '@/api/bulk'
import { refused } from '@/api/rights'
import { toggleTimer } from '@/api/timing'
import type { Task } from '@/api/types'
import { removeTask, toggleDone } from '@/api/writes'
import { type Command, useCommands } from '@/app/commands'
import { askAssignee, askPriority, askProject, askSnooze, askTag } from '@/screens/task/choices'

interface Listed {
  /** What a key acts on. */
  tasks: () => Task[]
  under: () => Task | undefined
  move: (by: number) => void
  open: (task: Task) => void
  choose: (task: Task) => void
  edit: (task: Task) => void
  clear: () => void
}

const group = 'List'

export function useListCommands(list: Listed): void {
  const each = (act: (tasks: Task[]) => void) => () => {
    const tasks = list.tasks()
    if (tasks.length > 0) act(tasks)
  }
  const one = (act: (task: Task) => unknown) => () => {
    const task = list.under()
    if (task) act(task)
  }
  const commands: Command[] = [
    { id: 'down', title: 'Next row', keys: 'j', group, run: () => list.move(1) },
    { id: 'up', title: 'Row before', keys: 'k', group, run: () => list.move(-1) },
    { id: 'arrow-down', title: 'Down', keys: 'ArrowDown', group, run: () => list.move(1) },
    { id: 'arrow-up', title: 'Up', keys: 'ArrowUp', group, run: () => list.move(-1) },
    { id: 'open', title: 'Open', keys: 'Enter', group, run: one(list.open) },
    { id: 'choose', title: 'Select', keys: 'x', group, run: one(list.choose) },
    {
      id: 'edit',
      title: 'Edit the title',
      keys: 'e',
      group,
      run: one((task) => refused([task]) || list.edit(task)),
    },
    { id: 'done', title: 'Done', keys: 'd', group, run: each(finish) },
    {
      id: 'start',
      title: 'Start or stop',
      keys: 's',
      group,
      run: one((task) => void toggleTimer(task)),
    },
    { id: 'snooze', title: 'Snooze', keys: 'z', group, run: each(askSnooze) },
    { id: 'priority', title: 'Priority', keys: 'p', group, run: each(askPriority) },
    { id: 'tags', title: 'Tags', keys: 'l', group, run: each(askTag) },
    {
      id: 'assign',
      title: 'Assign',
      keys: 'a',
      group,
      run: each((tasks) => void askAssignee(tasks)),
    },
    {
      id: 'move',
      title: 'Move to a project',
      keys: 'm',
      group,
      run: each((tasks) => void askProject(tasks)),
    },
    { id: 'delete', title: 'Delete', keys: 'Delete', group, run: each(remove) },
    { id: 'clear', title: 'Select nothing', keys: 'Escape', group, run: list.clear },
  ]
  useCommands(commands)
}

export function finish(tasks: Task[]): void {
  const [task] = tasks
  if (task && tasks.length === 1) void toggleDone(task)
  else void changeMany(tasks, { status: 'done' }, 'Done')
}

export function remove(tasks: Task[]): void {
  const [task] = tasks
  if (task && tasks.length === 1) void removeTask(task)
  else void changeMany(tasks, { deleted: true }, 'In the trash')
}

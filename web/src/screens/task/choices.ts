/** The questions that one key asks about a task: which priority, which project, until when. */
import { changeMany } from '@/api/bulk'
import { membersQuery, projectsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import { openTo, refused } from '@/api/rights'
import type { Task } from '@/api/types'
import { changeTask, snooze } from '@/api/writes'
import { readClock } from '@/app/clock'
import { choose } from '@/app/overlays'
import { laterChoices, momentWords } from '@/words/dates'
import { PRIORITIES, PRIORITY_WORDS } from '@/words/tasks'

/** One task is changed for itself, several as one operation; nothing is asked in vain. */
type Subject = Task[]

const only = (tasks: Subject) => (tasks.length === 1 ? tasks[0] : undefined)

export function askPriority(tasks: Subject): void {
  if (refused(tasks)) return
  choose(
    'Priority',
    PRIORITIES.map((priority, index) => ({
      label: PRIORITY_WORDS[priority],
      hint: `p${index + 1}`,
      run: () => {
        const task = only(tasks)
        if (task) void changeTask(task, { priority }, { done: PRIORITY_WORDS[priority] })
        else void changeMany(tasks, { priority }, PRIORITY_WORDS[priority])
      },
    })),
  )
}

export function askSnooze(tasks: Subject): void {
  if (refused(tasks)) return
  const clock = readClock()
  choose(
    'Snooze until',
    laterChoices(clock).map(({ label, until }) => {
      const words = momentWords(until, clock)
      return {
        label,
        hint: words,
        run: () => {
          const task = only(tasks)
          const updates = { start_at: until.toISOString() }
          if (task) void snooze(task, until, words)
          else void changeMany(tasks, updates, `Snoozed until ${words}`)
        },
      }
    }),
  )
}

export async function askProject(tasks: Subject): Promise<void> {
  if (refused(tasks)) return
  const projects = await queryClient.ensureQueryData(projectsQuery)
  choose(
    'Move to',
    openTo(projects.items).map((project) => ({
      label: project.name,
      hint: project.key,
      run: () => {
        const task = only(tasks)
        const updates = { project_id: project.id }
        const done = `Moved to ${project.name}`
        if (task) void changeTask(task, updates, { done })
        else void changeMany(tasks, updates, done)
      },
    })),
  )
}

/** People of the workspace; who has all of the tasks already is taken off them. */
export async function askAssignee(tasks: Subject): Promise<void> {
  const [first] = tasks
  if (!first || refused(tasks)) return
  const members = await queryClient.ensureQueryData(membersQuery(first.workspace_id))
  choose(
    'Assign to',
    members.items.map(({ user_id, username, email }) => {
      const name = username ?? email ?? 'somebody'
      const has = tasks.every((task) => task.assignee_ids.includes(user_id))
      return {
        label: name,
        hint: has ? 'has it, takes it off' : undefined,
        run: () => assign(tasks, user_id, has ? `Taken off ${name}` : `Assigned to ${name}`, has),
      }
    }),
  )
}

function assign(tasks: Subject, user_id: string, done: string, has: boolean): void {
  const task = only(tasks)
  if (task) {
    const others = task.assignee_ids.filter((one) => one !== user_id)
    const assignee_ids = has ? others : [...others, user_id]
    void changeTask(task, { assignee_ids }, { done })
  } else {
    const updates = has ? { remove_assignees: [user_id] } : { add_assignees: [user_id] }
    void changeMany(tasks, updates, done)
  }
}

export function askTag(tasks: Subject): void {
  if (refused(tasks)) return
  const known = [...new Set(tasks.flatMap((task) => task.tags))]
  const add = (tag: string) => {
    const name = tag.replace(/^@/, '')
    const task = only(tasks)
    if (task)
      void changeTask(task, { tags: [...new Set([...task.tags, name])] }, { done: `@${name}` })
    else void changeMany(tasks, { add_tags: [name] }, `Tagged ${name}`)
  }
  const drop = (tag: string) => {
    const task = only(tasks)
    if (task)
      void changeTask(
        task,
        { tags: task.tags.filter((one) => one !== tag) },
        { done: `Without ${tag}` },
      )
    else void changeMany(tasks, { remove_tags: [tag] }, `Without ${tag}`)
  }
  choose(
    'Tag',
    known.map((tag) => ({ label: `Remove ${tag}`, run: () => drop(tag) })),
    add,
  )
}

/** The kinds of things that one is told of, in the order of the matrix. */
export const NOTICES: [event: string, name: string][] = [
  ['task.assigned', 'Assigned to you'],
  ['comment.mentioned', 'You are mentioned'],
  ['task.due_soon', 'Due soon'],
  ['task.overdue', 'Overdue'],
  ['reminder.due', 'Reminder'],
  ['task.completed', 'Task done'],
  ['sla.warned', 'Promise at risk'],
  ['sla.breached', 'Promise broken'],
  ['rule.notified', 'Told by a rule'],
  ['schedule_run.created', 'Schedule started'],
  ['schedule_run.completed', 'Schedule has run'],
  ['schedule_run.failed', 'Schedule failed'],
]

const NAMES = new Map(NOTICES)

export const noticeWords = (event: string) => NAMES.get(event) ?? event.replaceAll(/[._]/g, ' ')

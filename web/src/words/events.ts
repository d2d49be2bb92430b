/** What an event of the server makes stale, as the first words of queries. Pure. */

const TASKS = ['tasks', 'task', 'board', 'next', 'plan', 'goals', 'notices']

const TOUCHED: Record<string, string[]> = {
  task: TASKS,
  operation: TASKS,
  comment: ['task', 'notices'],
  file: ['task'],
  time_entry: ['task', 'timer', 'next'],
  reminder: ['task', 'notices'],
  board: ['board', 'boards'],
  column: ['board', 'boards'],
  project: ['projects', 'boards', 'tasks'],
  goal: ['goals', 'next'],
  workspace: ['workspaces', 'members'],
  member: ['workspaces', 'projects', 'members'],
  workspace_member: ['workspaces', 'projects', 'members'],
  project_member: ['projects', 'tasks'],
  invitation: ['invitations'],
  filter: ['filters'],
  schedule: ['schedules'],
  schedule_run: ['schedules', 'notices'],
  rule: ['rules'],
  webhook: ['webhooks'],
  import: ['tasks', 'projects'],
}

/** Of what is not known everything that may show it. */
export const touchedBy = (type: string): string[] => TOUCHED[type.split('.')[0] ?? ''] ?? TASKS

/**
 * What each screen says while it waits, when the server fails, without a connection, to who may
 * not, with nothing in it, and with 10,000 rows. With STATES=folder a picture of each is kept.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, Route } from '@playwright/test'
import { PASSWORD, type Server } from '../scripts/server.mjs'
import { expect, test } from './stage'

// A server of its own: on the other one things have happened.
test.use({ own: 'states' })

const FOLDER = process.env.STATES
const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 390, height: 844 }
const DOWN = 'The database does not answer. Try again in a minute.'

interface Screen {
  path: string
  /** What somebody sees who has nothing yet; none: there is always something. */
  empty?: string
  /** It asks the server for nothing before it is shown. */
  still?: boolean
  admin?: boolean
}

const SCREENS: Record<string, Screen> = {
  now: { path: '/', empty: 'What needs to be done?' },
  plan: { path: '/plan', empty: 'Nothing to plan' },
  inbox: { path: '/lists/inbox', empty: 'The inbox is empty' },
  all: { path: '/lists/all', empty: 'No tasks here' },
  board: { path: '/board', empty: 'This project has no board' },
  goals: { path: '/goals', empty: 'What is it all for?' },
  stats: { path: '/stats', empty: 'Nothing was added or finished' },
  automations: { path: '/automations', empty: 'No schedules' },
  notifications: { path: '/notifications', empty: 'Nothing has happened yet' },
  search: { path: '/search?q=zebra', empty: 'Nothing has these words' },
  profile: { path: '/settings', still: true },
  'settings-notifications': { path: '/settings/notifications' },
  'settings-planning': { path: '/settings/planning', empty: 'You have not chosen' },
  'settings-templates': { path: '/settings/templates', empty: 'No template yet' },
  'settings-people': { path: '/settings/people' },
  'settings-security': { path: '/settings/security' },
  'settings-import': { path: '/settings/import', still: true },
  'settings-export': { path: '/settings/export', empty: 'No calendar link yet' },
  admin: { path: '/admin', admin: true },
  'admin-users': { path: '/admin/users', admin: true },
  'admin-jobs': { path: '/admin/jobs', admin: true, empty: 'No job was given up' },
  'admin-schedules': { path: '/admin/schedules', admin: true, empty: 'No run failed' },
  'admin-backups': { path: '/admin/backups', admin: true, empty: 'There is no backup yet' },
  'admin-files': { path: '/admin/files', admin: true, empty: 'Nobody has attached a file yet' },
  'admin-outbox': { path: '/admin/outbox', admin: true },
  'admin-audit': { path: '/admin/audit', admin: true },
}

async function picture(page: Page, name: string): Promise<void> {
  if (!FOLDER) return
  mkdirSync(FOLDER, { recursive: true })
  for (const [device, size] of [
    ['desktop', WIDE],
    ['phone', NARROW],
  ] as const) {
    await page.setViewportSize(size)
    await page.waitForTimeout(350)
    await page.screenshot({ path: join(FOLDER, `${name}-${device}.png`) })
  }
  await page.setViewportSize(WIDE)
}

/** Nothing sticks out at the side, at either width. */
async function fits(page: Page): Promise<void> {
  for (const size of [NARROW, WIDE]) {
    await page.setViewportSize(size)
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(wider, `${page.url()} at ${size.width}`).toBeLessThanOrEqual(0)
  }
}

/** Everything but signing in is answered by `answer`. */
async function instead(page: Page, answer: (route: Route) => Promise<void>): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.route(/\/(api\/v1|health)(?!\/auth\/(refresh|me|login))/, answer)
}

/** A browser of somebody's own; what is complained of there on purpose is not looked at. */
async function enterAs(page: Page, server: Server, email: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`)
  await page.getByLabel('E-mail or user name').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Main' }).first().waitFor()
}

test('with nothing in it each screen says what to do', async ({ page, server }) => {
  test.setTimeout(300_000)
  await enterAs(page, server, 'first@example.com')
  for (const [name, screen] of Object.entries(SCREENS)) {
    await page.goto(server.url + screen.path)
    if (screen.empty)
      await expect(page.getByRole('main').getByText(screen.empty).first()).toBeVisible({
        timeout: 60_000,
      })
    else
      await expect(page.getByRole('main').getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await fits(page)
    await picture(page, `empty-${name}`)
  }
})

test('while it waits each screen says so, and once only', async ({ page, server }) => {
  test.setTimeout(300_000)
  await enterAs(page, server, 'first@example.com')
  await instead(page, () => new Promise(() => undefined))
  for (const [name, screen] of Object.entries(SCREENS)) {
    await page.goto(server.url + screen.path)
    const main = page.getByRole('main')
    await expect(main.getByRole('heading', { level: 1 })).toHaveCount(1)
    if (!screen.still)
      await expect(main.getByRole('status', { name: 'Loading' }).first()).toBeVisible()
    await fits(page)
    await picture(page, `loading-${name}`)
  }
})

test('when the server fails each screen says what it said, and can be asked again', async ({
  page,
  server,
}) => {
  test.setTimeout(400_000)
  await enterAs(page, server, 'first@example.com')
  await instead(page, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'Down', status: 503, detail: DOWN, code: 'unavailable' }),
    }),
  )
  for (const [name, screen] of Object.entries(SCREENS)) {
    if (screen.still) continue
    await page.goto(server.url + screen.path)
    const main = page.getByRole('main')
    await expect(main.getByText('This could not be shown').first()).toBeVisible()
    await expect(main.getByText(DOWN).first()).toBeVisible()
    await expect(main.getByRole('button', { name: 'Try again' }).first()).toBeVisible()
    await expect(main.getByRole('heading', { level: 1 })).toHaveCount(1)
    await fits(page)
    await picture(page, `error-${name}`)
  }
})

test('without a connection each screen says so, and comes by itself when it is back', async ({
  page,
  server,
}) => {
  test.setTimeout(400_000)
  await enterAs(page, server, 'first@example.com')
  for (const [name, screen] of Object.entries(SCREENS)) {
    if (screen.still) continue
    await instead(page, (route) => route.abort())
    await page.goto(server.url + screen.path)
    const main = page.getByRole('main')
    await expect(main.getByText('There is no connection').first()).toBeVisible()
    await expect(page.getByText('No connection. You can go on').first()).toBeVisible()
    await fits(page)
    await picture(page, `offline-${name}`)
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await expect(page.getByText('There is no connection')).toHaveCount(0, { timeout: 30_000 })
})

test('who may only look is told so on each screen', async ({ page, server }) => {
  test.setTimeout(200_000)
  await server.register('boss@example.com')
  await server.register('viewer@example.com')
  const ask = await server.as('boss@example.com')
  const club = await ask('POST', '/workspaces', { name: 'Club' })
  const { user_id } = await ask('POST', `/workspaces/${club.id}/members`, {
    email: 'viewer@example.com',
    role: 'viewer',
  })
  const become = (role: string) =>
    ask('PATCH', `/workspaces/${club.id}/members/${user_id}`, { role })
  const project = await ask('POST', '/projects', { name: 'Party', workspace_id: club.id })
  const secret = await ask('POST', '/projects', {
    name: 'Surprise',
    private: true,
    workspace_id: club.id,
  })
  const task = await ask('POST', '/tasks', { title: 'Book the band', project_id: project.id })
  await ask('POST', '/goals', { title: 'A good party', workspace_id: club.id })
  await enterAs(page, server, 'viewer@example.com')
  const told = page.getByText('You may only look at this project.')

  await page.goto(`${server.url}/lists/project/${project.id}`)
  await expect(told).toBeVisible()
  await expect(page.getByRole('checkbox', { name: 'Done: Book the band' })).toBeDisabled()
  await picture(page, 'may-not-list')
  await page.goto(`${server.url}/lists/project/${project.id}?task=${task.id}`)
  await expect(page.getByRole('complementary').getByText('You may only look')).toBeVisible()
  await picture(page, 'may-not-task')
  await page.goto(`${server.url}/board/${project.id}`)
  await expect(told).toBeVisible()
  await expect(page.getByRole('button', { name: 'Make a board' })).toHaveCount(0)
  await picture(page, 'may-not-board')
  // A role that changes shows by itself.
  await become('member')
  await expect(page.getByRole('button', { name: 'Add', exact: true })).toBeVisible()
  await expect(told).toHaveCount(0)
  await become('viewer')
  await expect(told).toBeVisible()
  await page.goto(`${server.url}/goals`)
  await page.getByRole('button', { name: 'A good party' }).click()
  await expect(page.getByText('You may look at it, and not change it')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Reached' })).toHaveCount(0)
  await picture(page, 'may-not-goal')
  await page.goto(`${server.url}/settings/people`)
  await expect(page.getByRole('heading', { name: 'Club' })).toBeVisible()
  const party = page.getByRole('region', { name: 'Club' })
  await expect(party.getByText('boss')).toBeVisible()
  await expect(party.getByRole('button', { name: 'Leave' })).toBeVisible()
  for (const name of ['Change when Club is open', 'Make it', 'Add the person', 'Remove'])
    await expect(party.getByRole('button', { name })).toHaveCount(0)
  await picture(page, 'may-not-people')
  await page.goto(`${server.url}/admin`)
  await expect(page.getByText('Only for administrators')).toBeVisible()
  await picture(page, 'may-not-admin')
  // What is hidden is as if it were not there.
  for (const path of [`/lists/project/${secret.id}`, `/board/${secret.id}`]) {
    await page.goto(server.url + path)
    await expect(page.getByText('There is no such project').first()).toBeVisible()
    await fits(page)
    await picture(page, `hidden-${path.split('/')[1]}`)
  }
  await page.goto(`${server.url}/lists/all?task=${crypto.randomUUID()}`)
  await expect(page.getByRole('complementary').getByText('There is nothing here')).toBeVisible()
  await picture(page, 'hidden-task')
})

const TASKS = 10_000
const MANY: Record<string, [string, string]> = {
  now: ['/', 'Why this one'],
  plan: ['/plan', 'left over'],
  inbox: ['/lists/inbox', 'left over'],
  all: ['/lists/all', 'left over'],
  filter: ['/lists/all?q=p1', 'left over'],
  board: ['/board', 'left over'],
  stats: ['/stats', '10,000'],
  search: ['/search?q=left+over', 'left over'],
}

test('10,000 rows are as calm as ten', async ({ page, server }) => {
  test.setTimeout(400_000)
  await server.register('many@example.com')
  const ask = await server.as('many@example.com')
  const day = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString()
  for (let from = 0; from < TASKS; from += 1_000) {
    const tasks = Array.from({ length: 1_000 }, (_, index) => ({
      title: `Task ${from + index}: look after what was left over`,
      priority: ['low', 'medium', 'high', 'urgent'][index % 4],
      estimated_duration: 15 * (1 + (index % 8)),
      ...(index % 3 ? { due_at: day(1 + ((from + index) % 400)) } : {}),
    }))
    await ask('POST', '/tasks/bulk', { tasks })
  }
  const { items } = await ask('GET', '/projects?limit=10')
  await ask('POST', `/projects/${items[0].id}/boards`, { name: 'Board' })
  await enterAs(page, server, 'many@example.com')
  for (const [name, [path, words]] of Object.entries(MANY)) {
    await page.goto(server.url + path)
    await expect(page.getByRole('main').getByText(words).first()).toBeVisible({ timeout: 30_000 })
    const rows = await page.getByRole('main').locator('*').count()
    expect(rows, `elements on ${name}`).toBeLessThan(6_000)
    await fits(page)
    await picture(page, `many-${name}`)
  }
  await page.goto(`${server.url}/lists/all`)
  await page.getByLabel('Groups').selectOption('Per priority')
  const list = page.getByRole('list', { name: 'Tasks' })
  await expect(list.getByRole('heading').first()).toHaveText('Urgent')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(page.getByText('1 task', { exact: true })).toBeVisible()
  await picture(page, 'many-grouped')
})

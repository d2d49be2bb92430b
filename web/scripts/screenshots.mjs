// Every screen, light and dark, wide and narrow: `npm run screenshots`, or with names only those.
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { CHROMIUM, PASSWORD, startServer } from './server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const folder = process.env.SCREENSHOTS ?? join(here, '../../docs/screenshots')
const WIDTHS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
const EMAIL = 'mia@example.com'

// What the quarrel below asks for.
const EXPECTED = /status of 412|ERR_INTERNET_DISCONNECTED|WebSocket/

const openFirst = async (page) => {
  await page.getByRole('list', { name: 'Tasks' }).getByRole('button').first().waitFor()
  await page
    .locator('[role=list] button.truncate, ul[aria-label=Tasks] button.truncate')
    .first()
    .click()
  await page.getByLabel('New comment').waitFor()
}

/** A title that two changed: this browser without a connection, and somebody else meanwhile. */
async function quarrel(page, ask) {
  await openFirst(page)
  const id = new URL(page.url()).searchParams.get('task').replaceAll('"', '')
  const title = page.getByLabel('Title')
  const before = await title.inputValue()
  await page.context().setOffline(true)
  await ask('PATCH', `/tasks/${id}`, { title: `${before}, and tell Ada` })
  await title.fill(`${before} on Monday`)
  await page.keyboard.press('Enter')
  // On a phone the panel lies over the line of the screen, and has its own.
  await page.getByText('will be sent later').last().waitFor()
  await page.context().setOffline(false)
  await page.getByText('could not be made').last().waitFor()
  await page.getByRole('button', { name: 'Show', exact: true }).last().click()
  await page.getByRole('row', { name: 'Title' }).waitFor()
  await ask('PATCH', `/tasks/${id}`, { title: before })
}

const SCREENS = {
  now: { path: '/', ready: (page) => page.getByText('Why this one').waitFor() },
  plan: { path: '/plan', ready: (page) => page.locator('[data-block]').first().waitFor() },
  'plan-day': {
    path: '/plan?view=day',
    ready: (page) => page.locator('[data-block]').first().waitFor(),
  },
  pin: {
    path: '/plan',
    ready: async (page) => {
      await page.locator('[data-block]').first().click()
      await page.getByLabel('Do it at').waitFor()
    },
  },
  automations: {
    path: '/automations',
    ready: async (page) => {
      await page.getByText('Every weekday').first().click()
      await page.getByText('What it did').first().waitFor()
    },
  },
  notifications: {
    path: '/notifications',
    ready: (page) => page.getByRole('heading', { name: 'Notifications' }).waitFor(),
  },
  lists: { path: '/lists/all', ready: (page) => page.getByRole('checkbox').first().waitFor() },
  task: { path: '/lists/all', ready: openFirst },
  board: { path: '/board', ready: (page) => page.locator('[data-card]').first().waitFor() },
  goals: { path: '/goals', ready: (page) => page.getByRole('progressbar').first().waitFor() },
  goal: {
    path: '/goals',
    ready: async (page) => {
      await page.locator('article h2 button').first().click()
      await page.getByRole('button', { name: 'Change' }).click()
      await page.getByLabel('What is reached').waitFor()
    },
  },
  stats: { path: '/stats', ready: (page) => page.locator('.recharts-bar').first().waitFor() },
  search: { path: '/search?q=the', ready: (page) => page.locator('mark').first().waitFor() },
  settings: { path: '/settings', ready: (page) => page.getByText('Working hours').waitFor() },
  'told-of': {
    path: '/settings/notifications',
    ready: (page) => page.getByText('What you are told of').waitFor(),
  },
  planning: {
    path: '/settings/planning',
    ready: (page) => page.getByText('Calendars you are busy by').waitFor(),
  },
  templates: {
    path: '/settings/templates',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Use New client' }).click()
      await page.getByRole('button', { name: 'Add the task' }).waitFor()
    },
  },
  grouped: {
    path: '/lists/all',
    ready: async (page) => {
      await page.getByLabel('Groups').selectOption('Per project')
      await page.getByRole('list', { name: 'Tasks' }).getByRole('heading').first().waitFor()
    },
  },
  project: {
    path: '/settings/people',
    ready: async (page) => {
      await page
        .getByRole('button', { name: /^More of/ })
        .last()
        .click()
      await page.getByText('may look, until').waitFor()
      await page.getByText('What it promises').scrollIntoViewIfNeeded()
    },
  },
  conflict: { path: '/lists/all', ready: quarrel },
  import: { path: '/settings/import', ready: (page) => page.getByText('Choose a file').waitFor() },
  admin: { path: '/admin', ready: (page) => page.getByText('What is there').waitFor() },
  'admin-schedules': {
    path: '/admin/schedules',
    ready: async (page) => {
      await page.getByLabel('State').selectOption('Done')
      await page.getByText('Stand-up').first().waitFor()
    },
  },
  'admin-backups': {
    path: '/admin/backups',
    ready: (page) => page.getByRole('button', { name: 'Back up now' }).waitFor(),
  },
  'admin-files': {
    path: '/admin/files',
    ready: (page) => page.getByRole('button', { name: 'Check every file' }).waitFor(),
  },
  'quick-add': {
    path: '/',
    ready: async (page) => {
      await page.getByText('Why this one').waitFor()
      await page.keyboard.press('q')
      await page.keyboard.type('Call Ada about the tent friday 17:00 @phone p2 15m')
      await page.locator('dialog mark').first().waitFor()
      await page.waitForTimeout(400)
    },
  },
  palette: {
    path: '/',
    ready: async (page) => {
      await page.getByText('Why this one').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByPlaceholder('Do something').waitFor()
    },
  },
  help: {
    path: '/',
    ready: async (page) => {
      await page.getByText('Why this one').waitFor()
      await page.keyboard.press('?')
      await page.locator('dialog kbd').first().waitFor()
    },
  },
}

async function signIn(page, url) {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail or user name').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Why this one').waitFor()
}

/** What the demo data leaves out: things that happen by themselves, and what was told of them. */
async function fill(ask) {
  const timezone = 'Europe/Berlin'
  await ask('PATCH', '/auth/me', { timezone })
  const schedule = await ask('POST', '/schedules', {
    name: 'Stand-up',
    cron: '30 8 * * 1-5',
    timezone,
    action: { type: 'create_task', title: 'Write down what is stuck', due: '+0d' },
  })
  await ask('POST', '/schedules', {
    name: 'Tidy boards',
    cron: '0 3 * * 0',
    timezone,
    action: { type: 'archive_done', days: 14 },
  })
  await ask('POST', `/schedules/${schedule.id}/run-now`)
  await ask('POST', '/rules', {
    name: 'Loud bugs',
    events: ['task.created'],
    filter: '@bug',
    actions: [{ type: 'set', fields: { priority: 'high' } }],
  })
  const { action, runners_up } = await ask('GET', '/next-action')
  await ask('POST', `/tasks/${action.task.id}/timer/start`, {})
  const [first] = runners_up
  const soon = new Date(Date.now() + 1_000).toISOString()
  await ask('POST', `/tasks/${first.task.id}/reminders`, { at: soon, text: 'Take the card along' })
  const noon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const busy = { title: 'Dentist', start: `${noon}T12:00:00Z`, end: `${noon}T13:30:00Z` }
  await ask('POST', '/busy', busy)
  await ask('POST', '/templates', {
    name: 'New client',
    task: {
      title: 'Welcome {{client}}',
      priority: 'high',
      due: '+3d',
      estimated_duration: 30,
      subtasks: [{ title: 'Call {{client}}' }, { title: 'Write the contract' }],
    },
    variables: [{ name: 'client' }],
  })
  const { items } = await ask('GET', '/projects?limit=100&sort=name')
  const project = items.filter((one) => !one.inbox).at(-1)
  await ask('POST', `/projects/${project.id}/sla-policies`, {
    priority: 'urgent',
    first_response_minutes: 30,
    resolution_minutes: 480,
    business_hours: true,
  })
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString()
  await ask('POST', `/projects/${project.id}/links`, {
    access: 'read',
    name: 'Joe',
    expires_at: until,
  })
}

const wanted = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const server = await startServer()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
let failed = false
try {
  await server.register(EMAIL)
  server.demo(EMAIL)
  const ask = await server.as(EMAIL)
  await fill(ask)
  for (const [device, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({
        viewport,
        colorScheme,
        serviceWorkers: 'block',
        timezoneId: 'Europe/Berlin',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      page.on('console', (message) => {
        if (message.type() !== 'error' || EXPECTED.test(message.text())) return
        failed = true
        console.error(`${page.url()}: ${message.text()}`)
      })
      const picture = (name) =>
        page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`) })
      await page.goto(`${server.url}/sign-in`)
      if (wanted.length === 0 || wanted.includes('sign-in')) await picture('sign-in')
      await signIn(page, server.url)
      for (const [name, screen] of Object.entries(SCREENS)) {
        if (wanted.length > 0 && !wanted.includes(name)) continue
        await page.goto(server.url + screen.path)
        await screen.ready(page, ask).catch((error) => {
          failed = true
          console.error(`${name} ${device} ${colorScheme}: ${error.message.split('\n')[0]}`)
        })
        await page.waitForTimeout(250)
        await picture(name)
      }
      await context.close()
    }
  }
} finally {
  await browser.close()
  server.stop()
}
process.exit(failed ? 1 : 0)

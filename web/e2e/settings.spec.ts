import type { Page } from '@playwright/test'
import { add, addressOf, expect, signIn, test } from './stage'

async function open(page: Page, title: string): Promise<void> {
  await page.goto('/lists/inbox')
  await page.getByRole('button', { name: title }).click()
  await expect(page.getByLabel('Title')).toHaveValue(title)
}

async function enterAsAdmin(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail or user name').fill('first@example.com')
  await page.getByLabel('Password').fill('Quiet-harbour-71')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Main' }).first().waitFor()
}

test('a comment is written, changed, deleted and brought back', async ({ enter }) => {
  const page = await enter('abe')
  await add(page, 'Order the wood')
  await open(page, 'Order the wood')
  await page.getByLabel('New comment').fill('Oak, not **pine**')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const comments = page.getByRole('region', { name: 'Comments' })
  await expect(comments.locator('strong')).toHaveText('pine')
  await comments.getByRole('button', { name: 'Edit' }).click()
  await comments.getByLabel('Edit the comment').fill('Ash, not **pine**')
  await comments.getByRole('button', { name: 'Save' }).click()
  await expect(comments.getByText('Ash, not pine')).toBeVisible()
  await expect(comments.getByText('edited')).toBeVisible()
  await comments.getByRole('button', { name: 'Delete' }).click()
  await expect(comments.getByText('Ash, not pine')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(comments.getByText('Ash, not pine')).toBeVisible()
})

test('two people change the same: both sides are shown, and one is chosen', async ({
  enter,
  browser,
}) => {
  const page = await enter('bea')
  const email = await addressOf(page)
  await add(page, 'Order the wood')
  await open(page, 'Order the wood')
  // A session of its own: of two that share a cookie the later one to renew it is signed out.
  const elsewhere = await browser.newContext({ baseURL: new URL(page.url()).origin })
  const other = await elsewhere.newPage()
  await signIn(other, email)
  await other.getByRole('navigation', { name: 'Main' }).first().waitFor()
  // This one hears nothing of what happens.
  await page.context().setOffline(true)
  await other.goto('/lists/inbox')
  await other.getByRole('button', { name: 'Order the wood' }).click()
  await other.getByLabel('Title').fill('Order the oak')
  await other.keyboard.press('Enter')
  await expect(other.getByText('Renamed: Order the wood')).toBeVisible()
  await elsewhere.close()
  await page.getByLabel('Title').fill('Order the ash')
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 change will be sent later')).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByText('1 change could not be made')).toBeVisible()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Unsent changes' })
  await expect(dialog.getByRole('row', { name: 'Title' })).toHaveText(
    'TitleOrder the ashOrder the oak',
  )
  await dialog.getByRole('button', { name: 'Use mine' }).click()
  await expect(dialog.getByText('All is sent')).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.reload()
  await expect(page.getByLabel('Title')).toHaveValue('Order the ash')
})

test('a goal is set, changed, reached and opened again', async ({ enter }) => {
  const page = await enter('cid')
  await page.goto('/goals')
  await page.getByRole('button', { name: 'Set a goal' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What is reached').fill('Move house')
  await dialog.getByRole('button', { name: 'Set the goal' }).click()
  await page.getByRole('button', { name: 'Move house' }).click()
  await page.getByRole('button', { name: 'Change' }).click()
  await dialog.getByLabel('What is reached').fill('Move to the sea')
  await dialog.getByLabel('By').fill('2031-05-01')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('by 1 May 2031')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Move to the sea' })).toBeVisible()
  await page.getByRole('button', { name: 'Reached' }).click()
  await expect(page.getByText('Reached', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Open again' }).click()
  await expect(page.getByRole('button', { name: 'Reached' })).toBeVisible()
})

test('a project promises, and is shared by a link that ends', async ({ enter }) => {
  const page = await enter('dee')
  await page.goto('/settings/people')
  await page.getByLabel('New project').fill('Help desk')
  await page.getByRole('button', { name: 'Make it' }).first().click()
  await page.getByRole('button', { name: 'More of Help desk' }).click()
  await page.getByRole('button', { name: 'Promise something' }).click()
  await page.getByLabel('For tasks that are').selectOption('urgent')
  await page.getByLabel('Answered within').fill('soon')
  await page.getByRole('button', { name: 'Promise it' }).click()
  await expect(page.getByText('Write it like 30m')).toBeVisible()
  await page.getByLabel('Answered within').fill('30m')
  await page.getByLabel('Done within').fill('8h')
  await page.getByRole('button', { name: 'Promise it' }).click()
  const promise = 'Urgent tasks: an answer within 30 min, done within 8 h.'
  await expect(page.getByText(promise)).toBeVisible()
  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.getByRole('button', { name: 'Switch on' })).toBeVisible()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText(promise)).toHaveCount(0)

  await page.getByRole('button', { name: 'Share by link' }).click()
  await page.getByLabel('For whom').fill('Joe')
  await page.getByRole('button', { name: 'Make the link' }).click()
  const url = (await page.getByText(/\/share\/upn_share_/).textContent()) ?? ''
  const reached = async () => (await page.request.get(new URL(url).pathname)).status()
  expect(await reached()).toBe(200)
  await expect(page.getByText('may look, until')).toBeVisible()
  await page.getByRole('button', { name: 'End it' }).click()
  await expect(page.getByText('may look, until')).toHaveCount(0)
  expect(await reached()).toBe(404)
})

test('a template is made and used, and what was learned can be forgotten', async ({ enter }) => {
  const page = await enter('eli')
  await page.goto('/settings/templates')
  await page.getByRole('button', { name: 'New template' }).click()
  await page.getByLabel('Name of the template').fill('Client')
  await page.getByLabel('Title of the task').fill('Welcome {{client}}')
  await page.getByLabel('Due').fill('+3d')
  await page.getByLabel('Subtasks, one per line').fill('Call {{client}}\nWrite the contract')
  await page.getByRole('button', { name: 'Make the template' }).click()
  await page.getByRole('button', { name: 'Use Client' }).click()
  await page.getByLabel('client', { exact: true }).fill('Ada')
  await page.getByRole('button', { name: 'Add the task' }).click()
  await expect(page.getByText('Added 3 tasks')).toBeVisible()
  await page.goto('/lists/all')
  await expect(page.getByRole('button', { name: 'Welcome Ada' })).toBeVisible()

  await page.goto('/settings/templates')
  await page.getByRole('button', { name: 'Change Client' }).click()
  await page.getByLabel('Subtasks, one per line').fill('Call {{client}}\nSend {{what}}')
  await page.getByRole('button', { name: 'Save the template' }).click()
  await expect(page.getByText('Changed Client')).toBeVisible()
  await page.getByRole('button', { name: 'Use Client' }).click()
  await expect(page.getByLabel('what', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Change Client' }).click()
  await expect(page.getByLabel('Subtasks, one per line')).toHaveValue(
    'Call {{client}}\nSend {{what}}',
  )

  await page.goto('/')
  await page.getByRole('heading', { level: 2 }).first().waitFor()
  await page.keyboard.press('x')
  await page.getByRole('menuitem', { name: 'Too long' }).click()
  await expect(page.getByText('Not proposed for two hours')).toBeVisible()
  await page.goto('/settings/planning')
  await expect(page.getByText('What was learned of your choices')).toBeVisible()
  await expect(page.getByText('Calendars you are busy by')).toBeVisible()
})

test('a webhook gets a new secret', async ({ enter }) => {
  const page = await enter('flo')
  await page.goto('/settings/people')
  await page.getByRole('button', { name: 'Add a webhook' }).first().click()
  await page.getByLabel('Address').fill('https://hook.example.org/in')
  await page.getByRole('button', { name: 'Add it' }).click()
  const secret = page.getByText(/^whsec_/)
  const first = await secret.textContent()
  const row = page.getByRole('listitem').filter({ hasText: 'hook.example.org' })
  await row.getByRole('button', { name: 'More' }).click()
  await row.getByRole('button', { name: 'New secret' }).click()
  await expect(secret).not.toHaveText(first ?? '')
})

test('the plan says how likely its dates hold', async ({ enter }) => {
  const page = await enter('gil')
  await add(page, 'Write the whole book tomorrow 30h p1')
  await page.goto('/plan')
  const risks = page.getByRole('region', { name: 'Will the dates hold' })
  await expect(risks.getByText(/Hardly kept/)).toBeVisible()
})

test('an administrator sees files and what schedules did', async ({ page, server }) => {
  await enterAsAdmin(page, server.url)
  const ask = await server.as('first@example.com')
  const schedule = await ask('POST', '/schedules', {
    name: 'Stand-up',
    cron: '30 8 * * 1-5',
    timezone: 'Europe/Berlin',
    action: { type: 'create_task', title: 'Say what is stuck' },
  })
  await ask('POST', `/schedules/${schedule.id}/run-now`)
  await page.goto(`${server.url}/admin/schedules`)
  await expect(page.getByText('No run failed')).toBeVisible()
  await page.getByLabel('State').selectOption('Done')
  await expect(page.getByText('Stand-up').first()).toBeVisible()
  await page.goto(`${server.url}/admin/files`)
  await page.getByRole('button', { name: 'Check every file' }).click()
  await expect(page.getByText('Each file is read')).toBeVisible()
})

test('a task is assigned by key, and taken off again', async ({ enter }) => {
  const page = await enter('ned')
  await add(page, 'Call the plumber')
  await open(page, 'Call the plumber')
  const panel = page.getByRole('complementary', { name: 'Task: Call the plumber' })
  await panel.focus()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Assign to' })
  await dialog.getByRole('option').first().click()
  await expect(page.getByText(/^Assigned to ned/)).toBeVisible()
  await expect(panel.getByRole('button', { name: /^ned/ })).toBeVisible()
  await page.keyboard.press('u')
  await expect(panel.getByRole('button', { name: 'Nobody' })).toBeVisible()
})

test('a workspace says when it is open', async ({ enter }) => {
  const page = await enter('ola')
  await page.goto('/settings/people')
  const change = page.getByRole('button', { name: 'Change when your own workspace is open' })
  await expect(page.getByText('Mon to Fri 09:00-17:00')).toBeVisible()
  await change.click()
  await page.getByLabel('Tuesday').fill('noon')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('The hours of Tuesday are not like')).toBeVisible()
  await page.getByLabel('Tuesday').fill('9-12')
  await page.getByLabel('In the time of').selectOption('Europe/Berlin')
  await page.getByLabel('Holidays, one per line').fill('2026-12-25 Christmas')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Mon 09:00-17:00, Tue 09:00-12:00')).toBeVisible()
  await expect(page.getByText('but on 1 holiday')).toBeVisible()
})

test('an administrator makes a backup and sees its checksum', async ({ page, server }) => {
  await enterAsAdmin(page, server.url)
  await page.goto(`${server.url}/admin/backups`)
  await expect(page.getByText('There is no backup yet')).toBeVisible()
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByText(/SHA-256 [0-9a-f]{64}/)).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Back up now' })).toBeEnabled()
})

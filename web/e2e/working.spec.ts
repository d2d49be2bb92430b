import { add, expect, test } from './stage'

test('the day is planned, and a block is pinned by key and let go again', async ({ enter }) => {
  const page = await enter('pia')
  await add(page, 'Write the report 2h p1')
  await add(page, 'Sort the photos 30m')
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  const block = page.locator('[data-block]')
  await expect(block.filter({ hasText: 'Sort the photos' })).toBeVisible()
  await block.filter({ hasText: 'Sort the photos' }).focus()
  await page.keyboard.press('p')
  const dialog = page.getByRole('dialog')
  const when = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
  await dialog.getByLabel('Do it at').fill(`${when}T11:00`)
  await dialog.getByRole('button', { name: 'Pin it here' }).click()
  await expect(page.getByText('1 task moved')).toBeVisible()
  const pinned = page.getByRole('button', { name: /Sort the photos, 11:00 to 11:30.*pinned/ })
  await expect(pinned).toBeVisible()
  await pinned.click()
  await dialog.getByRole('button', { name: 'Unpin' }).click()
  await expect(pinned).toHaveCount(0)
})

test('a skip needs a reason, and holds', async ({ enter }) => {
  const page = await enter('quin')
  await add(page, 'Paint the door 2h p1')
  await add(page, 'Oil the hinges 10m')
  const first = await page.getByRole('heading', { level: 2 }).first().textContent()
  await page.keyboard.press('x')
  await page.getByRole('menuitem', { name: 'Too long' }).click()
  await expect(page.getByText('Not proposed for two hours')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { level: 2 }).first()).not.toHaveText(first ?? '')
})

test('the timer runs on every screen until it is stopped', async ({ enter }) => {
  const page = await enter('rob')
  await add(page, 'Mend the bike 20m')
  await expect(page.getByRole('heading', { name: 'Mend the bike' })).toBeVisible()
  await page.keyboard.press('s')
  const timer = page.getByRole('region', { name: 'Timer' })
  await expect(timer.getByText('Mend the bike')).toBeVisible()
  await page.goto('/stats')
  await expect(timer.getByText(/^0:\d\d$/)).toBeVisible()
  await timer.getByRole('button', { name: 'Stop the timer' }).click()
  await expect(timer).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Stats' })).toBeVisible()
  await expect(timer).toHaveCount(0)
})

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

test('a file is attached, and taken off again', async ({ enter }) => {
  const page = await enter('sam')
  await add(page, 'Print the photo')
  await page.goto('/lists/inbox')
  await page.getByRole('button', { name: 'Print the photo' }).click()
  const buffer = Buffer.from(PIXEL, 'base64')
  await page
    .getByLabel('Add a file, or drop it here')
    .setInputFiles({ name: 'sea.png', mimeType: 'image/png', buffer })
  await expect(page.getByText('sea.png')).toBeVisible()
  const files = page.getByRole('region', { name: 'Files' })
  await expect(files.locator('img')).toBeVisible({ timeout: 20_000 })
  const saved = page.waitForEvent('download')
  await files.getByRole('button', { name: 'Download sea.png' }).click()
  expect((await saved).suggestedFilename()).toBe('sea.png')
  await files.getByRole('button', { name: 'Remove sea.png' }).click()
  await expect(files.getByText('sea.png')).toHaveCount(0)
})

test('a large file tells how far it is, and can be stopped', async ({ enter }) => {
  const page = await enter('sam')
  await add(page, 'Send the film')
  await page.goto('/lists/inbox')
  await page.getByRole('button', { name: 'Send the film' }).click()
  const files = page.getByRole('region', { name: 'Files' })
  await expect(files).toBeVisible()
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 1_500_000,
  })
  const film = (name: string, megabytes: number) => ({
    name,
    mimeType: 'video/mp4',
    buffer: Buffer.alloc(megabytes * 1_000_000, name),
  })
  const chosen = [film('beach.mp4', 6), film('wrong.mp4', 4)]
  await page.getByLabel('Add a file, or drop it here').setInputFiles(chosen)
  const sending = files.getByRole('progressbar', { name: 'Sending beach.mp4' })
  const seen = new Set<number>()
  await expect(async () => {
    seen.add(Number(await sending.getAttribute('value')))
    expect([...seen].filter((sent) => sent > 0 && sent < 6_000_000).length).toBeGreaterThan(2)
  }).toPass({ intervals: [100] })
  await expect(files.getByText(/ MB of 6\.0 MB/)).toBeVisible()
  await expect(files.getByText('waits')).toBeVisible()
  await files.getByRole('button', { name: 'Stop sending wrong.mp4' }).click()
  await expect(files.getByRole('button', { name: 'Download beach.mp4' })).toBeVisible({
    timeout: 60_000,
  })
  await expect(page.getByText('Not sent: wrong.mp4')).toBeVisible()
  await expect(files.getByText('wrong.mp4')).toHaveCount(0)
})

test('a schedule is made as a sentence, and tried without effect', async ({ enter }) => {
  const page = await enter('tom')
  await page.goto('/automations')
  await page.getByRole('button', { name: 'New schedule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title of the task').fill('Water the plants')
  await expect(dialog.getByText(/Every weekday at 09:00 .*add the task/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Set it' }).click()
  await page.getByRole('button', { name: /Every weekday at 09:00/ }).click()
  await page.getByRole('button', { name: 'Try it without effect' }).click()
  await expect(page.getByText('tasks: Water the plants')).toBeVisible()
  await expect(page.getByText('It has not run yet.')).toBeVisible()
  await page.getByRole('button', { name: 'New rule' }).click()
  await dialog.getByRole('button', { name: 'Make the rule' }).click()
  await expect(page.getByText('When a task is added, set priority to high.')).toBeVisible()
})

test('what somebody else does is there without asking', async ({ enter, browser }) => {
  const page = await enter('uma')
  const state = await page.context().storageState()
  const elsewhere = await browser.newContext({
    storageState: state,
    baseURL: new URL(page.url()).origin,
  })
  const other = await elsewhere.newPage()
  const ready = other.waitForEvent('websocket')
  await other.goto('/lists/inbox')
  const socket = await ready
  await socket.waitForEvent('framereceived', {
    predicate: (one) => /subscribed/.test(String(one.payload)),
  })
  await add(page, 'Bring the ladder')
  await expect(other.getByRole('button', { name: 'Bring the ladder' })).toBeVisible()
  await elsewhere.close()
})

test('links of mails open their page, and say what is wrong with them', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/reset-password`)
  await expect(page.getByText('This link is not complete')).toBeVisible()
  await page.goto(`${server.url}/verify-email#token=upn_mail_nothing`)
  await expect(page.getByText('This link does not work')).toBeVisible()
  expect(new URL(page.url()).hash).toBe('')
  await page.goto(`${server.url}/invitation#token=nothing`)
  await expect(page.getByText('This invitation does not work')).toBeVisible()
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail').fill('nobody@example.com')
  await page.getByRole('button', { name: 'Send the mail' }).click()
  await expect(page.getByText('Look into your mail')).toBeVisible()
})

test('the address of a task, as mails have it, opens the task', async ({ enter }) => {
  const page = await enter('wes')
  await add(page, 'Answer the letter')
  await page.goto('/lists/inbox')
  await page.getByRole('button', { name: 'Answer the letter' }).click()
  await expect(page.getByLabel('Title')).toHaveValue('Answer the letter')
  const id = new URL(page.url()).searchParams.get('task')?.replaceAll('"', '')
  await page.goto(`/tasks/${id}`)
  await expect(page.getByLabel('Title')).toHaveValue('Answer the letter')
})

test('an invitation makes an account that is in', async ({ enter, browser, server }) => {
  const owner = await enter('vic')
  await owner.goto('/settings/people')
  await owner.getByLabel('Name').last().fill('Choir')
  await owner.getByRole('button', { name: 'Make it' }).last().click()
  const choir = owner.getByRole('region', { name: 'Choir' })
  await choir.getByLabel('E-mail of the person').fill('alto@example.com')
  await choir.getByRole('button', { name: 'Add the person' }).click()
  await expect(choir.getByText('Invited')).toBeVisible()
  const link = await mailedLink(server, 'alto@example.com')
  const guest = await browser.newContext({ baseURL: server.url })
  const page = await guest.newPage()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Join Choir' })).toBeVisible()
  await page.getByLabel('Choose a password').fill('Quiet-harbour-72')
  await page.getByRole('button', { name: 'Create the account and join' }).click()
  await expect(page.getByText('You are in Choir')).toBeVisible()
  await guest.close()
})

/** The first account is the administrator, and may read mails that were kept. */
async function mailedLink(server: import('../scripts/server.mjs').Server, to: string) {
  const ask = await server.as('first@example.com')
  for (let tries = 0; tries < 40; tries += 1) {
    const { items } = await ask('GET', '/admin/outbox')
    const mail = items.find(
      (one: { to: string; subject: string }) => one.to.includes(to) && /invit/i.test(one.subject),
    )
    if (mail) {
      const { text } = await ask('GET', `/admin/outbox/${mail.name}`)
      const found = /https?:\S+(\/invitation#token=\S+)/.exec(text)
      if (found?.[1]) return server.url + found[1]
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('No mail with a link came.')
}

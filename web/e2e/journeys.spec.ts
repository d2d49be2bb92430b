import { add, addressOf, expect, signIn, test } from './stage'

test('from the first visit to a first explained next action', async ({ enter }) => {
  const page = await enter('ann')
  await page.getByRole('button', { name: 'Add a task' }).last().click()
  await page.getByLabel('Task', { exact: true }).fill('Call the dentist today 10m p1')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Call the dentist' })).toBeVisible()
  await expect(page.getByText('Urgent: counts 8×')).toBeVisible()
  await expect(page.getByText('Only 10 min')).toBeVisible()
})

test('quick add shows what it understands, and sends nothing before Enter', async ({ enter }) => {
  const page = await enter('bob')
  const made: string[] = []
  page.on('response', (response) => {
    if (response.status() === 201) made.push(response.url())
  })
  await page.keyboard.press('q')
  // Typed at once, before the line is there: no letter of it is a command.
  await page.keyboard.type('Pay rent tomorrow 9am @bills p2 30m')
  const dialog = page.getByRole('dialog', { name: 'Add a task' })
  await expect(dialog.locator('mark')).toHaveText(['tomorrow 9am', '@bills', 'p2', '30m'])
  await expect(dialog.getByText('High', { exact: true })).toBeVisible()
  expect(made).toEqual([])
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Pay rent' })).toBeVisible()
})

test('done by key, and taken back by key', async ({ enter }) => {
  const page = await enter('cas')
  await add(page, 'Water the plants today 5m')
  await expect(page.getByRole('heading', { name: 'Water the plants' })).toBeVisible()
  await page.keyboard.press('d')
  await expect(page.getByText('All done for now')).toBeVisible()
  await page.keyboard.press('u')
  await expect(page.getByRole('heading', { name: 'Water the plants' })).toBeVisible()
})

test('a list is walked, selected and changed with the keyboard alone', async ({ enter }) => {
  const page = await enter('dan')
  for (const title of ['One', 'Two', 'Three']) await add(page, title)
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await expect(page.getByRole('checkbox')).toHaveCount(3)
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
  await expect(page.getByLabel('Selected tasks').getByText('2 tasks')).toBeVisible()
  await page.keyboard.press('p')
  await page.getByRole('dialog', { name: 'Priority' }).getByText('Urgent').click()
  await expect(page.getByRole('img', { name: 'Urgent priority' })).toHaveCount(2)
  await page.keyboard.press('u')
  await expect(page.getByRole('img', { name: 'Urgent priority' })).toHaveCount(0)
})

test('a dialog holds the focus, closes on Escape and gives the focus back', async ({ enter }) => {
  const page = await enter('ada')
  await add(page, 'Sweep the yard')
  await page.goto('/lists/inbox')
  const row = page.getByRole('button', { name: 'Sweep the yard' })
  await row.focus()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Command palette' })
  await expect(palette.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)
  await expect(row).toBeFocused()

  await page.keyboard.press('q')
  const dialog = page.getByRole('dialog', { name: 'Add a task' })
  const line = dialog.getByLabel('Task')
  const button = dialog.getByRole('button', { name: 'Add' })
  await line.fill('Rake')
  for (const [key, there] of [
    ['Tab', button],
    ['Tab', line],
    ['Shift+Tab', button],
  ] as const) {
    await page.keyboard.press(key)
    await expect(there).toBeFocused()
  }
  // Neither a click beside its controls nor a script lets the focus out.
  await dialog.getByText('#project, @tag').click()
  await page.keyboard.press('Tab')
  await expect(line.or(button).and(page.locator(':focus'))).toHaveCount(1)
  await row.evaluate((element) => element.focus())
  await expect(line).toBeFocused()
  // Keys are no commands of the list behind.
  await button.focus()
  await page.keyboard.press('x')
  await expect(page.getByLabel('Selected tasks')).toHaveCount(0)
  await page.mouse.click(5, 5)
  await expect(dialog).toHaveCount(0)
  await expect(row).toBeFocused()

  // Not every browser has a watcher for what closes.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'CloseWatcher'))
  await page.reload()
  await row.waitFor()
  await page.keyboard.press('q')
  await expect(line).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('a card is moved by mouse and by keyboard while somebody watches', async ({
  enter,
  browser,
}) => {
  const page = await enter('eva')
  await add(page, 'Paint the fence')
  await page.goto('/board')
  await page.getByRole('button', { name: 'Make a board' }).click()
  const card = page.locator('[data-card]')
  const column = (name: string) => page.getByRole('region', { name, exact: true })
  await expect(column('To do').locator(card)).toBeVisible()

  const state = await page.context().storageState()
  const watching = await browser.newContext({
    storageState: state,
    baseURL: new URL(page.url()).origin,
  })
  const other = await watching.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('region', { name: 'To do' }).locator('[data-card]')).toBeVisible()

  await card.dragTo(column('In progress'), { targetPosition: { x: 90, y: 200 } })
  await expect(column('In progress').locator(card)).toBeVisible()
  await expect(
    other.getByRole('region', { name: 'In progress' }).locator('[data-card]'),
  ).toBeVisible()

  await card.focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await expect(column('In review').locator(card)).toBeVisible()
  await page.keyboard.press('Space')
  await watching.close()
})

test('what is changed without a connection is sent later, once and in order', async ({ enter }) => {
  const page = await enter('fay')
  await add(page, 'Buy paper')
  await page.goto('/lists/inbox')
  await page.getByRole('button', { name: 'Buy paper' }).click()
  await expect(page.getByLabel('Title')).toHaveValue('Buy paper')
  await page.context().setOffline(true)
  await page.getByLabel('Title').fill('Buy thick paper')
  await page.keyboard.press('Enter')
  await page.getByLabel('Priority', { exact: true }).selectOption('urgent')
  await expect(page.getByText('2 changes will be sent later')).toBeVisible()
  await page.getByLabel('Close').click()
  await add(page, 'Buy a stamp')
  await expect(page.getByText('not sent yet')).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByText('will be sent later')).toHaveCount(0, { timeout: 15_000 })
  await expect(page.getByText('not sent yet')).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Buy thick paper' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Buy a stamp' })).toHaveCount(1)
  await expect(page.getByRole('img', { name: 'Urgent priority' })).toHaveCount(1)
})

test('a file is looked at before it is imported', async ({ enter }) => {
  const page = await enter('gus')
  await page.goto('/settings/import')
  const csv = 'title,priority,due\nMow the lawn,high,2030-05-01\nTrim the hedge,low,\n'
  await page
    .getByLabel('File to import')
    .setInputFiles({ name: 'garden.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await expect(page.getByRole('cell', { name: 'Mow the lawn' })).toBeVisible()
  await page.getByRole('button', { name: 'Import 2 tasks' }).click()
  await expect(page.getByText('2 tasks created')).toBeVisible()
  await page.goto('/lists/all')
  await expect(page.getByRole('button', { name: 'Trim the hedge' })).toBeVisible()
})

test('who may only look is offered no change, and told why', async ({ enter }) => {
  const owner = await enter('hal')
  const guest = await enter('ida')
  await owner.goto('/settings/people')
  await owner.getByLabel('Name').last().fill('Club')
  await owner.getByRole('button', { name: 'Make it' }).last().click()
  await expect(owner.getByRole('heading', { name: 'Club' })).toBeVisible()
  const club = owner.getByRole('region', { name: 'Club' })
  await club.getByLabel('New project').fill('Summer party')
  await club.getByRole('button', { name: 'Make it' }).click()
  const guestEmail = await addressOf(guest)
  await club.getByLabel('E-mail of the person').fill(guestEmail)
  await club.getByLabel('Role').selectOption('viewer')
  await club.getByRole('button', { name: 'Add the person' }).click()
  await expect(club.getByRole('listitem').getByText('may look', { exact: true })).toBeVisible()
  await owner.getByRole('link', { name: 'Summer party' }).click()
  await owner.getByRole('button', { name: 'Add', exact: true }).click()
  await owner.getByLabel('Task', { exact: true }).fill('Book the band')
  await owner.keyboard.press('Enter')
  await expect(owner.getByRole('button', { name: 'Book the band' })).toBeVisible()
  const writes: string[] = []
  guest.on('request', (asked) => {
    if (/\/tasks\b/.test(asked.url()) && asked.method() !== 'GET') writes.push(asked.url())
  })
  const why = guest
    .locator('[aria-live=polite]')
    .getByText('You may only look at this project; an owner or admin can change that.')

  await guest.goto('/lists/all')
  const check = guest.getByRole('checkbox', { name: 'Done: Book the band' })
  await expect(check).toBeDisabled()
  await check.click({ force: true })
  await expect(why).toBeVisible()
  for (const key of ['d', 'p', 'l', 'a', 'm', 'z', 'e', 'Delete', 's']) {
    await guest.getByLabel('Dismiss').click()
    await guest.keyboard.press('j')
    await guest.keyboard.press(key)
    await expect(why).toBeVisible()
    await expect(guest.getByRole('dialog')).toHaveCount(0)
  }
  await expect(guest.getByLabel('Title')).toHaveCount(0)
  await guest.keyboard.press('x')
  const bar = guest.getByRole('region', { name: 'Selected tasks' })
  await expect(bar.getByText('You may only look at this project.')).toBeVisible()
  await expect(bar.getByRole('button')).toHaveText(['Clear'])

  await guest.getByRole('link', { name: 'Summer party' }).click()
  const main = guest.getByRole('main')
  await expect(main.getByText('You may only look at this project.')).toBeVisible()
  await expect(main.getByRole('button', { name: 'Add', exact: true })).toHaveCount(0)
  await main.getByRole('button', { name: 'Book the band' }).click()
  const panel = guest.getByRole('complementary', { name: 'Task: Book the band' })
  await expect(panel.getByText('You may only look at this project.')).toBeVisible()
  await expect(panel.getByRole('heading', { name: 'Reminders' })).toBeVisible()
  await expect(panel.getByRole('textbox')).toHaveCount(0)
  await expect(panel.getByRole('combobox')).toHaveCount(0)
  await expect(panel.getByRole('button')).toHaveText(['', /Remind me/, 'Show what happened'])
  await expect(panel.getByRole('checkbox')).toBeDisabled()
  await guest.keyboard.press('Escape')

  await owner.getByRole('link', { name: 'Board' }).last().click()
  await owner.getByRole('button', { name: 'Make a board' }).click()
  await expect(owner.getByRole('button', { name: /Book the band/ })).toBeVisible()
  await main.getByRole('link', { name: 'Board' }).click()
  await expect(main.getByText('You may only look at this project.')).toBeVisible()
  const card = main.getByRole('button', { name: /Book the band/ })
  await expect(card).not.toHaveAttribute('draggable', 'true')
  await expect(card).not.toHaveAttribute('aria-pressed')
  await expect(main.getByRole('button', { name: 'Add', exact: true })).toHaveCount(0)
  await expect(main.getByRole('button')).toHaveCount(1)
  expect(writes, 'nothing was sent in vain').toEqual([])

  await guest.keyboard.press('q')
  await guest.getByLabel('Task', { exact: true }).fill('Buy cake #Summer-party')
  await expect(guest.getByRole('alert')).toContainText('You may only look here')
})

test('signing out everywhere ends the session in the other browser, too', async ({
  enter,
  browser,
}) => {
  const page = await enter('jon')
  const email = await addressOf(page)
  const elsewhere = await browser.newContext({ baseURL: new URL(page.url()).origin })
  const other = await elsewhere.newPage()
  await signIn(other, email)
  await expect(other.getByText('What needs to be done?')).toBeVisible()
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByLabel('E-mail or user name')).toBeVisible()
  await other.reload()
  await expect(other.getByLabel('E-mail or user name')).toBeVisible()
  await elsewhere.close()
})

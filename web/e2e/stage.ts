/** A real server for all journeys of a run, and people who use it. */
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { PASSWORD, type Server, startServer } from '../scripts/server.mjs'

export { expect, PASSWORD }

interface Stage {
  /** Opens the app as somebody new, in a browser of their own. */
  enter: (name: string) => Promise<Page>
}

// Answers that a journey asks for on purpose, and a connection that it cuts.
const EXPECTED = /status of (401|403|404|409|412|422)|ERR_INTERNET_DISCONNECTED/
let count = 0

export const test = base.extend<Stage, { server: Server; own: string }>({
  /** Files that name one of their own share no server with others. */
  own: ['', { option: true, scope: 'worker' }],
  server: [
    // It is what tells workers apart.
    async ({ own: _ }, use) => {
      const server = await startServer()
      await server.register('first@example.com')
      await use(server)
      server.stop()
    },
    { scope: 'worker' },
  ],
  enter: async ({ browser, server }, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async (name) => {
      const context = await browser.newContext({ baseURL: server.url })
      contexts.push(context)
      const page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED.test(message.text()))
          complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      count += 1
      await createAccount(page, `${name}${count}@example.com`)
      return page
    })
    for (const context of contexts) await context.close()
    expect(complaints, 'nothing is complained of in the console').toEqual([])
  },
})

export async function createAccount(page: Page, email: string): Promise<void> {
  await page.goto('/register')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await expect(page.getByText('What needs to be done?')).toBeVisible()
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail or user name').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export async function add(page: Page, line: string): Promise<void> {
  await page.keyboard.press('q')
  await page.getByRole('dialog', { name: 'Add a task' }).getByLabel('Task').fill(line)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** The address of the account that is signed in. */
export async function addressOf(page: Page): Promise<string> {
  await page.goto('/settings/profile')
  return (await page.getByText(/@example\.com$/).textContent()) ?? ''
}

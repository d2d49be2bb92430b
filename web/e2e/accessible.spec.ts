import AxeBuilder from '@axe-core/playwright'
import { add, expect, test } from './stage'

const SCREENS = [
  '/',
  '/plan',
  '/plan?view=day',
  '/automations',
  '/notifications',
  '/lists/inbox',
  '/lists/all?q=p1',
  '/board',
  '/goals',
  '/stats',
  '/search?q=tidy',
  '/settings',
  '/settings/notifications',
  '/settings/planning',
  '/settings/templates',
  '/settings/people',
  '/settings/security',
  '/settings/import',
  '/settings/export',
  '/admin',
  '/admin/jobs',
  '/admin/schedules',
  '/admin/backups',
  '/admin/files',
  '/admin/outbox',
]

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen (${colorScheme})`, async ({ enter }) => {
    test.setTimeout(600_000)
    const page = await enter('kim')
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const findings: string[] = []
    const look = async (place: string) => {
      await page.waitForTimeout(300)
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const one of violations)
        findings.push(`${place}: ${one.id} ${one.nodes.map((node) => node.html).join(' | ')}`)
    }
    await look('first steps')
    await add(page, 'Tidy the shed friday p1 30m')
    await add(page, 'Read a book 1h')
    for (const path of SCREENS) {
      await page.goto(path)
      await page.getByRole('main').waitFor()
      await look(path)
    }
    await page.goto('/lists/all')
    await page.getByRole('button', { name: 'Tidy the shed' }).click()
    await page.getByLabel('New comment').waitFor()
    await look('task')
    await page.keyboard.press('Escape')
    for (const key of ['q', '?', 'Control+k']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      await look(`key ${key}`)
      await page.keyboard.press('Escape')
    }
    expect(findings).toEqual([])
  })
}

test('axe finds nothing at the entrance', async ({ page, server }) => {
  for (const path of ['/sign-in', '/register', '/forgot-password', '/reset-password#token=x']) {
    await page.goto(server.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map((one) => one.id)).toEqual([])
  }
})

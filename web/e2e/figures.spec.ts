import type { Page } from '@playwright/test'
import { add, expect, test } from './stage'

/** Each plot as a table, and taken along. */
async function read(page: Page, name: string | RegExp, columns: string[]): Promise<void> {
  const figure = page.getByRole('figure', { name })
  await expect(figure.locator('svg.recharts-surface').first()).toBeVisible()
  for (const kind of ['CSV', 'PNG']) {
    const saved = page.waitForEvent('download')
    await figure.getByRole('button', { name: kind }).click()
    expect((await saved).suggestedFilename()).toContain(kind.toLowerCase())
  }
  await figure.getByRole('button', { name: 'Table' }).click()
  for (const column of columns)
    await expect(figure.getByRole('columnheader', { name: column })).toBeVisible()
}

test('figures say their finding, and come as tables and files', async ({ enter }) => {
  const page = await enter('lou')
  await add(page, 'Cut wood 30m p1')
  await add(page, 'Stack it 1h')
  const why = page.getByRole('region', { name: 'Why this one' })
  await why.getByRole('button', { name: 'Table' }).click()
  await expect(why.getByRole('columnheader', { name: 'sum so far' })).toBeVisible()
  const saved = page.waitForEvent('download')
  await why.getByRole('button', { name: 'CSV' }).click()
  expect((await saved).suggestedFilename()).toBe('why.csv')

  await page.keyboard.press('d')
  await expect(page.getByText('Done: Cut wood').or(page.getByText('Done'))).not.toHaveCount(0)
  await page.goto('/stats')
  await read(page, /came in than/, ['added', 'finished'])
  await read(page, /of what was added in this time is finished/, ['state', 'tasks'])
  await read(page, /took at most/, ['time'])
  await expect(page.getByText('No finished task has both an estimate')).toBeVisible()
  await expect(page.getByText('Nothing was promised')).toBeVisible()
  await expect(page.getByText(/You (took|have not chosen)/)).toBeVisible()
})

test('a goal shows how far it is, day by day', async ({ enter }) => {
  const page = await enter('noa')
  await page.goto('/goals')
  await page.getByRole('button', { name: 'New goal' }).click()
  await page.getByLabel('What is reached').fill('A dry shed')
  await page.getByRole('button', { name: 'Set the goal' }).click()
  await page.getByRole('button', { name: 'A dry shed' }).click()
  await expect(page.getByText('No task serves it yet', { exact: true })).toBeVisible()
  await add(page, 'Mend the roof')
  await page.goto('/lists/inbox')
  await page.getByRole('button', { name: 'Mend the roof' }).click()
  await page.getByLabel('Goal').selectOption({ label: 'A dry shed' })
  await page.goto('/goals')
  await page.getByRole('button', { name: 'A dry shed' }).click()
  await read(page, '1 task left, 0 of 1 done', ['day', 'tasks', 'done'])
})

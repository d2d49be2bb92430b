import { add, expect, test } from './stage'

test.use({ serviceWorkers: 'allow' })

test('the app opens without a connection, and shows what was seen last', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext({ baseURL: server.url, serviceWorkers: 'allow' })
  const page = await context.newPage()
  await page.goto('/register')
  await page.getByLabel('E-mail').fill('offline@example.com')
  await page.getByLabel('Password').fill('Quiet-harbour-71')
  await page.getByRole('button', { name: 'Create the account' }).click()
  await expect(page.getByText('What needs to be done?')).toBeVisible()
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await add(page, 'Pack the tent today 20m')
  await expect(page.getByRole('heading', { name: 'Pack the tent' })).toBeVisible()
  // What is seen is kept a moment later.
  await expect.poll(() => page.evaluate(kept)).toContain('Pack the tent')
  await context.setOffline(true)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Pack the tent' })).toBeVisible()
  await expect(page.getByText('No connection')).toBeVisible()
  await context.close()
})

/** What this browser holds for a start without a connection. */
function kept(): Promise<string> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('upnext')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const reading = opening.result.transaction('cache').objectStore('cache').get('last')
      reading.onerror = () => reject(reading.error)
      reading.onsuccess = () => {
        opening.result.close()
        resolve(JSON.stringify(reading.result ?? ''))
      }
    }
  })
}

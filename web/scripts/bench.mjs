// How fast the app is, against its budgets: the first load as a phone sees it, the answer to keys
// and clicks with 10,000 tasks, and Lighthouse. Results go to bench/results.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { CHROMIUM, freePort, PASSWORD, startServer } from './server.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const EMAIL = 'bench@example.com'
const TASKS = 10_000
const LOADS = 5
// A mid phone: a quarter of this processor, and what browsers call "Fast 4G".
const SLOWER = 4
const NETWORK = {
  offline: false,
  latency: 60 * 2.75,
  downloadThroughput: (9 * 1024 * 1024 * 0.9) / 8,
  uploadThroughput: (1.5 * 1024 * 1024 * 0.9) / 8,
}
const PHONE = { viewport: { width: 390, height: 844 }, serviceWorkers: 'block' }
const BUDGETS = {
  'largest contentful paint, ms': [1_500, 'most'],
  'interaction to next paint, ms': [100, 'most'],
  performance: [95, 'least'],
  accessibility: [95, 'least'],
  'best practices': [100, 'least'],
}

const middle = (values) => values.toSorted((one, other) => one - other)[values.length >> 1]

async function fill(server) {
  await server.register(EMAIL)
  const ask = await server.as(EMAIL)
  const priorities = ['low', 'medium', 'high', 'urgent']
  const day = (count) => new Date(Date.now() + count * 86_400_000).toISOString()
  for (let from = 0; from < TASKS; from += 1_000) {
    const tasks = Array.from({ length: 1_000 }, (_, index) => ({
      title: `Task ${from + index}: look after what was left over from last week`,
      priority: priorities[index % 4],
      estimated_duration: 15 * (1 + (index % 8)),
      ...(index % 3 ? { due_at: day(1 + ((from + index) % 400)) } : {}),
      tags: index % 5 ? [] : ['home'],
    }))
    await ask('POST', '/tasks/bulk', { tasks })
  }
}

async function signIn(page, url) {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail or user name').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Why this one').waitFor()
}

/** In the page: gathers what the browser measures by itself. */
function observe() {
  window.seen = { lcp: 0, events: [] }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.lcp = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId } of list.getEntries())
      if (interactionId) window.seen.events.push({ name, duration })
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
}

async function throttled(page, network) {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  if (network) {
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    await session.send('Network.emulateNetworkConditions', NETWORK)
  }
}

/** The first page of somebody who is signed in, with nothing in the browser's cache. */
async function loads(browser, url, storageState) {
  const paints = []
  for (let round = 0; round < LOADS; round += 1) {
    const context = await browser.newContext({ ...PHONE, storageState })
    const page = await context.newPage()
    await page.addInitScript(observe)
    await throttled(page, true)
    await page.goto(url)
    await page.getByText('Why this one').waitFor({ timeout: 60_000 })
    await page.waitForTimeout(500)
    paints.push(await page.evaluate(() => window.seen.lcp))
    // The session goes on in the cookie that this load got.
    storageState = await context.storageState()
    await context.close()
  }
  return { paint: middle(paints), storageState }
}

/** Walks, marks, opens and finishes in a list of 10,000; each step is an interaction. */
async function interactions(browser, url, storageState) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: 'block',
    storageState,
  })
  const page = await context.newPage()
  await page.addInitScript(observe)
  await page.goto(`${url}/lists/all`)
  await page.getByRole('checkbox').first().waitFor()
  // All of them are there before it begins.
  for (let pages = 0; pages < TASKS / 100 + 5; pages += 1) {
    const before = await page.evaluate(() => document.querySelector('main').scrollHeight)
    await page.evaluate(() => {
      const main = document.querySelector('main')
      main.scrollTop = main.scrollHeight
    })
    await page.waitForTimeout(150)
    const after = await page.evaluate(() => document.querySelector('main').scrollHeight)
    if (after === before && pages > TASKS / 100) break
  }
  const rows = await page.evaluate(() =>
    Math.round(document.querySelector('main').scrollHeight / 40),
  )
  // To be looked at: how a list of that many looks in its middle.
  const pictures = join(root, 'build/bench-web')
  mkdirSync(pictures, { recursive: true })
  await page.evaluate(() => {
    const main = document.querySelector('main')
    main.scrollTop = main.scrollHeight / 2
  })
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(pictures, 'list.png') })
  await page.evaluate(() => {
    document.querySelector('main').scrollTop = 0
  })
  await throttled(page, false)
  // A jump over 10,000 rows is no interaction; the first key would wait for it.
  await page.waitForTimeout(1_000)
  const step = async (act) => {
    await act()
    await page.waitForTimeout(350)
  }
  const steps = {}
  const measure = async (name, act) => {
    await page.evaluate(() => {
      window.seen.events = []
    })
    await act()
    await page.waitForTimeout(400)
    steps[name] = await page.evaluate(() =>
      Math.max(0, ...window.seen.events.map((event) => event.duration)),
    )
  }
  await measure('walk', async () => {
    for (let count = 0; count < 8; count += 1) await step(() => page.keyboard.press('j'))
  })
  await measure('select', async () => {
    for (const key of ['x', 'j', 'x']) await step(() => page.keyboard.press(key))
  })
  await measure('let go', () => step(() => page.keyboard.press('Escape')))
  await measure('open', () => step(() => page.keyboard.press('Enter')))
  await measure('close', () => step(() => page.keyboard.press('Escape')))
  await measure('finish', () =>
    step(() => page.getByRole('checkbox').nth(2).click({ noWaitAfter: true })),
  )
  await measure('type a new task', async () => {
    await step(() => page.keyboard.press('q'))
    await page.keyboard.type('Call Ada tomorrow', { delay: 120 })
    await step(() => page.keyboard.press('Escape'))
  })
  await context.close()
  return { steps, rows }
}

/** Lighthouse's own phone: a slow 4G, a quarter of the processor; the page of somebody signed in. */
async function audited(url) {
  const place = createRequire(join(root, 'build/lighthouse/node_modules/lighthouse/package.json'))
  const { default: lighthouse } = await import(place.resolve('lighthouse'))
  const profile = mkdtempSync(join(tmpdir(), 'upnext-lighthouse-'))
  const port = await freePort()
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    // Else the worker that the sign-in leaves behind would answer, and not the server.
    serviceWorkers: 'block',
    // As people's browsers have it; else Lighthouse tells that it is switched off.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--no-sandbox', `--remote-debugging-port=${port}`],
  })
  try {
    await signIn(await context.newPage(), url)
    const options = { port, output: 'json', disableStorageReset: true, logLevel: 'error' }
    const { lhr } = await lighthouse(url, options)
    const score = (name) => Math.round((lhr.categories[name]?.score ?? 0) * 100)
    const short = Object.values(lhr.audits).filter(
      ({ score, scoreDisplayMode }) =>
        score !== null && score < 0.9 && scoreDisplayMode !== 'informative',
    )
    return {
      version: lhr.lighthouseVersion,
      scores: {
        performance: score('performance'),
        accessibility: score('accessibility'),
        'best practices': score('best-practices'),
      },
      short: short.map(({ id, displayValue = '' }) => `${id} ${displayValue}`.trim()),
    }
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
}

function verdict(name, value) {
  const [bound, kind] = BUDGETS[name]
  const kept = kind === 'most' ? value <= bound : value >= bound
  return `| ${name} | ${Math.round(value)} | ${kind === 'most' ? '≤' : '≥'} ${bound} | ${kept ? 'kept' : 'missed'} |`
}

function firstLoad() {
  const assets = join(root, 'src/upnext/web_assets/assets')
  return readdirSync(assets)
    .filter((name) => name.endsWith('.js.br'))
    .reduce((sum, name) => sum + readFileSync(join(assets, name)).length, 0)
}

const server = await startServer()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
try {
  await fill(server)
  await server.settled()
  const context = await browser.newContext(PHONE)
  await signIn(await context.newPage(), server.url)
  const first = await loads(browser, server.url, await context.storageState())
  await context.close()
  const { steps, rows } = await interactions(browser, server.url, first.storageState)
  const { version, scores, short } = await audited(server.url)
  const figures = {
    'largest contentful paint, ms': first.paint,
    'interaction to next paint, ms': Math.max(...Object.values(steps)),
    ...scores,
  }
  const lines = Object.entries(figures).map(([name, value]) => verdict(name, value))
  const day = new Date().toISOString().slice(0, 10)
  const load = loadavg().map((value) => value.toFixed(1))
  const text = `# The web app, ${day}

\`make bench-web\`: ${browser.version()}, ${cpus().length} cores, load average ${load.join(', ')} in the end. The first load is
the middle of ${LOADS} with nothing cached, of *Now* with ${TASKS.toLocaleString('en')} tasks, on a quarter of the processor and fast 4G;
interactions are the longest of each kind in a list of ${rows.toLocaleString('en')} rows, on a quarter of the processor; scores are those of
Lighthouse ${version} on its own phone (slow 4G, simulated).

| | measured | budget | |
|---|---:|---:|---|
${lines.join('\n')}

| interaction | ms |
|---|---:|
${Object.entries(steps)
  .map(([name, value]) => `| ${name} | ${Math.round(value)} |`)
  .join('\n')}

All JavaScript together, brotli: ${firstLoad().toLocaleString('en')} bytes; what the first load takes of it is what \`make web-check\` bounds.

What Lighthouse would have better: ${short.join('; ') || 'nothing'}.
`
  const results = join(root, 'bench/results')
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, `${day}-web.md`), text)
  console.log(text)
  process.exitCode = lines.some((line) => line.endsWith('missed |')) ? 1 : 0
} finally {
  await browser.close()
  server.stop()
}

// A real server on an empty database of its own, for journeys and pictures.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const own = join(root, '.venv/bin/python')
const python = process.env.PYTHON ?? (existsSync(own) ? own : 'python3')

export const PASSWORD = 'Quiet-harbour-71'
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Hundredths of a second of a processor in a second. */
const RESTING = 4

/** What the process has taken of the processor, in hundredths of a second. */
function ticks(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return Number(fields[11]) + Number(fields[12])
}

export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'upnext-web-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  // Every page that is opened renews its session: more often than people do.
  const env = {
    ...process.env,
    PYTHONPATH: join(root, 'src'),
    HOME: folder,
    RATE_LIMIT_AUTH: '10000/minute',
    RATE_LIMIT_DEFAULT: '10000/minute',
    RATE_LIMIT_USER: '100000/minute',
  }
  const words = ['-m', 'upnext', 'serve', '--port', String(port), '--data-dir', folder]
  const child = spawn(python, words, { cwd: root, env, stdio: 'ignore' })
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${url}/health/live`).catch(() => null)
    if (answer?.ok) break
    if (tries > 900 || child.exitCode !== null) throw new Error('The server did not start.')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const upnext = (args, input) =>
    execFileSync(python, ['-m', 'upnext', ...args], { cwd: root, env, input })
  return {
    url,
    async register(email) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ email, username: email.split('@')[0], password: PASSWORD })
      const answer = await fetch(`${url}/api/v1/auth/register`, { method: 'POST', headers, body })
      if (!answer.ok) throw new Error(await answer.text())
    },
    demo(email) {
      upnext(['login', email, '--password-stdin', '--server', url], `${PASSWORD}\n`)
      upnext(['demo'])
    },
    /** Asks the API as somebody: for what a screen shall show. */
    async as(email) {
      const json = { 'content-type': 'application/json' }
      const ask = async (method, path, body, headers = json) => {
        const words = { method, headers, body: body && JSON.stringify(body) }
        let answer = await fetch(`${url}/api/v1${path}`, words)
        // "Try again": a machine that does much else as well.
        for (let tries = 0; answer.status === 503 && tries < 10; tries += 1) {
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          answer = await fetch(`${url}/api/v1${path}`, words)
        }
        if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
        return answer.status === 204 ? null : answer.json()
      }
      const { access_token } = await ask('POST', '/auth/login', { email, password: PASSWORD })
      const headers = { ...json, authorization: `Bearer ${access_token}` }
      return (method, path, body) => ask(method, path, body, headers)
    },
    /** Once its jobs are done: what it does meanwhile would be measured as well. */
    async settled() {
      let quiet = 0
      for (let tries = 0; quiet < 3; tries += 1) {
        if (tries > 180) throw new Error('The server does not come to rest.')
        const before = ticks(child.pid)
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        quiet = ticks(child.pid) - before <= RESTING ? quiet + 1 : 0
      }
    },
    stop() {
      child.kill('SIGTERM')
      child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    },
  }
}

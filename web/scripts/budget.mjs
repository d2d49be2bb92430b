// The initial JavaScript, as the page loads it: at most 170 kB gzip.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const MOST = 170_000
const built = join(dirname(fileURLToPath(import.meta.url)), '../../src/upnext/web_assets')
const manifest = JSON.parse(readFileSync(join(built, 'build.json'), 'utf8'))

const files = new Set()
function visit(key) {
  const chunk = manifest[key]
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const next of chunk.imports ?? []) visit(next)
}
visit('index.html')

let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(join(built, file)), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(8)}  ${file}`)
}
console.log(`${String(total).padStart(8)}  of ${MOST} bytes gzip`)
if (total > MOST) process.exit(1)

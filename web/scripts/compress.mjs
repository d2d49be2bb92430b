// Beside each text file its brotli and gzip, so that the server never compresses.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const built = join(dirname(fileURLToPath(import.meta.url)), '../../src/upnext/web_assets')
const TEXT = /\.(html|js|css|svg|webmanifest|json)$/
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }

for (const name of readdirSync(built, { recursive: true })) {
  if (!TEXT.test(name)) continue
  const path = join(built, name)
  const plain = readFileSync(path)
  for (const [ending, packed] of [
    ['.br', brotliCompressSync(plain, quality)],
    ['.gz', gzipSync(plain, { level: 9 })],
  ]) {
    if (packed.length < plain.length) writeFileSync(path + ending, packed)
    else rmSync(path + ending, { force: true })
  }
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

const SERVER = process.env.UPNEXT_SERVER ?? 'http://localhost:8000'

/** The typeface comes beside the code, or else the words would be set twice. */
const earlyFont = (): Plugin => ({
  name: 'early-font',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const file = Object.keys(bundle).find((name) => /inter-latin-wght.*woff2$/.test(name))
      const attrs = { rel: 'preload', as: 'font', crossorigin: '', href: `/${file}` }
      return file ? [{ tag: 'link', injectTo: 'head', attrs }] : []
    },
  },
})

/** Part of the page, whose policy names its hash: as a file it would be a journey of its own. */
const firstScript = (): Plugin => ({
  name: 'first-script',
  transformIndexHtml: {
    order: 'pre',
    handler: () => {
      const children = readFileSync(new URL('./src/first.js', import.meta.url), 'utf8')
      return [{ tag: 'script', injectTo: 'head', children }]
    },
  },
})

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    firstScript(),
    earlyFont(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: null,
      manifest: {
        name: 'Upnext',
        short_name: 'Upnext',
        description: 'What to do next, and why',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#ffffff',
        theme_color: '#ffffff',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          {
            src: '/icon-maskable-512.png',
            sizes: '512x512',
            type: 'image/png',
            purpose: 'maskable',
          },
        ],
        share_target: {
          action: '/',
          method: 'GET',
          params: { title: 'add', text: 'add-text', url: 'add-url' },
        },
        shortcuts: [{ name: 'Add a task', url: '/?add=' }],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css,woff2}'],
        // The other alphabets of the typeface are fetched when a page needs them.
        globIgnores: ['**/inter-{cyrillic,greek,vietnamese}*'],
        inlineWorkboxRuntime: true,
        importScripts: ['/push.js'],
        navigateFallback: '/index.html',
        // What the server answers by itself: it is never the app's page.
        navigateFallbackDenylist: [
          /^\/(api|docs|redoc|openapi\.json|health|metrics|feeds|share|unsubscribe|ws)(\/|$)/,
        ],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/upnext/web_assets',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    manifest: 'build.json',
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Two files, side by side: browsers ask for few at once, and what others wrote stays.
          groups: [
            { name: 'base', tags: ['$initial'], test: /node_modules/, priority: 1 },
            { name: 'first', tags: ['$initial'] },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: SERVER, ws: true }, '/health': SERVER, '/openapi.json': SERVER },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
})

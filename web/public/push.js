// Part of the service worker: messages that come while the app is closed.
self.addEventListener('push', (event) => {
  const { id, title = 'Upnext', body = '', url = '/' } = event.data?.json() ?? {}
  const options = { body, tag: id, icon: '/icon-192.png', data: { url } }
  event.waitUntil(self.registration.showNotification(title, options))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data.url, self.location.origin)
  // Whatever a message says, only this app is opened.
  const place = url.origin === self.location.origin ? url.href : self.location.origin
  event.waitUntil(self.clients.openWindow(place))
})

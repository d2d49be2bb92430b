// Before the app is there. What was chosen in the settings, or else what the system says:
try {
  const chosen = localStorage.getItem('upnext.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Without storage the system decides.
}

// And what the first screen begins with, asked for while the app's code is on its way. The app
// takes these answers over (src/api/ahead.ts) and asks by itself for those that did not come.
try {
  if (localStorage.getItem('upnext.signed-in')) {
    const auth = '/api/v1/auth'
    const renewed = fetch(`${auth}/refresh`, {
      method: 'POST',
      headers: { 'x-upnext-client': 'browser' },
    })
    const token = renewed.then((answer) => (answer.ok ? answer.clone().json() : null))
    const ask = async (path) => {
      const known = await token
      if (!known) throw new Error('Nobody is signed in.')
      return fetch(path, { headers: { authorization: `Bearer ${known.access_token}` } })
    }
    const asked = { [`${auth}/refresh`]: renewed, [`${auth}/me`]: ask(`${auth}/me`) }
    const next = '/api/v1/next-action?limit=7'
    if (location.pathname === '/') asked[next] = ask(next)
    for (const answer of Object.values(asked)) answer.catch(() => undefined)
    window.upnextAhead = asked
  }
} catch {
  // The app asks by itself.
}

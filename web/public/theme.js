// Before anything is painted: what was chosen in the settings, or else what the system says.
try {
  const chosen = localStorage.getItem('upnext.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Without storage the system decides.
}

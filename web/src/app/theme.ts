import { createStore } from '@/ui/store'

export type Theme = 'system' | 'light' | 'dark'
const KEY = 'upnext.theme'

function stored(): Theme {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export const theme = createStore<Theme>(stored())

export function chooseTheme(next: Theme): void {
  theme.set(next)
  if (next === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(KEY, next)
    document.documentElement.dataset.theme = next
  }
}

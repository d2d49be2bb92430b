import { useSyncExternalStore } from 'react'

const phone = '(max-width: 767px)'

/** A phone: one thing beside the other has no room. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(phone)
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => matchMedia(phone).matches,
  )
}

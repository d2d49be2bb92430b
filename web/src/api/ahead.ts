/** Answers that src/first.js asked for while the code of the app was on its way. */
declare global {
  interface Window {
    upnextAhead?: Record<string, Promise<Response> | undefined>
  }
}

/** The answer of this path, at most once: afterwards it is old, and its body was read. */
export function takeAhead(path: string): Promise<Response> | undefined {
  const all = typeof window === 'undefined' ? undefined : window.upnextAhead
  const found = all?.[path]
  if (all && found) delete all[path]
  return found
}

/** The good answer of this path, if it was asked for. */
export async function goodAhead(path: string): Promise<Response | undefined> {
  const answer = await takeAhead(path)?.catch(() => undefined)
  return answer?.ok ? answer : undefined
}

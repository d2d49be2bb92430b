const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** "g n" as two keys, "mod+k" as the machine calls it. */
export function Keys({ keys }: { keys: string }) {
  const parts = keys.includes('+') ? keys.split('+') : keys.split(' ')
  return (
    <span className="flex shrink-0 gap-1">
      {parts.map((part) => (
        <kbd key={part}>{shown(part)}</kbd>
      ))}
    </span>
  )
}

function shown(part: string): string {
  if (part === 'mod') return isApple ? '⌘' : 'Ctrl'
  return part.length === 1 ? part.toUpperCase() : part
}

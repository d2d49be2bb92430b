export interface Span {
  kind: string
  start: number
  end: number
}

export interface Piece {
  text: string
  kind: string | null
  start: number
}

/** The line cut where words were understood. Positions count characters, as Python does. */
export function pieces(line: string, spans: Span[]): Piece[] {
  const characters = [...line]
  const cut: Piece[] = []
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end > characters.length) continue
    if (span.start > at)
      cut.push({ text: characters.slice(at, span.start).join(''), kind: null, start: at })
    cut.push({
      text: characters.slice(span.start, span.end).join(''),
      kind: span.kind,
      start: span.start,
    })
    at = span.end
  }
  if (at < characters.length)
    cut.push({ text: characters.slice(at).join(''), kind: null, start: at })
  return cut
}

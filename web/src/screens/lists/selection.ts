/** Which row the keyboard is at, and which rows are chosen. Pure, for any list. */
export interface Selection {
  cursor: number
  chosen: ReadonlySet<string>
}

export const NOTHING: Selection = { cursor: -1, chosen: new Set() }

export function moved(selection: Selection, by: number, length: number): Selection {
  if (length === 0) return { ...selection, cursor: -1 }
  const from = selection.cursor < 0 && by < 0 ? length : selection.cursor
  return { ...selection, cursor: Math.min(length - 1, Math.max(0, from + by)) }
}

export function toggled(selection: Selection, id: string): Selection {
  const chosen = new Set(selection.chosen)
  if (!chosen.delete(id)) chosen.add(id)
  return { ...selection, chosen }
}

/** What a key acts on: the chosen rows, or else the one under the cursor. */
export function meant<T extends { id: string }>(selection: Selection, rows: T[]): T[] {
  if (selection.chosen.size > 0) return chosenOf(selection.chosen, rows)
  const row = rows[selection.cursor]
  return row ? [row] : []
}

/** In their order; no further than to the last of them, since lists are long. */
function chosenOf<T extends { id: string }>(chosen: ReadonlySet<string>, rows: T[]): T[] {
  const found: T[] = []
  for (const row of rows) {
    if (chosen.has(row.id)) found.push(row)
    if (found.length === chosen.size) break
  }
  return found
}

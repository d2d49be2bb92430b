interface Props {
  columns: string[]
  rows: (string | number)[][]
}

/** The small verbs above a plot. */
export const ACT = 'rounded px-1.5 py-0.5 text-xs text-ink-2 hover:bg-hover hover:text-ink'

/** What a plot shows, in numbers. */
export function FigureTable({ columns, rows }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className="mt-3 max-h-[320px] overflow-auto" tabIndex={0}>
      <table className="w-full text-sm tabular-nums">
        <thead className="sticky top-0 bg-paper text-start text-ink-3">
          <tr>
            {columns.map((column) => (
              <th key={column} className="py-1 pe-4 text-start font-medium">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two rows may say the same
            <tr key={index} className="border-t border-line">
              {row.map((cell, at) => (
                <td key={columns[at]} className="py-1 pe-4">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

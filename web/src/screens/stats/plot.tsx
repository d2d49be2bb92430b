import { type ReactElement, useId, useRef, useState } from 'react'
import { ResponsiveContainer } from 'recharts'
import { save } from '@/ui/save'
import { csv } from '@/words/findings'
import { pictureOf } from './picture'

interface Props {
  /** The finding, as a sentence. */
  title: string
  told: string
  name: string
  columns: string[]
  rows: (string | number)[][]
  children: ReactElement
}

const ACT = 'rounded px-1.5 py-0.5 text-xs text-ink-2 hover:bg-hover hover:text-ink'

/** A plot that can be read as a table, and taken along as PNG and CSV. */
export function Plot({ title, told, name, columns, rows, children }: Props) {
  const [asTable, setAsTable] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  const id = useId()
  const savePicture = async () => {
    const svg = ref.current?.querySelector('svg')
    if (svg) save(`${name}.png`, await pictureOf(svg))
  }
  return (
    <figure aria-labelledby={id} className="mb-12">
      <figcaption id={id}>
        <span className="block text-lg font-semibold">{title}</span>
        <span className="block text-sm text-ink-3">{told}</span>
      </figcaption>
      <div className="mt-1 -ms-1.5 flex gap-1">
        <button
          type="button"
          aria-pressed={asTable}
          className={ACT}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Plot' : 'Table'}
        </button>
        <button
          type="button"
          className={ACT}
          onClick={() => save(`${name}.csv`, new Blob([csv(columns, rows)], { type: 'text/csv' }))}
        >
          CSV
        </button>
        {!asTable && (
          <button type="button" className={ACT} onClick={() => void savePicture()}>
            PNG
          </button>
        )}
      </div>
      {asTable ? (
        <Table columns={columns} rows={rows} />
      ) : (
        <div ref={ref} className="mt-3 h-[240px]">
          <ResponsiveContainer width="100%" height="100%">
            {children}
          </ResponsiveContainer>
        </div>
      )}
    </figure>
  )
}

function Table({ columns, rows }: Pick<Props, 'columns' | 'rows'>) {
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
          {rows.map((row) => (
            <tr key={row[0]} className="border-t border-line">
              {row.map((cell, index) => (
                <td key={columns[index]} className="py-1 pe-4">
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

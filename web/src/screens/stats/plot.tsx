import { type ReactElement, useId, useRef, useState } from 'react'
import { ResponsiveContainer } from 'recharts'
import { ACT, FigureTable } from '@/ui/figure-table'
import { save } from '@/ui/save'
import { csv } from '@/words/csv'
import { pictureOf } from './picture'

interface Props {
  /** The finding, as a sentence. */
  title: string
  told: string
  name: string
  columns: string[]
  rows: (string | number)[][]
  height?: number
  children: ReactElement
}

/** A plot that can be read as a table, and taken along as PNG and CSV. */
export function Plot({ title, told, name, columns, rows, height = 240, children }: Props) {
  const id = useId()
  return (
    <figure aria-labelledby={id} className="mb-12">
      <figcaption id={id}>
        <span className="block text-lg font-semibold">{title}</span>
        <span className="block text-sm text-ink-3">{told}</span>
      </figcaption>
      {rows.length > 0 && <Drawn {...{ name, columns, rows, height }}>{children}</Drawn>}
    </figure>
  )
}

function Drawn({ name, columns, rows, height, children }: Omit<Props, 'title' | 'told'>) {
  const [asTable, setAsTable] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  const savePicture = async () => {
    const svg = ref.current?.querySelector('svg')
    if (svg) save(`${name}.png`, await pictureOf(svg))
  }
  return (
    <>
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
        <FigureTable columns={columns} rows={rows} />
      ) : (
        <div ref={ref} className="mt-3" style={{ height }}>
          <ResponsiveContainer width="100%" height="100%">
            {children}
          </ResponsiveContainer>
        </div>
      )}
    </>
  )
}

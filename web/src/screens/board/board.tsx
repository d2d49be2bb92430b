import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { useQuery } from '@tanstack/react-query'
import { Link, Navigate, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { held } from '@/api/held'
import { send } from '@/api/outbox'
import { isMissing, sentence } from '@/api/problem'
import { boardQuery, boardsQuery, projectsQuery } from '@/api/queries'
import { queryClient } from '@/api/query-client'
import { useMayChange } from '@/api/rights'
import type { Board, Project } from '@/api/types'
import { refresh } from '@/api/writes'
import { openQuickAdd } from '@/app/overlays'
import { say } from '@/app/toasts'
import { Button, Select } from '@/ui/controls'
import { Empty, Pending } from '@/ui/states'
import { isAtLeast, ONLY_LOOK } from '@/words/roles'
import { BoardCard } from './card'
import { BoardColumn } from './column'
import { beside, type Destination, withMoved } from './moving'

const LAST = 'upnext.board'

/** The board that was looked at last, or the first project's. */
export function AnyBoardScreen() {
  const projects = useQuery(projectsQuery)
  const { data } = projects
  if (!data)
    return (
      <div className="px-5 py-6 md:px-8">
        <h1 className="text-xl font-semibold tracking-tight">Board</h1>
        <Pending query={projects} />
      </div>
    )
  const last = localStorage.getItem(LAST)
  const project = data.items.find((one) => one.id === last) ?? data.items.find((one) => !one.inbox)
  const inbox = data.items.find((one) => one.inbox)
  const chosen = project ?? inbox
  if (!chosen) return <Empty title="No projects yet" />
  return <Navigate to="/board/$projectId" params={{ projectId: chosen.id }} replace />
}

export function BoardScreen() {
  const { projectId } = useParams({ from: '/board/$projectId' })
  const { data: projects } = useQuery(projectsQuery)
  const found = useQuery(boardsQuery(projectId))
  const boards = found.data
  const navigate = useNavigate()
  const project = projects?.items.find((one) => one.id === projectId)
  const there = found.isSuccess
  useEffect(() => {
    if (there) localStorage.setItem(LAST, projectId)
  }, [there, projectId])
  const board = boards?.items.find((one) => one.default) ?? boards?.items[0]
  const may = useMayChange(projectId)
  if (isMissing(found.error)) return <NoProject />
  return (
    <div className="flex h-full flex-col">
      <header className="flex flex-wrap items-center gap-3 px-5 pt-6 pb-4 md:px-8">
        <h1 className="me-auto text-xl font-semibold tracking-tight">{board?.name ?? 'Board'}</h1>
        <Select
          label="Project"
          hideLabel
          value={projectId}
          className="w-52"
          onChange={(event) =>
            void navigate({ to: '/board/$projectId', params: { projectId: event.target.value } })
          }
          options={(projects?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
        {may && <Button onClick={() => openQuickAdd('', projectId)}>Add</Button>}
      </header>
      {may ? (
        <p id="board-keys" className="sr-only">
          Space lifts a card, arrows move it, space puts it down, Enter opens it.
        </p>
      ) : (
        <p className="px-5 pb-4 text-ink-2 md:px-8">{ONLY_LOOK}</p>
      )}
      <div className="min-h-0 flex-1">
        <div className="px-5 md:px-8">
          <Pending query={found} />
        </div>
        {boards && !board && <NoBoard projectId={projectId} project={project} />}
        {board && <Columns boardId={board.id} locked={!may} />}
      </div>
    </div>
  )
}

function NoProject() {
  return (
    <div className="px-5 py-6 md:px-8">
      <h1 className="text-xl font-semibold tracking-tight">Board</h1>
      <Empty
        title="There is no such project"
        action={
          <Link to="/board" className="text-accent underline">
            Another board
          </Link>
        }
      >
        It was deleted, or it is private and not shared with you.
      </Empty>
    </div>
  )
}

function NoBoard({ projectId, project }: { projectId: string; project: Project | undefined }) {
  const make = async () => {
    try {
      await send({
        method: 'POST',
        path: `/api/v1/projects/${projectId}/boards`,
        body: { name: 'Board' },
        label: 'Make a board',
      })
      await queryClient.invalidateQueries({ queryKey: ['boards', projectId] })
    } catch (error) {
      say({ text: sentence(error), tone: 'danger' })
    }
  }
  return (
    <div className="px-5 md:px-8">
      <Empty
        title="This project has no board"
        action={
          isAtLeast(project?.role, 'manager') && (
            <Button look="primary" onClick={() => void make()}>
              Make a board
            </Button>
          )
        }
      >
        Its tasks become cards, in columns from backlog to done.
      </Empty>
    </div>
  )
}

function Columns({ boardId, locked }: { boardId: string; locked: boolean }) {
  // While something is held in the hand nothing moves by itself.
  const query = boardQuery(boardId)
  const busy = held.use()
  const board = useQuery({
    ...query,
    refetchInterval: busy ? false : query.refetchInterval,
  })
  useEffect(() => () => held.set(false), [])
  if (!board.data)
    return (
      <div className="px-5 md:px-8">
        <Pending query={board} />
      </div>
    )
  return <Filled board={board.data} locked={locked} onBusy={held.set} />
}

interface FilledProps {
  board: Board
  /** Its cards stay where they are. */
  locked: boolean
  onBusy: (busy: boolean) => void
}

function Filled({ board, locked, onBusy }: FilledProps) {
  const navigate = useNavigate()
  const [lifted, setLifted] = useState<string | null>(null)
  const [told, setTold] = useState('')
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // On a phone one column is in sight: the first that has something in it.
    const first = latest.current.columns.findIndex((column) => column.cards.length > 0)
    row.current?.children[first]?.scrollIntoView({ inline: 'start', block: 'nearest' })
  }, [])
  const latest = useRef(board)
  latest.current = board

  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => source.data.cardId !== undefined,
        onDragStart: () => onBusy(true),
        onDrop: ({ source, location }) => {
          onBusy(false)
          const to = destination(
            latest.current,
            location.current.dropTargets.map((one) => one.data),
          )
          if (to) void move(latest.current, String(source.data.cardId), to)
        },
      }),
    [onBusy],
  )

  return (
    <>
      <div
        ref={row}
        className="flex h-full snap-x snap-mandatory gap-3 overflow-x-auto scroll-px-5 px-5 pb-6 md:snap-none md:px-8"
      >
        {board.columns.map((column) => (
          <BoardColumn key={column.id} column={column} lifted={lifted}>
            {(card) => (
              <BoardCard
                key={card.id}
                card={card}
                columnId={column.id}
                locked={locked}
                lifted={lifted === card.id}
                onOpen={() => void navigate({ to: '.', search: { task: card.id } })}
                onLift={(up) => {
                  setLifted(up ? card.id : null)
                  onBusy(up)
                  setTold(
                    up ? `${card.title} lifted.` : `${card.title} put down in ${column.name}.`,
                  )
                }}
                onMove={(direction) => {
                  const to = beside(board, card.id, direction)
                  if (to) void move(board, card.id, to)
                  const name = board.columns.find((one) => one.id === to?.columnId)?.name
                  setTold(name ? `${card.title}, now in ${name}.` : 'The edge of the board.')
                }}
              />
            )}
          </BoardColumn>
        ))}
      </div>
      <p aria-live="assertive" className="sr-only">
        {told}
      </p>
    </>
  )
}

/** Dropped on a card it goes before or behind it, dropped on a column to its end. */
function destination(
  board: Board,
  targets: Record<string | symbol, unknown>[],
): Destination | null {
  const [inner] = targets
  if (!inner || typeof inner.columnId !== 'string') return null
  const { columnId } = inner
  if (typeof inner.cardId !== 'string') return { columnId, before: null }
  if (extractClosestEdge(inner) === 'top') return { columnId, before: inner.cardId }
  const cards = board.columns.find((column) => column.id === columnId)?.cards ?? []
  const at = cards.findIndex((card) => card.id === inner.cardId)
  return { columnId, before: cards[at + 1]?.id ?? null }
}

async function move(board: Board, id: string, to: Destination): Promise<void> {
  if (to.before === id) return
  const key = boardQuery(board.id).queryKey
  await queryClient.cancelQueries({ queryKey: key })
  queryClient.setQueryData(key, withMoved(board, id, to))
  const title = board.columns
    .flatMap((column) => column.cards)
    .find((card) => card.id === id)?.title
  try {
    await send({
      method: 'POST',
      path: `/api/v1/tasks/${id}/move`,
      body: { column_id: to.columnId, ...(to.before ? { before: to.before } : {}) },
      label: `Move: ${title}`,
    })
  } catch (error) {
    queryClient.setQueryData(key, board)
    say({ text: sentence(error), tone: 'danger' })
  }
  refresh()
}

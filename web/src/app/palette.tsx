import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command as Menu } from 'cmdk'
import { useDeferredValue, useMemo, useState } from 'react'
import { filtersQuery, projectsQuery, searchQuery } from '@/api/queries'
import { Dialog } from '@/ui/dialog'
import { allCommands, type Command } from './commands'
import { Keys } from './keys-shown'

const ROW =
  'flex min-h-10 items-center justify-between gap-4 rounded px-3 text-base data-[selected=true]:bg-accent-soft data-[selected=true]:text-ink'
const GROUP =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3'

export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  // As they were when it was opened: those of the palette's own dialog do not count.
  const commands = useMemo(() => allCommands().filter((one) => one.id !== 'palette'), [])
  const run = (command: Command) => {
    onClose()
    queueMicrotask(command.run)
  }
  const here = commands.filter((command) => !command.group)
  const groups = [...new Set(commands.flatMap((command) => command.group ?? []))]
  if (matchMedia('(max-width: 767px)').matches) groups.sort((a) => (a === 'Go to' ? -1 : 1))
  return (
    <Dialog label="Command palette" onClose={onClose} high className="overflow-hidden">
      <Menu label="Command palette" loop>
        <Menu.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder="Do something, or find a task"
          className="h-12 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
        />
        <Menu.List className="max-h-[min(440px,60dvh)] overflow-y-auto p-2">
          <Menu.Empty className="px-3 py-6 text-ink-2">Nothing is called that.</Menu.Empty>
          <Rows commands={here} run={run} />
          {groups.map((group) => (
            <Menu.Group key={group} heading={group} className={GROUP}>
              <Rows commands={commands.filter((one) => one.group === group)} run={run} />
            </Menu.Group>
          ))}
          <Projects onClose={onClose} />
          <Filters onClose={onClose} />
          <Found typed={typed} onClose={onClose} />
        </Menu.List>
      </Menu>
    </Dialog>
  )
}

function Rows({ commands, run }: { commands: Command[]; run: (command: Command) => void }) {
  return commands.map((command) => (
    <Menu.Item key={command.id} value={command.title} onSelect={() => run(command)} className={ROW}>
      {command.title}
      {command.keys && <Keys keys={command.keys} />}
    </Menu.Item>
  ))
}

function Projects({ onClose }: { onClose: () => void }) {
  const { data } = useQuery(projectsQuery)
  const navigate = useNavigate()
  if (!data) return null
  return (
    <Menu.Group heading="Projects" className={GROUP}>
      {data.items.map((project) => (
        <Menu.Item
          key={project.id}
          value={`Project ${project.name} ${project.key}`}
          className={ROW}
          onSelect={() => {
            onClose()
            void navigate({ to: '/lists/project/$projectId', params: { projectId: project.id } })
          }}
        >
          {project.name}
        </Menu.Item>
      ))}
    </Menu.Group>
  )
}

function Filters({ onClose }: { onClose: () => void }) {
  const { data } = useQuery(filtersQuery)
  const navigate = useNavigate()
  if (!data || data.items.length === 0) return null
  return (
    <Menu.Group heading="Filters" className={GROUP}>
      {data.items.map((filter) => (
        <Menu.Item
          key={filter.id}
          value={`Filter ${filter.name} ${filter.id}`}
          className={ROW}
          onSelect={() => {
            onClose()
            void navigate({ to: '/lists/filter/$filterId', params: { filterId: filter.id } })
          }}
        >
          {filter.name}
        </Menu.Item>
      ))}
    </Menu.Group>
  )
}

function Found({ typed, onClose }: { typed: string; onClose: () => void }) {
  const words = useDeferredValue(typed)
  const { data } = useQuery(searchQuery(words))
  const navigate = useNavigate()
  const hits = words.trim() ? (data?.items.filter((hit) => hit.task_id) ?? []) : []
  if (hits.length === 0) return null
  return (
    <Menu.Group heading="Tasks" className={GROUP} forceMount>
      {hits.slice(0, 8).map((hit) => (
        <Menu.Item
          key={`${hit.kind} ${hit.id}`}
          value={`${words} ${hit.id}`}
          forceMount
          className={ROW}
          onSelect={() => {
            onClose()
            void navigate({ to: '.', search: { task: hit.task_id ?? undefined } })
          }}
        >
          <span className="min-w-0 truncate">{hit.title}</span>
          <span className="text-xs text-ink-3">{hit.key}</span>
        </Menu.Item>
      ))}
    </Menu.Group>
  )
}

import { useState } from 'react'
import type { Project } from '@/api/types'
import { ShareLinks } from '@/screens/sharing/links'
import { Button } from '@/ui/controls'
import { isAtLeast } from '@/words/roles'
import { Promises } from './promises'

/** A project, and on demand what it promises and who else may open it. */
export function ProjectRow({ project }: { project: Project }) {
  const [open, setOpen] = useState(false)
  const manages = isAtLeast(project.role, 'manager')
  return (
    <li className="border-b border-line py-1">
      <div className="flex min-h-10 items-center gap-3">
        <span className="min-w-0 flex-1 truncate">{project.name}</span>
        <span className="text-xs text-ink-3">{project.key}</span>
        <Button
          look="quiet"
          aria-expanded={open}
          aria-label={`${open ? 'Less' : 'More'} of ${project.name}`}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Less' : 'More'}
        </Button>
      </div>
      {open && (
        <div className="appear pt-1 pb-4">
          <h4 className="mb-1 text-sm font-medium text-ink-3">What it promises</h4>
          <Promises project={project} may={manages} />
          {manages && (
            <>
              <h4 className="mt-5 mb-1 text-sm font-medium text-ink-3">Links</h4>
              <ShareLinks shared={{ kind: 'project', id: project.id }} />
            </>
          )}
        </div>
      )}
    </li>
  )
}

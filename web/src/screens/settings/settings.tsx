import { useParams } from '@tanstack/react-router'
import { Tabbed } from '@/ui/sections'
import { ExportPart } from './export'
import { ImportPart } from './import'
import { People } from './people'
import { PlanningSettings } from './planning'
import { NotificationSettings } from './preferences'
import { Profile } from './profile'
import { Security } from './security'
import { Templates } from './templates'

const TABS = [
  { id: 'profile', name: 'You' },
  { id: 'notifications', name: 'Notifications' },
  { id: 'planning', name: 'Planning' },
  { id: 'templates', name: 'Templates' },
  { id: 'people', name: 'Projects and people' },
  { id: 'security', name: 'Security' },
  { id: 'import', name: 'Import' },
  { id: 'export', name: 'Export' },
]

export function SettingsScreen() {
  const { section = 'profile' } = useParams({ strict: false })
  return (
    <Tabbed title="Settings" base="/settings" tabs={TABS} current={section}>
      {section === 'profile' && <Profile />}
      {section === 'notifications' && <NotificationSettings />}
      {section === 'planning' && <PlanningSettings />}
      {section === 'templates' && <Templates />}
      {section === 'people' && <People />}
      {section === 'security' && <Security />}
      {section === 'import' && <ImportPart />}
      {section === 'export' && <ExportPart />}
    </Tabbed>
  )
}

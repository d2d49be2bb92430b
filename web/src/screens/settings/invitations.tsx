import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '@/api/client'
import type { Workspace } from '@/api/types'
import { useClock } from '@/app/clock'
import { act } from '@/ui/acting'
import { Button } from '@/ui/controls'
import { dayWords } from '@/words/dates'
import { ROLE_WORDS } from '@/words/roles'

/** Who was invited and has not come yet. Nothing is shown to those who may not invite. */
export function Invitations({ workspace }: { workspace: Workspace }) {
  const clock = useClock()
  const path = { workspace_id: workspace.id }
  const { data } = useQuery({
    queryKey: ['invitations', workspace.id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/workspaces/{workspace_id}/invitations', { params: { path } })),
    retry: false,
  })
  if (!data || data.items.length === 0) return null
  const one = (invitation_id: string) => ({ params: { path: { ...path, invitation_id } } })
  const withdraw = (id: string) =>
    unwrap(api.DELETE('/api/v1/workspaces/{workspace_id}/invitations/{invitation_id}', one(id)))
  const again = (id: string) =>
    unwrap(
      api.POST('/api/v1/workspaces/{workspace_id}/invitations/{invitation_id}/resend', one(id)),
    )
  return (
    <div className="mt-6">
      <h3 className="mb-1 text-sm font-medium text-ink-3">Invited</h3>
      <ul>
        {data.items.map((invitation) => (
          <li
            key={invitation.id}
            className="flex min-h-12 flex-wrap items-center gap-x-3 border-b border-line py-1"
          >
            <span className="min-w-0 flex-1 truncate">{invitation.email}</span>
            <span className="text-sm text-ink-3">
              {ROLE_WORDS[invitation.role]}, until {dayWords(invitation.expires_at, clock)}
            </span>
            <Button
              look="quiet"
              onClick={() => void act(() => again(invitation.id), 'Sent again', 'invitations')}
            >
              Send again
            </Button>
            <Button
              look="quiet"
              onClick={() => void act(() => withdraw(invitation.id), 'Withdrawn', 'invitations')}
            >
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}

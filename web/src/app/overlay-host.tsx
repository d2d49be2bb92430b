import { Chooser } from './chooser'
import { HelpDialog } from './help'
import { closeOverlay, overlay } from './overlays'
import { Palette } from './palette'
import { QuickAddDialog } from './quick-add'
import { WaitingDialog } from './waiting'

export default function OverlayHost() {
  const open = overlay.use()
  switch (open?.kind) {
    case 'palette':
      return <Palette onClose={closeOverlay} />
    case 'help':
      return <HelpDialog onClose={closeOverlay} />
    case 'quick-add':
      return <QuickAddDialog text={open.text} projectId={open.projectId} onClose={closeOverlay} />
    case 'choose':
      return <Chooser {...open} onClose={closeOverlay} />
    case 'waiting':
      return <WaitingDialog onClose={closeOverlay} />
    default:
      return null
  }
}

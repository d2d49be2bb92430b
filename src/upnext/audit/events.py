"""What is done with the audit trail itself."""

from typing import ClassVar

from upnext.core.changes import Change


class AuditExported(Change):
    """Somebody took the trail of a workspace, or the instance's, home as a file. The diff has what
    they narrowed it to."""

    type: ClassVar[str] = "audit.exported"

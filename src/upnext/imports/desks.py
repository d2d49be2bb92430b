"""What every portion of a run needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.imports.formats.items import Project
from upnext.imports.models import ImportRun
from upnext.imports.reports import Report


@dataclass(frozen=True, slots=True)
class Desk:
    session: AsyncSession
    actor: Actor
    run: ImportRun
    report: Report
    zone: str
    projects: Mapping[str, Project]
    """What the file tells of them beside their names."""

    def may_bring(self, what: str, option: str) -> bool:
        """Else counts one more that is left out. A run of an earlier version has no such option."""
        if self.run.options.get(option, False):
            return True
        self.report.leave_out(what)
        return False

"""The action `backup` of schedules, for whoever administers the instance."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.backups.making import Backup, back_up
from upnext.core.errors import Forbidden
from upnext.core.runtime import Runtime


class BackUp(BaseModel):
    """Where it goes is the operator's to say, by UPNEXT_BACKUP_TO."""

    model_config = ConfigDict(extra="forbid")

    keep: Annotated[
        int | None,
        Field(
            strict=True,
            ge=1,
            le=10_000,
            description="How many backups stay; none: what UPNEXT_BACKUP_KEEP says.",
        ),
    ] = None


def _permit(doing: Doing) -> None:
    if not doing.actor.is_admin:
        raise Forbidden("Only an administrator of this server can schedule backups of it.")


async def _check(session: AsyncSession, doing: Doing, settings: BackUp) -> None:
    del session, settings
    _permit(doing)


async def _perform(runtime: Runtime, doing: Doing, settings: BackUp) -> Backup:
    # Asked again, since the owner may have lost that right.
    _permit(doing)
    return await back_up(runtime, keep=settings.keep)


async def _apply(session: AsyncSession, doing: Doing, settings: BackUp, done: Backup) -> Output:
    del session, settings
    _permit(doing)
    return {
        "where": done.where,
        "bytes": done.bytes,
        "rows": done.made.rows,
        "files": done.made.files.count,
        "faults": len(done.made.faults),
        "removed": done.removed,
    }


async def _preview(session: AsyncSession, doing: Doing, settings: BackUp) -> Output:
    del session
    _permit(doing)
    return {"backup": True, "keep": settings.keep}


BACKUP = ActionKind(
    name="backup", settings=BackUp, check=_check, perform=_perform, apply=_apply, preview=_preview
)

"""The action `file_cleanup`: old files to the trash, from where they can be restored."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.core.load import load_for, permit
from upnext.files.cleaning import FileCleanup, file_cleanup
from upnext.files.policy import DELETE
from upnext.workspaces.models import Project


class CleanUpFiles(BaseModel):
    model_config = ConfigDict(extra="forbid")

    older_than_days: Annotated[int, Field(strict=True, ge=1, le=36_500)] = 90
    what: Annotated[
        Literal["unattached", "closed", "both"],
        Field(description="Free-standing files, those of tasks closed so long ago, or both."),
    ] = "unattached"
    project_id: Annotated[
        UUID | None, Field(description="None: all projects of the workspace that you see.")
    ] = None


async def _check(session: AsyncSession, doing: Doing, settings: CleanUpFiles) -> None:
    if settings.project_id is None:
        permit(doing.actor, DELETE, doing.workspace_id)
        return
    place = (Project, settings.project_id)
    await load_for(session, doing.actor, DELETE, *place, parent=doing.workspace_id)


async def _clean(
    session: AsyncSession, doing: Doing, settings: CleanUpFiles, *, dry_run: bool
) -> Output:
    await _check(session, doing, settings)
    asked = FileCleanup(workspace_id=doing.workspace_id, **settings.model_dump())
    done = await file_cleanup(session, doing.actor, asked, dry_run=dry_run)
    return done.model_dump(exclude={"dry_run"})


async def _apply(session: AsyncSession, doing: Doing, settings: CleanUpFiles, _: object) -> Output:
    return await _clean(session, doing, settings, dry_run=False)


async def _preview(session: AsyncSession, doing: Doing, settings: CleanUpFiles) -> Output:
    return await _clean(session, doing, settings, dry_run=True)


FILE_CLEANUP = ActionKind(
    name="file_cleanup", settings=CleanUpFiles, check=_check, apply=_apply, preview=_preview
)

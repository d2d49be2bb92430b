"""The action `archive_done`: tidies boards of what was finished long ago.

A done task has no other home to go to: it stays where it is found, counted and reopened, in its
project. What is in the way is its card. So archiving takes the cards of tasks that were done so
long ago off their boards; the run's output names the operation by which that is undone.
"""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.automation.doing import queries
from upnext.core.load import load_for, permit
from upnext.tasks.operations.editing import edit_many
from upnext.tasks.operations.schemas import BulkEdit, BulkUpdates
from upnext.tasks.policy import UPDATE
from upnext.tasks.schemas import MOST_IN_BULK
from upnext.workspaces.models import Project

LISTED = 100


class ArchiveDone(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: Annotated[
        int, Field(strict=True, ge=0, le=3_650, description="Done longer ago than this.")
    ] = 14
    project_id: Annotated[
        UUID | None, Field(description="None: all projects of the workspace that you see.")
    ] = None


async def _check(session: AsyncSession, doing: Doing, settings: ArchiveDone) -> None:
    if settings.project_id is not None:
        await load_for(
            session, doing.actor, UPDATE, Project, settings.project_id, parent=doing.workspace_id
        )
    else:
        permit(doing.actor, UPDATE, doing.workspace_id)


async def _edit(
    session: AsyncSession, doing: Doing, settings: ArchiveDone, *, dry_run: bool
) -> dict[str, Any]:
    await _check(session, doing, settings)
    before = doing.now - timedelta(days=settings.days)
    found = queries.done_cards(
        doing.workspace_id, settings.project_id, before, doing.actor.hidden, MOST_IN_BULK
    )
    ids = list(await session.scalars(found))
    if not ids:
        return {"operation": None, "results": [], "changed": 0, "refused": 0}
    updates = BulkUpdates.model_validate({"board_id": None})
    edit = BulkEdit(task_ids=ids, updates=updates, dry_run=dry_run)
    return await edit_many(session, doing.actor, edit, fields=doing.fields)


async def _apply(session: AsyncSession, doing: Doing, settings: ArchiveDone, _: object) -> Output:
    done = await _edit(session, doing, settings, dry_run=False)
    operation = done["operation"]
    return {
        "archived": done["changed"],
        "refused": done["refused"],
        "operation": str(operation) if operation else None,
        "tasks": _keys(done, "changed"),
    }


async def _preview(session: AsyncSession, doing: Doing, settings: ArchiveDone) -> Output:
    done = await _edit(session, doing, settings, dry_run=True)
    return {"archive": done["changed"], "tasks": _keys(done, "changed")}


def _keys(done: dict[str, Any], outcome: str) -> list[str]:
    found = [each["key"] for each in done["results"] if each["outcome"] == outcome]
    return found[:LISTED]


ARCHIVE_DONE = ActionKind(
    name="archive_done", settings=ArchiveDone, check=_check, apply=_apply, preview=_preview
)

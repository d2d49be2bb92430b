"""The use cases: look at a file, start a run, see how far it is, cancel or forget it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, Credential
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict, NotFound, TooMany, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import load_for
from upnext.core.paging import (
    SortField,
    identities,
    instants,
    parse_sort,
    read_cursor,
    write_cursor,
)
from upnext.identity.events import UserDeleted
from upnext.imports import queries, running
from upnext.imports.events import ImportCancelled, ImportStarted
from upnext.imports.formats.items import Item, Wishes
from upnext.imports.formats.registry import Format
from upnext.imports.models import ENDED, PART, ImportRun, ImportState
from upnext.imports.ordering import in_order
from upnext.imports.policy import IMPORT, NEEDED
from upnext.imports.reading import Reading, apart, read, wishes_of
from upnext.imports.reports import besides_of, projects_of, report_on
from upnext.imports.schemas import ImportOptions, Preview, RunList
from upnext.imports.shaping import lost_repetition
from upnext.workspaces.models import Project, Workspace, name_key
from upnext.workspaces.policy import READ_WORKSPACE

MOST_ACTIVE = 3
SHOWN = 20
_MOST_NAMES = 200
STUCK_AFTER = timedelta(hours=24)
KEPT_FOR = timedelta(days=90)
_BATCH = 100
_SORTS = {"created_at": instants(queries.RUN.c.created_at)}
_IDENTITY: SortField = identities(queries.RUN.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file with what is asked of it, and by whom."""

    data: bytes
    digest: bytes
    file_name: str
    kind: Format
    options: ImportOptions
    credential: Credential
    options_granted: frozenset[str]
    """Of the options that make more than tasks, those that the credential's scopes allow."""


# Looking


async def preview(session: AsyncSession, actor: Actor, upload: Upload) -> Preview:
    """What the file says, and what of it would become tasks; writes nothing."""
    workspace_id = await _place(session, actor, upload.options)
    zone = await _zone(session, actor)
    reading = await apart(partial(_read, upload, wishes_of(_stored(upload), ZoneInfo(zone))))
    names = _names(reading)
    known = await _known(session, actor, workspace_id, names)
    report = report_on(reading)
    for remark in in_order(reading.items)[1]:
        report.warn(remark.line, remark.detail)
    for item in reading.items:
        if told := lost_repetition(item, zone):
            report.warn(item.line, told)
    return Preview.model_validate(
        {
            "format": upload.kind.name,
            "label": reading.label,
            "tasks": len(reading.items),
            "items": [_shown(item) for item in reading.items[:SHOWN]],
            "skipped": reading.skipped,
            "failed": len(reading.errors),
            "projects": names,
            "new_projects": [name for name in names if name_key(name) not in known],
            "besides": besides_of(reading),
            "columns": [
                {"header": c.header, "field": c.field, "example": c.example[:200]}
                for c in reading.columns
            ],
            "report": report.stored(),
        }
    )


def _names(reading: Reading) -> list[str]:
    """Also of projects without tasks."""
    named = {name.casefold(): name for name in (*projects_of(reading.items), *reading.projects)}
    return list(named.values())[:_MOST_NAMES]


def _read(upload: Upload, wishes: Wishes) -> Reading:
    return read(upload.data, upload.kind, wishes, source=upload.options.source)


def _shown(item: Item) -> dict[str, Any]:
    return {
        "due_at": item.due,
        "start_at": item.start,
        "completed_at": item.completed if item.status == "done" else None,
        "estimated_duration": item.estimate,
        "recurrence": item.recurrence.text if item.recurrence else None,
        **{name: getattr(item, name) for name in _SAME},
        **{name: list(getattr(item, name)) for name in ("tags", "context", "after", "assignees")},
    }


_SAME = ("line", "external_id", "title", "description", "status", "priority", "category", "energy",
         "project", "parent")  # fmt: skip


async def _known(
    session: AsyncSession, actor: Actor, workspace_id: UUID, names: list[str]
) -> set[str]:
    rows = await session.execute(queries.projects_named(workspace_id, names, actor.hidden))
    return {row.name_key for row in rows}


async def _zone(session: AsyncSession, actor: Actor) -> str:
    assert actor.user_id is not None  # noqa: S101  (the routes are for people and their tokens)
    zone: str = (await session.execute(queries.person(actor.user_id))).one().time_zone
    return zone


# Running


async def start(session: AsyncSession, actor: Actor, upload: Upload) -> ImportRun:
    """Stores the file and asks for the job; nothing is read yet but what kind of file it is."""
    workspace_id = await _place(session, actor, upload.options)
    assert actor.user_id is not None  # noqa: S101  (as above)
    if (await session.scalar(queries.count_active(actor.user_id)) or 0) >= MOST_ACTIVE:
        raise TooMany(
            f"{MOST_ACTIVE} of your imports are running. Wait for one to end, or cancel it.",
            code="too_many_imports",
        )
    run = _new(upload, workspace_id, actor.user_id, unit_of(session).now)
    session.add(run)
    await session.flush()
    pieces = [upload.data[at : at + PART] for at in range(0, len(upload.data), PART)]
    rows = [{"run_id": run.id, "number": n, "data": piece} for n, piece in enumerate(pieces)]
    for row in rows:
        await session.execute(queries.STORE, row)
    change = ImportStarted(
        workspace_id=workspace_id, resource_id=run.id, diff={"format": (None, run.format)}
    )
    await record(session, actor, change)
    await running.ask(run.id, workspace_id, session)
    return run


def _new(upload: Upload, workspace_id: UUID, user_id: UUID, now: datetime) -> ImportRun:
    return ImportRun(
        user_id=user_id,
        credential_id=upload.credential.id,
        by_token=upload.credential.kind == "token",
        workspace_id=workspace_id,
        project_id=upload.options.project_id,
        format=upload.kind.name,
        label="",
        file_name=upload.file_name,
        file_bytes=len(upload.data),
        digest=upload.digest,
        options=_stored(upload),
        state=ImportState.PENDING,
        report={},
        created_at=now,
        updated_at=now,
        **dict.fromkeys(_COUNTS, 0),
    )


_COUNTS = ("position", "total", "created", "existing", "updated", "skipped", "failed", "linked")


def _stored(upload: Upload) -> dict[str, Any]:
    """As JSON; without the right to make projects, goals or boards none are made."""
    options = upload.options.model_dump(mode="json")
    for name in NEEDED:
        options[name] = options[name] and name in upload.options_granted
    return options


async def _place(session: AsyncSession, actor: Actor, options: ImportOptions) -> UUID:
    """The workspace, if tasks may be created where the options say."""
    if options.project_id is not None:
        project = await load_for(session, actor, IMPORT, Project, options.project_id)
        if options.workspace_id not in {None, project.workspace_id}:
            detail = "The project lies in another workspace. Leave one of them out."
            raise invalid_field("/project_id", detail, "other_workspace")
        _check_open(project.archived_at, "project")
        workspace = await load_for(session, actor, READ_WORKSPACE, Workspace, project.workspace_id)
    elif options.workspace_id is not None:
        workspace = await load_for(session, actor, IMPORT, Workspace, options.workspace_id)
    else:
        workspace = await _personal(session, actor)
    _check_open(workspace.archived_at, "workspace")
    return workspace.id


async def _personal(session: AsyncSession, actor: Actor) -> Workspace:
    assert actor.user_id is not None  # noqa: S101  (as above)
    found = (await session.scalars(queries.personal_workspace(actor.user_id))).one_or_none()
    if found is None:
        raise NotFound("You have no personal workspace. Say which one with workspace_id.")
    return found


def _check_open(archived_at: datetime | None, what: str) -> None:
    if archived_at is not None:
        raise Conflict(
            f"This {what} is archived. Take it out of the archive, or choose another.",
            code=f"{what}_archived",
        )


async def get(session: AsyncSession, actor: Actor, run_id: UUID) -> ImportRun:
    found = None
    if actor.user_id is not None:
        found = (await session.scalars(queries.own(run_id, actor.user_id))).one_or_none()
    if found is None:
        raise NotFound("There is no such import.")
    return found


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, asked: RunList
) -> tuple[list[ImportRun], str | None]:
    assert actor.user_id is not None  # noqa: S101  (as above)
    order = parse_sort(asked.sort, _SORTS, _IDENTITY)
    behind = read_cursor(keys, order, asked.cursor) if asked.cursor else None
    statement = queries.page(actor.user_id, order, asked.limit + 1, behind)
    rows = (await session.execute(statement)).all()
    if len(rows) <= asked.limit:
        return [row[0] for row in rows], None
    rows = rows[: asked.limit]
    return [row[0] for row in rows], write_cursor(keys, order, list(rows[-1][1:]))


async def delete(session: AsyncSession, actor: Actor, run_id: UUID) -> None:
    """One that is under way stops after its present portion; what it created stays."""
    run = await get(session, actor, run_id)
    await session.execute(queries.drop_parts(run.id))
    await session.execute(queries.delete_run(run.id))
    if run.state not in ENDED:
        change = ImportCancelled(
            workspace_id=run.workspace_id,
            resource_id=run.id,
            version=run.version + 1,
            diff={"position": (run.position, None)},
        )
        await record(session, actor, change)


async def on_user_deleted(session: AsyncSession, _: Actor, change: UserDeleted) -> None:
    """A run that is under way finds itself gone and stops; what it created stays."""
    await session.execute(queries.drop_parts_of(change.resource_id))
    await session.execute(queries.delete_runs_of(change.resource_id))


async def sweep(session: AsyncSession) -> None:
    """Ends runs that nobody works on any more, and forgets old ones."""
    now = unit_of(session).now
    stuck = (await session.scalars(queries.stuck(now - STUCK_AFTER, _BATCH))).all()
    await running.give_up(session, stuck)
    await session.execute(queries.forget(now - KEPT_FOR))

"""The use cases of files: each change of one goes through here."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, LostRace, NotFound
from upnext.core.load import Action, check_version, load_for
from upnext.files import contents, leaving, policy, queries
from upnext.files.events import FileCreated, FileDeleted, FileRestored, FileUpdated
from upnext.files.models import File
from upnext.files.names import safe
from upnext.files.schemas import FilePatch
from upnext.files.storing import Upload
from upnext.files.wire import Wire, file_wire
from upnext.tasks.wire import plain
from upnext.tasks.writing import hold
from upnext.workspaces.service import place_for_new_task


async def create(session: AsyncSession, actor: Actor, upload: Upload, *, quota: int) -> Wire:
    """The row of a file whose bytes are in the storage, or are there already."""
    place, incoming, now = upload.place, upload.incoming, unit_of(session).now
    await _check_place(session, actor, upload)
    content = await contents.take(session, upload, quota=quota)
    file = File(
        workspace_id=place.workspace_id,
        task_id=place.task_id,
        project_id=None if place.task_id else place.project_id,
        content_id=content.id,
        filename=upload.filename,
        content_type=upload.content_type,
        sha256=incoming.sha256,
        size=incoming.size,
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    session.add(file)
    await session.flush()
    told = ("filename", "size", "content_type")
    diff = {name: (None, plain(getattr(file, name))) for name in told}
    await record(session, actor, _event(FileCreated, file, diff))
    return await _shown(session, file.id)


async def _check_place(session: AsyncSession, actor: Actor, upload: Upload) -> None:
    """Once more, now that nobody can change it meanwhile."""
    place = upload.place
    if place.task_id is not None:
        task = await hold(session, actor, policy.CREATE, place.task_id)
        workspace_id = task.workspace_id
    else:
        project = await place_for_new_task(session, actor, place.project_id, policy.CREATE)
        workspace_id = project.workspace_id
    if workspace_id != place.workspace_id:
        raise LostRace


async def update(
    session: AsyncSession,
    actor: Actor,
    file_id: UUID,
    data: FilePatch,
    *,
    expected: int | None = None,
) -> Wire:
    file = await _held(session, actor, policy.UPDATE, file_id, expected=expected)
    before, name = file.filename, safe(data.filename)
    if name != before:
        file.filename, file.updated_at = name, unit_of(session).now
        await session.flush()
        await record(session, actor, _event(FileUpdated, file, {"filename": (before, name)}))
    return await _shown(session, file_id)


async def delete(
    session: AsyncSession,
    actor: Actor,
    file_id: UUID,
    *,
    for_good: bool,
    expected: int | None = None,
) -> None:
    """To the trash, or past it. Also in an archived project: it may have to go."""
    file = await _either(session, actor, file_id) if for_good else await _live(
        session, actor, file_id
    )  # fmt: skip
    check_version(file.version, expected)
    if for_good:
        await leaving.one(session, actor, file_id)
        return
    now = unit_of(session).now
    file.deleted_at = file.updated_at = now
    await session.flush()
    diff = {"filename": (file.filename, None), "deleted_at": (None, plain(now))}
    await record(session, actor, _event(FileDeleted, file, diff))


async def _live(session: AsyncSession, actor: Actor, file_id: UUID) -> File:
    return await load_for(session, actor, policy.DELETE, File, file_id)


async def _either(session: AsyncSession, actor: Actor, file_id: UUID) -> File:
    """Also one that lies in the trash by itself."""
    try:
        return await _live(session, actor, file_id)
    except NotFound:
        file = await load_for(session, actor, policy.DELETE, File, file_id, trashed=True)
        if file.place_trashed_at is not None:
            raise
        return file


async def restore(
    session: AsyncSession, actor: Actor, file_id: UUID, *, expected: int | None = None
) -> Wire:
    file = await load_for(session, actor, policy.RESTORE, File, file_id, trashed=True)
    since = file.deleted_at
    if since is None or file.place_trashed_at is not None:
        raise NotFound("There is no such file. If its task is in the trash, restore that.")
    check_version(file.version, expected)
    file.deleted_at, file.updated_at = None, unit_of(session).now
    await session.flush()
    diff: Diff = {"filename": (None, file.filename), "deleted_at": (plain(since), None)}
    await record(session, actor, _event(FileRestored, file, diff))
    return await _shown(session, file_id)


async def _held(
    session: AsyncSession, actor: Actor, action: Action, file_id: UUID, *, expected: int | None
) -> File:
    file = await load_for(session, actor, action, File, file_id)
    check_version(file.version, expected)
    if file.task_id is not None:
        await hold(session, actor, action, file.task_id)
    elif file.project is not None and file.project.archived_at is not None:
        raise Conflict(
            "Its project is archived. Take the project out of the archive to change the file.",
            code="project_archived",
        )
    return file


async def _shown(session: AsyncSession, file_id: UUID) -> Wire:
    return file_wire((await session.execute(queries.shown(file_id))).one())


def _event(kind: type[Any], file: File, diff: Diff) -> Any:  # any event of a file
    holder = ("task_id", file.task_id) if file.task_id else ("project_id", file.project_id)
    told = {holder[0]: (None, plain(holder[1]))} if kind is FileCreated else {}
    return kind(
        workspace_id=file.workspace_id,
        resource_id=file.id,
        version=file.version,
        diff={**told, **diff},
    )

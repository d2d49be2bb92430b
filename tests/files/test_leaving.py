"""How files go: with their task, past their time, by a rule; and what is swept behind them."""

import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.files.sending import attach, kept, local, rows, send, unfinished, work
from tests.kit.app import MakeUser, Person, good, refused
from tests.kit.jobs import work_off
from tests.tasks.making import make, make_project, make_team
from upnext import manifest
from upnext.core.auth import SYSTEM, Actor, Credential
from upnext.core.changes import ChangeRow
from upnext.core.context import RequestContext
from upnext.core.runtime import Runtime
from upnext.files import cleaning, keys, leaving, queries, sweeping
from upnext.files.cleaning import FileCleanup, FileCleanupDone
from upnext.files.models import File, FileContent, FileUsage
from upnext.tasks.purging import emptying
from upnext.workspaces.actors import actor_for

CONTEXT = RequestContext(request_id="test")
NOTE = b"Remember the milk.\n"


async def _purge(runtime: Runtime, *, tasks: bool = True) -> None:
    """As a month later."""
    before = runtime.clock.now() + timedelta(seconds=1)
    if tasks:
        await runtime.workshop.run(CONTEXT, partial(emptying.purge_some, before=before))
    await runtime.workshop.run(CONTEXT, partial(leaving.purge_some, before=before))


async def _of(runtime: Runtime, person: Person) -> tuple[int, int, int]:
    """How many files, contents and bytes the workspace has."""
    own = UUID(person.workspace_id)
    files = await rows(runtime, File, File.workspace_id == own)
    held = await rows(runtime, FileContent, FileContent.workspace_id == own)
    (usage,) = await rows(runtime, FileUsage, FileUsage.workspace_id == own)
    return len(files), len(held), usage.bytes


async def test_files_go_with_their_task(person: Person, runtime: Runtime) -> None:
    task, other = await make(person), await make(person)
    file = await attach(person, NOTE, task=task)
    await attach(person, b"own", task=task)
    shared = await attach(person, NOTE, task=other)
    good(await person.client.delete(f"/tasks/{task['id']}"))
    await _purge(runtime)
    assert await _of(runtime, person) == (1, 2, len(NOTE))
    await work(runtime)
    assert await _of(runtime, person) == (1, 1, len(NOTE))
    assert len(kept(runtime, person.workspace_id)) == 1
    assert (await person.client.get(f"/files/{shared['id']}")).content == NOTE
    gone = ChangeRow.resource_id == UUID(file["id"])
    changes = await rows(runtime, ChangeRow, gone, ChangeRow.type == "file.purged")
    assert [(one.actor, one.diff["task_id"]) for one in changes] == [("system", [task["id"], None])]


async def test_a_removal_survives_whoever_does_it(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes go first, and the row, which says that they have to, last."""
    file = await attach(person, NOTE)
    good(await person.client.delete(f"/files/{file['id']}", params={"for_good": True}))
    (content,) = await rows(
        runtime, FileContent, FileContent.workspace_id == UUID(person.workspace_id)
    )
    key = keys.key_of(content.workspace_id, content.id)
    # Somebody was killed between the two halves.
    await runtime.storage.remove(key)
    again = await attach(person, NOTE)
    await work(runtime)
    assert await _of(runtime, person) == (1, 1, len(NOTE))
    assert (await person.client.get(f"/files/{again['id']}")).content == NOTE


async def test_the_same_content_comes_again_before_it_was_removed(
    person: Person, runtime: Runtime
) -> None:
    first = await attach(person, NOTE)
    good(await person.client.delete(f"/files/{first['id']}", params={"for_good": True}))
    second = await attach(person, NOTE)
    assert len(kept(runtime, person.workspace_id)) == 2
    await work(runtime)
    assert len(kept(runtime, person.workspace_id)) == 1
    assert (await person.client.get(f"/files/{second['id']}")).content == NOTE


async def test_what_lay_in_the_trash_goes(person: Person, runtime: Runtime) -> None:
    file, stays = await attach(person, NOTE), await attach(person, b"stays")
    good(await person.client.delete(f"/files/{file['id']}"))
    await _purge(runtime, tasks=False)
    await work(runtime)
    refused(await person.client.post(f"/files/{file['id']}/restore"), 404)
    assert await _of(runtime, person) == (1, 1, 5)
    assert (await person.client.get(f"/files/{stays['id']}")).content == b"stays"


async def test_files_go_with_their_project_and_workspace(person: Person, runtime: Runtime) -> None:
    project = await make_project(person)
    await attach(person, NOTE, project_id=project["id"])
    good(await person.client.delete(f"/projects/{project['id']}"))
    await _purge(runtime, tasks=False)
    await work(runtime)
    assert await _of(runtime, person) == (0, 0, 0)
    assert kept(runtime, person.workspace_id) == set()


async def test_deleting_for_good_takes_one_away_once(person: Person, runtime: Runtime) -> None:
    one, two = await attach(person, NOTE, "a"), await attach(person, NOTE, "b")
    path = f"/files/{one['id']}"
    good(await person.client.delete(path))
    good(await person.client.delete(path, params={"for_good": True}))
    refused(await person.client.delete(path, params={"for_good": True}), 404)
    await work(runtime)
    assert await _of(runtime, person) == (1, 1, len(NOTE))
    assert (await person.client.get(f"/files/{two['id']}")).content == NOTE


def _age(path: Path, hours: int) -> None:
    old = path.stat().st_mtime - hours * 3_600
    os.utime(path, (old, old))


async def test_orphans_are_swept(person: Person, runtime: Runtime) -> None:
    file = await attach(person, NOTE)
    (real,) = kept(runtime, person.workspace_id)
    storage = local(runtime)
    strangers = []
    for workspace_id, hours in ((UUID(person.workspace_id), 25), (UUID(person.workspace_id), 23),
                                (uuid4(), 25)):  # fmt: skip
        spool = storage.incoming / f"up-{uuid4()}"
        spool.write_bytes(b"nobody's")
        key = keys.key_of(workspace_id, uuid4())
        await storage.put(key, spool)
        strangers.append(storage.incoming.parent / key)
        _age(strangers[-1], hours)
    for hours in (25, 1):
        path = storage.incoming / f"up-{hours}"
        path.write_bytes(b"half")
        _age(path, hours)
    _age(real, 25)
    now = runtime.clock.now()
    dry = await sweeping.sweep(runtime, now, dry_run=True)
    assert all(path.exists() for path in strangers)
    swept = await sweeping.sweep(runtime, now)
    assert dry == swept
    assert (swept.orphans, swept.bytes, swept.unfinished) == (1, 8, 1)
    assert swept.strange >= 1
    assert [path.exists() for path in strangers] == [False, True, True]
    assert [path.name for path in unfinished(runtime)] == ["up-1"]
    assert (await person.client.get(f"/files/{file['id']}")).content == NOTE
    (storage.incoming / "up-1").unlink()
    strangers[2].unlink()


async def test_a_wrong_count_is_mended(person: Person, runtime: Runtime) -> None:
    await attach(person, NOTE)
    own = FileContent.workspace_id == UUID(person.workspace_id)

    async def spoil(session: AsyncSession) -> None:
        (known,) = await rows(runtime, FileContent, own)
        (content,) = await session.scalars(queries.contents_for_update([known.id]))
        content.refs = 5

    await runtime.workshop.run(CONTEXT, spoil)
    await runtime.workshop.run(CONTEXT, partial(sweeping.requeue, now=runtime.clock.now()))
    assert [one.refs for one in await rows(runtime, FileContent, own)] == [1]


async def _actor(runtime: Runtime, person: Person) -> Actor:
    credential = Credential(kind="session", id=uuid4(), user_id=UUID(person.id))
    return await actor_for(runtime.db.lane, credential)


async def test_a_rule_cleans_up(person: Person, runtime: Runtime) -> None:
    open_task, closed = await make(person), await make(person)
    kept_file = await attach(person, b"open", task=open_task)
    of_closed = await attach(person, b"closed", task=closed)
    free = await attach(person, b"free")
    good(await person.client.patch(f"/tasks/{closed['id']}", json={"completed": True}))
    actor = await _actor(runtime, person)

    async def clean(what: str, *, days: int = 1, dry_run: bool = False) -> FileCleanupDone:
        asked = FileCleanup.model_validate(
            {"workspace_id": person.workspace_id, "what": what, "older_than_days": days}
        )
        return await runtime.workshop.run(
            CONTEXT,
            lambda session: cleaning.file_cleanup(session, actor, asked, dry_run=dry_run),
        )

    assert (await clean("both")).count == 0
    later = runtime.clock.now() + timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(runtime.clock), "now", lambda _: later)
        dry = await clean("both", dry_run=True)
        assert (dry.count, dry.bytes, dry.more) == (2, 10, False)
        assert [one["filename"] for one in dry.files] == ["notes.txt"] * 2
        assert (await person.client.get(f"/files/{free['id']}/meta")).status_code in {200, 401}
        assert (await clean("closed")).files[0]["id"] == of_closed["id"]
        assert (await clean("unattached")).files[0]["id"] == free["id"]
        assert (await clean("both")).count == 0
    for gone in (of_closed, free):
        refused(await person.client.get(f"/files/{gone['id']}"), 404)
    good(await person.client.post(f"/files/{free['id']}/restore"))
    assert (await person.client.get(f"/files/{kept_file['id']}")).content == b"open"


async def test_a_rule_takes_only_what_its_maker_may_delete(
    person: Person, make_user: MakeUser, runtime: Runtime
) -> None:
    viewer, stranger = await make_user(), await make_user()
    workspace_id = await make_team(person, viewer=viewer)
    project = await make_project(person, workspace_id)
    await attach(person, NOTE, project_id=project["id"])
    asked = FileCleanup(workspace_id=UUID(workspace_id), older_than_days=1)
    later = runtime.clock.now() + timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(runtime.clock), "now", lambda _: later)
        for who, count in ((viewer, 0), (person, 1)):
            clean = partial(cleaning.file_cleanup, actor=await _actor(runtime, who), asked=asked)
            assert (await runtime.workshop.run(CONTEXT, clean)).count == count
        other = await _actor(runtime, stranger)
        with pytest.raises(Exception, match="no such"):
            await runtime.workshop.run(
                CONTEXT, lambda session: cleaning.file_cleanup(session, other, asked)
            )


async def test_the_schedules_name_jobs_that_there_are(runtime: Runtime) -> None:
    assert {spec.kind for spec in manifest.SCHEDULES} <= manifest.JOBS.keys()
    assert SYSTEM.kind == "system"
    assert await work_off(runtime) >= 0


async def test_a_task_with_files_costs_no_more_to_send_on(person: Person) -> None:
    answer = await send(person.client, NOTE, task=await make(person))
    assert answer.status_code == 201

"""What lies in the trash for too long goes for good: in order, in batches, with all of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from starlette.types import ASGIApp

from tests.boards.making import make_board
from tests.comments.saying import say
from tests.files.sending import attach, kept
from tests.goals.making import make_goal
from tests.kit.app import Person, connect, good, refused, register, serve, settings_for
from tests.kit.jobs import work_off
from tests.sharing.opening import share
from tests.tasks.making import found, make, make_project
from tests.tasks.test_bulk_edits import edit
from upnext import manifest
from upnext.boards.models import Board, Column
from upnext.comments.models import Comment, CommentVersion
from upnext.core.changes import ChangeRow
from upnext.core.clock import FrozenClock
from upnext.core.context import RequestContext
from upnext.core.db import Base
from upnext.core.jobs import enqueue
from upnext.core.runtime import Runtime
from upnext.feeds.models import Feed
from upnext.files import jobs as files_jobs
from upnext.files.models import File, FileContent, FileUsage
from upnext.identity.models import ShareLink
from upnext.main import build_runtime, close
from upnext.planning.models import RankKey
from upnext.sla.models import Calendar, ClockRow, Policy
from upnext.tasks import jobs as tasks_jobs
from upnext.tasks.models import SavedFilter, Task, TaskAssignee, TaskDependency, TaskTag
from upnext.tasks.purging import emptying
from upnext.workspaces import jobs as workspaces_jobs
from upnext.workspaces import purging
from upnext.workspaces.models import Project, ProjectMember, Workspace

START = datetime(2030, 1, 1, tzinfo=UTC)
KEPT = timedelta(days=30)
MOMENT = timedelta(seconds=1)
CONTEXT = RequestContext(request_id="test")
LASTING = {"change", "change_head", "change_checkpoint", "job", "operation"}


@dataclass
class Alone:
    """An instance that nobody else uses, whose time we make."""

    runtime: Runtime
    clock: FrozenClock
    served: ASGIApp
    person: Person

    async def pass_by(self, time: timedelta) -> None:
        """Access tokens do not live that long."""
        self.clock.advance(time)
        login = {"email": self.person.email, "password": "correct horse battery"}
        client = self.person.client
        client.headers.pop("Authorization")
        tokens = good(await client.post("/auth/login", json=login))
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def purge(self) -> int:
        """As the schedules have it done; how many jobs it took."""
        jobs = 0
        of_tasks = (tasks_jobs.PURGE, files_jobs.PURGE)
        for kind in (workspaces_jobs.PURGE, *of_tasks, workspaces_jobs.PURGE):
            await self.runtime.workshop.run(CONTEXT, partial(enqueue, kind=kind, args={}))
            jobs += await work_off(self.runtime)
        return jobs

    async def count(self, model: type[Base], *where: Any) -> int:
        async with self.runtime.db.read() as session:
            counted = select(func.count()).select_from(model).where(*where)
            return await session.scalar(counted) or 0

    async def left_of(self, workspace_id: UUID) -> dict[str, int]:
        """Rows by table, without the record of what happened, which stays."""
        left: dict[str, int] = {}
        async with self.runtime.db.read() as session:
            for table in Base.metadata.sorted_tables:
                if "workspace_id" not in table.c or table.name in LASTING:
                    continue
                here = table.c.workspace_id == workspace_id
                count = await session.scalar(select(func.count()).select_from(table).where(here))
                left |= {table.name: count} if count else {}
        return left

    async def changes(self, kind: str) -> list[ChangeRow]:
        async with self.runtime.db.read() as session:
            rows = select(ChangeRow).where(ChangeRow.type == kind).order_by(ChangeRow.id)
            return list(await session.scalars(rows))


@pytest.fixture
async def alone(own_database_url: str, tmp_path: Path) -> AsyncIterator[Alone]:
    clock = FrozenClock(START)
    runtime = build_runtime(settings_for(own_database_url, tmp_path), clock)
    served = serve(runtime)
    async with connect(served) as client:
        yield Alone(runtime, clock, served, await register(client, "mia@example.com"))
    await close(runtime)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "BATCH", 3)
    monkeypatch.setattr(purging, "BATCH", 1)


async def test_a_task_goes_after_thirty_days_with_all_of_its_own(alone: Alone) -> None:
    person = alone.person
    blocker = await make(person, title="Stays")
    doomed = await make(
        person, title="Goes", tags=["a", "b"], assignee_ids=[person.id],
        recurrence="FREQ=DAILY", due_at="2031-01-01T09:00:00Z",
    )  # fmt: skip
    waiting = await make(person, title="Waits")
    for task, before in ((doomed, blocker), (waiting, doomed)):
        path = f"/tasks/{task['id']}/dependencies"
        good(await person.client.post(path, json={"blocked_by": before["id"]}))
    good(await person.client.delete(f"/tasks/{doomed['id']}"))
    await alone.pass_by(KEPT)
    await alone.purge()
    assert len(await found(person, trashed=True)) == 1
    await alone.pass_by(MOMENT)
    await alone.purge()
    assert await found(person, trashed=True) == []
    refused(await person.client.post(f"/tasks/{doomed['id']}/restore"), 404)
    gone = UUID(doomed["id"])
    assert await alone.count(Task) == 2
    assert await alone.count(TaskTag) == await alone.count(TaskDependency) == 0
    assert await alone.count(TaskAssignee, TaskAssignee.task_id == gone) == 0
    assert await alone.count(RankKey, RankKey.task_id == gone) == 0
    assert await alone.count(Task, Task.dependent_count != 0) == 0
    (change,) = await alone.changes("task.purged")
    assert (change.resource_id, change.actor, change.request_id) == (gone, "system", "test")
    assert change.diff == {"key": [doomed["key"], None], "title": ["Goes", None]}
    left = good(await person.client.get(f"/tasks/{waiting['id']}"))
    assert (left["blocked"], left["blocked_by"]) == (False, [])


async def test_what_lies_below_goes_before_what_lies_above(
    alone: Alone, small_batches: None
) -> None:
    person = alone.person
    above: dict[str, Any] = {}
    for _ in range(7):
        above = await make(person, **({"parent_id": above["id"]} if above else {}))
        await make(person, parent_id=above["id"])
    top = (await found(person, sort="created_at"))[0]
    kept = await make(person)
    good(await person.client.delete(f"/tasks/{top['id']}"))
    await alone.pass_by(KEPT + MOMENT)
    assert await alone.purge() > 4
    assert [task["id"] for task in await found(person)] == [kept["id"]]
    assert await alone.count(Task) == 1
    places = {str(c.resource_id): n for n, c in enumerate(await alone.changes("task.purged"))}
    assert len(places) == 14
    assert places[top["id"]] == 13


async def test_a_project_follows_its_tasks(alone: Alone) -> None:
    person = alone.person
    project = await make_project(person, private=True)
    task = await make(person, project_id=project["id"], tags=["x"])
    earlier = await make(person, project_id=project["id"])
    good(await person.client.delete(f"/tasks/{earlier['id']}"))
    good(await person.client.delete(f"/projects/{project['id']}"))
    await alone.pass_by(KEPT)
    await alone.purge()
    good(await person.client.post(f"/projects/{project['id']}/restore"))
    good(await person.client.get(f"/tasks/{task['id']}"))
    good(await person.client.delete(f"/projects/{project['id']}"))
    await alone.pass_by(KEPT + MOMENT)
    # Its own job comes too early: the tasks are still there.
    await alone.runtime.workshop.run(
        CONTEXT, partial(purging.purge_some, before=alone.clock.now() - KEPT)
    )
    assert await alone.count(Project, Project.id == UUID(project["id"])) == 1
    await alone.purge()
    assert await alone.count(Project, Project.id == UUID(project["id"])) == 0
    assert await alone.count(Task) == await alone.count(ProjectMember) == 0
    (change,) = await alone.changes("project.purged")
    assert change.workspace_id == UUID(person.workspace_id)
    assert change.diff["name"] == [project["name"], None]
    assert await alone.count(Project) == 1


async def _crowded(alone: Alone) -> dict[str, Any]:
    """A workspace with everything that one can have."""
    person = alone.person
    made: dict[str, Any] = good(await person.client.post("/workspaces", json={"name": "Shop"}))
    async with connect(alone.served) as client:
        colleague = await register(client, "bob@example.com")
        member = {"email": colleague.email, "role": "member"}
        good(await person.client.post(f"/workspaces/{made['id']}/members", json=member))
        for number in range(3):
            project = await make_project(
                person, name=f"P{number}", workspace_id=made["id"], private=number == 1
            )
            first = await make(person, project_id=project["id"], tags=["t"])
            second = await make(person, project_id=project["id"], parent_id=first["id"])
            third = await make(person, project_id=project["id"], assignee_ids=[person.id])
            link = {"blocked_by": second["id"]}
            good(await person.client.post(f"/tasks/{third['id']}/dependencies", json=link))
        for shared in (True, False):
            data = {"name": f"F{shared}", "query": "p1", "workspace_id": made["id"]}
            good(await person.client.post("/filters", json={**data, "shared": shared}))
        feed = {"name": "Phone", "workspace_id": made["id"]}
        good(await person.client.post("/feeds", json=feed))
        await _furnish(person, made["id"], project["id"], first)
    return made


async def _furnish(person: Person, workspace_id: str, project_id: str, task: Any) -> None:
    """With all that other domains keep beside a project and a task."""
    client, place = person.client, {"workspace_id": workspace_id}
    whole = await make_goal(person, **place)
    below = await make_goal(person, "Sub", project_id=project_id, parent_id=whole["id"])
    policy = {"resolution_minutes": 60, "first_response_minutes": 30}
    good(await client.post(f"/projects/{project_id}/sla-policies", json=policy))
    week = [[[540, 1020]]] * 5 + [[], []]
    calendar = {"time_zone": "UTC", "hours": week}
    good(await client.put(f"/workspaces/{workspace_id}/calendar", json=calendar))
    board = await make_board(person, project_id)
    await make_board(person, project_id, name="Other")
    said = await say(person, task, "A first thought")
    good(await client.patch(f"/comments/{said['id']}", json={"body": "A second one"}))
    await say(person, task, "An answer", parent=said)
    await attach(person, b"A map", task=task)
    await attach(person, b"A plan", project_id=project_id)
    await share(person, "tasks", task["id"])
    await share(person, "projects", project_id)
    column = board["columns"][2]["id"]
    updates = {"column_id": column, "goal_id": below["id"]}
    assert (await edit(person, [task], updates=updates))["changed"] == 1


async def test_a_workspace_goes_with_all_that_it_holds(alone: Alone, small_batches: None) -> None:
    person = alone.person
    own = await make(person, tags=["mine"])
    made = await _crowded(alone)
    good(await person.client.delete(f"/workspaces/{made['id']}"))
    await alone.pass_by(KEPT)
    await alone.purge()
    good(await person.client.post(f"/workspaces/{made['id']}/restore"))
    assert len(await found(person, workspace_id=made["id"])) == 9
    good(await person.client.delete(f"/workspaces/{made['id']}"))
    await alone.pass_by(KEPT + MOMENT)
    await alone.purge()
    place = UUID(made["id"])
    refused(await person.client.post(f"/workspaces/{made['id']}/restore"), 404)
    assert await alone.left_of(place) == {}
    assert await alone.count(SavedFilter) == await alone.count(Feed) == 0
    for empty in (Comment, CommentVersion, ClockRow, ShareLink, Policy, Calendar, Board, Column):
        assert await alone.count(empty) == 0, empty
    for kind in (File, FileContent, FileUsage):
        assert await alone.count(kind) == 0, kind
    assert kept(alone.runtime, made["id"]) == set()
    assert await alone.count(Workspace) == 2
    (change,) = await alone.changes("workspace.purged")
    assert (change.workspace_id, change.resource_id) == (UUID(int=0), place)
    assert len(await alone.changes("task.purged")) == 9
    assert len(await alone.changes("project.purged")) == 3
    assert good(await person.client.get(f"/tasks/{own['id']}"))["tags"] == ["mine"]


async def test_a_project_full_of_all_goes_and_leaves_the_rest(alone: Alone) -> None:
    person = alone.person
    made = await _crowded(alone)
    params = {"workspace_id": made["id"]}
    projects = good(await person.client.get("/projects", params=params))["items"]
    last = next(each for each in projects if each["name"] == "P2")
    good(await person.client.delete(f"/projects/{last['id']}"))
    await alone.pass_by(KEPT + MOMENT)
    await alone.purge()
    assert await alone.count(Project, Project.id == UUID(last["id"])) == 0
    for empty in (Comment, CommentVersion, ClockRow, ShareLink, Policy, Board, Column, File):
        assert await alone.count(empty) == 0, empty
    goals = good(await person.client.get("/goals", params=params))["items"]
    assert {each["title"]: each["parent_id"] for each in goals} == {"Fit": None}
    assert await alone.count(Calendar) == 1


KEPT_UNTIL_PURGED = {
    # They go first, each by the job that knows them: see purging and leaving in their domains.
    *("task.project_id", "task.parent_id", "saved_filter.user_id", "saved_filter.workspace_id"),
    *("project.workspace_id", "project_member.project_id", "project_member.workspace_id"),
    *("file.workspace_id", "file.project_id", "file_content.workspace_id"),
    *("workspace_member.workspace_id", "workspace_member.user_id", "workspace.personal_of"),
}


def test_nothing_else_keeps_a_row_in_the_trash() -> None:
    """Whatever refers to a task, a project, a workspace or an account goes with it or lets go."""
    plain = {
        f"{table.name}.{key.parent.name}"
        for table in manifest.METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"task", "project", "workspace", "user_account"}
        and key.ondelete not in {"CASCADE", "SET NULL"}
    }
    assert plain == KEPT_UNTIL_PURGED


async def test_a_workspace_on_its_way_out_cannot_be_brought_back(alone: Alone) -> None:
    """Or it would come back half empty."""
    made = await _crowded(alone)
    path = f"/workspaces/{made['id']}"
    good(await alone.person.client.delete(path))
    await alone.pass_by(KEPT + MOMENT)
    before = alone.clock.now() - KEPT
    # The tasks wait until there is no way back.
    await alone.runtime.workshop.run(CONTEXT, partial(emptying.purge_some, before=before))
    assert await alone.count(Task) == 9
    await alone.runtime.workshop.run(CONTEXT, partial(purging.purge_some, before=before))
    refused(await alone.person.client.post(f"{path}/restore"), 404)
    assert await alone.count(Task) == 9
    assert len(await alone.changes("workspace.purged")) == 1
    await alone.purge()
    assert await alone.count(Task) == 0
    assert await alone.count(Workspace, Workspace.id == UUID(made["id"])) == 0
    assert len(await alone.changes("workspace.purged")) == 1


async def test_nothing_goes_when_the_settings_say_so(alone: Alone) -> None:
    object.__setattr__(alone.runtime.settings.retention, "trash_days", 0)
    task = await make(alone.person)
    good(await alone.person.client.delete(f"/tasks/{task['id']}"))
    await alone.pass_by(100 * KEPT)
    await alone.purge()
    assert await alone.count(Task) == 1


async def test_what_is_not_in_the_trash_stays(alone: Alone) -> None:
    person = alone.person
    task = await make(person)
    project = await make_project(person)
    good(await person.client.patch(f"/projects/{project['id']}", json={"archived": True}))
    back = await make(person)
    good(await person.client.delete(f"/tasks/{back['id']}"))
    good(await person.client.post(f"/tasks/{back['id']}/restore"))
    await alone.pass_by(10 * KEPT)
    await alone.purge()
    assert {one["id"] for one in await found(person)} == {task["id"], back["id"]}
    assert await alone.count(Project) == 2


def test_they_are_scheduled() -> None:
    for kind in (tasks_jobs.PURGE, workspaces_jobs.PURGE):
        assert kind in manifest.JOBS
        assert [spec for spec in manifest.SCHEDULES if spec.kind == kind]

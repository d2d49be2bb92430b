"""GET /events: pages by seq, as far as one sees."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from tests.kit.app import MakeUser, Person, good, max_queries, refused, seal
from tests.realtime.conftest import write
from tests.workspaces.teams import ROLES, Team
from upnext.core.context import RequestContext
from upnext.core.runtime import Runtime
from upnext.tasks.models import Task
from upnext.workspaces.models import Project, ProjectMember


async def _events(person: Person, **query: Any) -> Any:
    return good(await person.client.get("/events", params=query))


async def test_pages_follow_upon_each_other(anna: Person, runtime: Runtime) -> None:
    await write(anna, "one", "two", "three")
    await seal(runtime)
    whole = await _events(anna)
    assert [one["seq"] for one in whole["items"]] == [1, 2, 3, 4, 5, 6]
    assert whole["next_cursor"] is None
    assert whole["last_seq"] == 6
    first = await _events(anna, limit=4)
    assert first["next_cursor"] == "4"
    rest = await _events(anna, limit=4, after=first["next_cursor"])
    assert first["items"] + rest["items"] == whole["items"]
    assert (await _events(anna, after=6))["items"] == []


async def test_the_envelope(anna: Person, runtime: Runtime) -> None:
    (task_id,) = await write(anna, "one")
    good(await anna.client.patch(f"/tasks/{task_id}", json={"title": "two"}))
    await seal(runtime)
    event = (await _events(anna))["items"][-1]
    assert event["type"] == "task.updated"
    assert event["resource"] == {"type": "task", "id": task_id, "version": 2}
    assert event["actor"] == {"type": "user", "id": anna.id}
    assert event["workspace_id"] == anna.workspace_id
    assert event["project_id"] == anna.inbox_id
    assert (event["previous"]["title"], event["data"]["title"]) == ("one", "two")
    assert event["occurred_at"].endswith("Z")


async def test_filters(anna: Person, runtime: Runtime) -> None:
    project = good(await anna.client.post("/projects", json={"name": "Other"}))
    await write(anna, "in the inbox")
    await write(anna, "elsewhere", project_id=project["id"])
    await seal(runtime)
    only = await _events(anna, project_id=project["id"])
    kinds = {one["type"] for one in only["items"]}
    assert {"project.created", "task.created"} <= kinds
    assert {one["project_id"] for one in only["items"]} == {project["id"]}
    assert len((await _events(anna, type="task.created"))["items"]) == 2
    both = await _events(anna, type=["task", "project.created"])
    assert len(both["items"]) == 4
    assert both["last_seq"] == only["last_seq"]


@pytest.mark.each
async def test_a_page_costs_three_statements(anna: Person, runtime: Runtime) -> None:
    await write(anna, "one", "two")
    await seal(runtime)
    with max_queries(runtime, 3):
        await _events(anna, workspace_id=anna.workspace_id)


async def test_what_is_refused(anna: Person, make_user: MakeUser) -> None:
    stranger = await make_user()
    for query in ("limit=0", "limit=501", "after=-1", "before=3", "type=X"):
        refused(await anna.client.get(f"/events?{query}"), 422)
    for place in ({"workspace_id": stranger.workspace_id}, {"project_id": stranger.inbox_id}):
        refused(await anna.client.get("/events", params=place), 404)
        refused(await anna.client.get("/events/stream", params=place), 404)
    refused(await anna.client.get("/events/stream", params={"after": 999}), 410, "events_ahead")


async def test_a_private_project_does_not_show(team: Team, runtime: Runtime) -> None:
    """T025. Not its changes, and not its id or key in what others tell of it."""
    secret = await team.project(private=True)
    open_project = await team.project()
    (moved,) = await write(team.owner, "Moved out", project_id=secret)
    await write(team.owner, "Stays", project_id=secret)
    body = {"project_id": open_project}
    good(await team.owner.client.patch(f"/tasks/{moved}", json=body))
    await seal(runtime)
    path = f"/events?workspace_id={team.workspace_id}&limit=500"
    answers = {who: await team[who].client.get(path) for who in ROLES}
    assert secret in answers["owner"].text
    assert "Stays" in answers["admin"].text
    for who in ("manager", "member", "viewer"):
        good(answers[who])
        assert secret not in answers[who].text
        assert "Stays" not in answers[who].text
        # It is where all can see it now, and so is what happened to it.
        assert "Moved out" in answers[who].text


async def test_what_was_said_in_a_deleted_comment(team: Team, runtime: Runtime) -> None:
    """Is told to nobody any more, also not by what happened before."""
    project = await team.project()
    (task,) = await write(team.member, "Talk", project_id=project)
    client = team.member.client
    made = good(await client.post(f"/tasks/{task}/comments", json={"body": "Unspeakable"}))
    await seal(runtime)
    path = f"/events?workspace_id={team.workspace_id}&type=comment&limit=500"
    (said,) = good(await team.viewer.client.get(path))["items"]
    assert (said["data"]["body"], said["project_id"]) == ("Unspeakable", project)
    good(await client.delete(f"/comments/{made['id']}"))
    await seal(runtime)
    after = await team.owner.client.get(path)
    assert "Unspeakable" not in after.text
    assert len(good(after)["items"]) == 2


async def test_what_is_gone_for_good_is_for_administrators(team: Team, runtime: Runtime) -> None:
    """Nobody can say any more who saw it."""
    project = await team.project(private=True)
    (task,) = await write(team.owner, "Secret", project_id=project)

    async def purge(session: AsyncSession) -> None:
        await session.execute(delete(Task).where(Task.id == UUID(task)))
        await session.execute(
            delete(ProjectMember).where(ProjectMember.project_id == UUID(project))
        )
        await session.execute(delete(Project).where(Project.id == UUID(project)))

    await runtime.workshop.run(RequestContext(request_id="test-purge"), purge)
    await seal(runtime)
    path = f"/events?workspace_id={team.workspace_id}&limit=500"
    assert project in (await team.admin.client.get(path)).text
    for who in ("manager", "member", "viewer"):
        assert project not in (await team[who].client.get(path)).text

"""Who is told of what, in the app: by the API, from the change to the list."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp

from tests.kit.app import Person, good, max_queries, refused, seal
from tests.kit.posting import CONTEXT, Post
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.changes import ChangeRow
from upnext.core.runtime import Runtime
from upnext.core.types import micros
from upnext.notifications import timing
from upnext.notifications.spreading import SPREAD, spread_changes

Json = dict[str, Any]


@pytest.fixture(scope="module")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    """Everybody chose nothing."""
    for role in ("owner", "member", "viewer"):
        good(await people[role].client.put("/notifications/preferences", json={}))
    return await regroup(people)


@pytest.fixture
def post(runtime: Runtime) -> Post:
    return Post(runtime)


async def tell(team: Team, post: Post) -> int:
    await seal(post.runtime)
    return await post.do(SPREAD, workspace_id=team.workspace_id)


async def told(person: Person, team: Team, **params: Any) -> list[Json]:
    page = good(await person.client.get("/notifications", params=params))
    return [one for one in page["items"] if one["workspace_id"] == team.workspace_id]


async def new_task(team: Team, project: str, *assigned: str, **more: Any) -> Json:
    body = {"title": "Fix <b>it</b>", "project_id": project, **more}
    body["assignee_ids"] = [team[role].id for role in assigned]
    made: Json = good(await team.owner.client.post("/tasks", json=body))
    return made


async def test_who_is_assigned_is_told_once(team: Team, post: Post, runtime: Runtime) -> None:
    project = await team.project()
    task = await new_task(team, project, "owner", "member")
    assert await tell(team, post) == 1
    (one,) = await told(team.member, team)
    assert (one["event"], one["task_id"], one["read_at"]) == ("task.assigned", task["id"], None)
    assert one["data"]["title"] == "Fix <b>it</b>"
    assert task["key"] in one["title"]
    assert await told(team.owner, team) == []  # who did it
    assert await told(team.viewer, team) == []

    # Whatever runs again: nobody is told twice.
    async def again(session: AsyncSession) -> None:
        own = select(ChangeRow.id).where(ChangeRow.resource_id == UUID(task["id"]))
        await spread_changes(session, list(await session.scalars(own)))

    await runtime.workshop.run(CONTEXT, again)
    assert len(await told(team.member, team)) == 1


@pytest.mark.each
async def test_reading_and_deleting(team: Team, post: Post, runtime: Runtime) -> None:
    project = await team.project()
    for _ in range(3):
        await new_task(team, project, "member")
    await tell(team, post)
    client = team.member.client
    with max_queries(runtime, 3):
        page = good(await client.get("/notifications", params={"limit": 2}))
    before = page["unread"]
    assert (before >= 3, len(page["items"])) == (True, 2)
    rest = good(await client.get("/notifications", params={"cursor": page["next_cursor"]}))
    newest, second = (one["id"] for one in page["items"])
    third = rest["items"][0]["id"]
    assert third not in {newest, second}
    read = good(await client.post(f"/notifications/{newest}/read"))
    assert read["read_at"] is not None
    assert good(await client.get("/notifications"))["unread"] == before - 1
    good(await client.post(f"/notifications/{newest}/unread"))
    refused(await team.owner.client.post(f"/notifications/{newest}/read"), 404)
    refused(await team.owner.client.delete(f"/notifications/{newest}"), 404)
    good(await client.post("/notifications/read-all", json={"up_to": second}))
    unread = good(await client.get("/notifications", params={"unread": True}))
    assert [one["id"] for one in unread["items"]] == [newest]
    assert good(await client.post("/notifications/read-all"))["marked"] == 1
    good(await client.delete(f"/notifications/{newest}"))
    refused(await client.delete(f"/notifications/{newest}"), 404)
    assert newest not in {one["id"] for one in await told(team.member, team)}


async def test_what_may_not_be_seen_is_not_told(team: Team, post: Post) -> None:
    """016, 025: neither when it happens, nor once it is out of sight."""
    project = await team.project()
    await new_task(team, project, "member")
    await tell(team, post)
    assert len(await told(team.member, team)) == 1
    good(await team.owner.client.patch(f"/projects/{project}", json={"private": True}))
    assert await told(team.member, team) == []
    page = good(await team.member.client.get("/notifications"))
    assert all(one["project_id"] != project for one in page["items"])
    await team.join(project, "member", as_="member")
    assert len(await told(team.member, team)) == 1
    member = team.path(f"members/{team.member.id}")
    task = await new_task(team, project, "member")
    good(await team.owner.client.delete(member))
    await tell(team, post)
    assert await told(team.member, team) == []
    body = {"email": team.member.email, "role": "member"}
    good(await team.owner.client.post(team.path("members"), json=body))
    await team.join(project, "member", as_="member")
    # Told of the first one; of the second, when it happened, nobody could tell them.
    assert task["id"] not in {one["task_id"] for one in await told(team.member, team)}


async def test_mentions_completions_and_promises(team: Team, post: Post) -> None:
    project = await team.project()
    task = await new_task(team, project)
    handle = f"@{team.member.email}"
    comments = f"/tasks/{task['id']}/comments"
    said = good(await team.owner.client.post(comments, json={"body": f"Look {handle}"}))
    await tell(team, post)
    (one,) = await told(team.member, team)
    assert (one["event"], one["task_id"]) == ("comment.mentioned", task["id"])
    # An edit calls the others, and nobody twice.
    body = {"body": f"Look {handle} and @{team.viewer.email}"}
    good(await team.owner.client.patch(f"/comments/{said['id']}", json=body))
    await tell(team, post)
    assert len(await told(team.member, team)) == 1
    assert [one["event"] for one in await told(team.viewer, team)] == ["comment.mentioned"]

    good(await team.member.client.patch(f"/tasks/{task['id']}", json={"status": "done"}))
    await tell(team, post)
    (done,) = await told(team.owner, team)
    assert (done["event"], done["data"]["actor"]) == (
        "task.completed",
        team.member.email.partition("@")[0],
    )


async def test_people_choose(team: Team, post: Post) -> None:
    path = "/notifications/preferences"
    client = team.member.client
    answer = await client.get(path)
    assert good(answer)["events"]["task.assigned"] == ["app", "email", "push", "apprise"]
    project = await team.project()
    wanted = {
        "events": {"task.assigned": []},
        "quiet_hours": {"start": 1320, "until": 420},
        "digest_hour": 7,
        "muted_project_ids": [project],
    }
    tag = {"If-Match": answer.headers["etag"]}
    chosen = good(await client.put(path, json=wanted, headers=tag))
    assert chosen["events"]["task.assigned"] == []
    assert chosen["events"]["task.overdue"] == ["app", "email", "push", "apprise"]
    assert (chosen["quiet_hours"], chosen["digest_hour"]) == (wanted["quiet_hours"], 7)
    refused(await client.put(path, json=wanted, headers=tag), 412)
    me = good(await client.get("/auth/me"))
    assert me["notifications"] == {"task.assigned": []}
    for bad in (
        {"events": {"task.eaten": ["app"]}},
        {"events": {"task.assigned": ["pigeon"]}},
        {"digest_hour": 24},
        {"quiet_hours": {"start": 1, "until": 1}},
        {"unknown": 1},
    ):
        refused(await client.put(path, json=bad), 422)

    task = await new_task(team, project, "member")
    handle = {"body": f"@{team.member.email}"}
    good(await team.owner.client.post(f"/tasks/{task['id']}/comments", json=handle))
    await tell(team, post)
    assert await told(team.member, team) == []
    good(await client.put(path, json={**wanted, "muted_project_ids": []}))
    again = {"body": f"Once more @{team.member.email}"}
    good(await team.owner.client.post(f"/tasks/{task['id']}/comments", json=again))
    await tell(team, post)
    assert [one["event"] for one in await told(team.member, team)] == ["comment.mentioned"]


async def test_time_is_watched(team: Team, runtime: Runtime) -> None:
    project = await team.project()
    due = runtime.clock.now() + timedelta(days=40)
    await new_task(team, project, "member", due_at=due.isoformat())
    await new_task(team, project, due_at=due.isoformat())
    done = await new_task(team, project, "viewer", due_at=due.isoformat())
    good(await team.owner.client.patch(f"/tasks/{done['id']}", json={"status": "done"}))
    moment = micros(due)

    async def pass_by(session: AsyncSession) -> None:
        for event in ("task.due_soon", "task.overdue", "task.overdue"):
            span = {"low": moment - 1, "high": moment}
            await timing.page(session, {"event": event, **span, "after": None})

    await runtime.workshop.run(CONTEXT, pass_by)
    assert sorted(one["event"] for one in await told(team.member, team)) == [
        "task.due_soon",
        "task.overdue",
    ]
    # Nobody's task is its reporter's.
    assert len(await told(team.owner, team)) == 2
    assert await told(team.viewer, team) == []

    async def look(session: AsyncSession) -> None:
        await timing.look(session)

    for _ in range(2):
        await runtime.workshop.run(CONTEXT, look)

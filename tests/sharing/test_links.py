"""Making, listing and revoking links, and what goes through one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from tests.comments.saying import say
from tests.kit.app import Person, connect, good, max_queries, refused, register, serve, settings_for
from tests.sharing.opening import share, tells, through
from tests.tasks.making import block, found, get, make, make_project
from tests.tasks.test_changes import recorded
from tests.workspaces.teams import Team
from upnext.core.changes import ChangeRow
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close


async def test_a_link_is_told_once(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    answer = await person.client.post(
        f"/tasks/{task['id']}/links", json={"access": "write", "name": "Joe", "expires_at": until}
    )
    made = good(answer)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert made["token"].startswith("upn_share_")
    assert len(made["token"]) == len("upn_share_") + 43
    assert made["url"] == f"http://localhost/share/{made['token']}"
    assert (made["task_id"], made["project_id"]) == (task["id"], None)
    assert (made["access"], made["name"], made["expires_at"]) == ("write", "Joe", until)
    assert (made["created_by"], made["hint"]) == (person.id, made["token"][-4:])
    page = good(await person.client.get(f"/tasks/{task['id']}/links"))
    shown = {name: value for name, value in made.items() if name not in {"token", "url"}}
    assert page == {"items": [shown], "next_cursor": None}
    ((kind, _, diff),) = await recorded(runtime, made)
    assert kind == "link.created"
    assert diff == {
        "task_id": [None, task["id"]], "access": [None, "write"], "name": [None, "Joe"],
        "expires_at": [None, until],
    }  # fmt: skip


async def test_what_a_link_may_be_is_checked(person: Person) -> None:
    path = f"/tasks/{(await make(person))['id']}/links"
    past = {"access": "read", "expires_at": "2020-01-01T00:00:00Z"}
    refused(await person.client.post(path, json=past), 422, "in_the_past")
    for body in ({}, {"access": "admin"}, {"access": "read", "name": "x" * 101},
                 {"access": "read", "token": "x"},
                 {"access": "read", "expires_at": "soon"}):  # fmt: skip
        refused(await person.client.post(path, json=body), 422)


async def test_there_are_only_so_many(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upnext.sharing.service.MOST", 3)
    task = await make(person)
    links = [await share(person, "tasks", task["id"]) for _ in range(3)]
    path = f"/tasks/{task['id']}/links"
    refused(await person.client.post(path, json={"access": "read"}), 409, "too_many_links")
    page = good(await person.client.get(path, params={"limit": 2}))
    more = {"limit": 2, "cursor": page["next_cursor"]}
    rest = good(await person.client.get(path, params=more))
    ids = [one["id"] for one in (*page["items"], *rest["items"])]
    assert ids == [link["id"] for link in reversed(links)]
    good(await person.client.delete(f"{path}/{links[0]['id']}"))
    await share(person, "tasks", task["id"])


async def test_a_task_with_its_subtasks_and_nothing_else(person: Person, served: ASGIApp) -> None:
    above, beside = await make(person, title="Above"), await make(person, title="Beside")
    task = await make(person, title="Shared", parent_id=above["id"])
    below = await make(person, title="Below", parent_id=task["id"])
    deeper = await make(person, title="Deeper", parent_id=below["id"])
    await block(person, task, beside)
    link = await share(person, "tasks", task["id"])
    async with through(served, link) as visitor:
        seen = good(await visitor.get(f"/tasks/{task['id']}"))
        assert seen == await get(person, task) | {"parent_id": None, "blocked_by": []}
        assert seen["blocked"] is True
        for each in (below, deeper):
            good(await visitor.get(f"/tasks/{each['id']}"))
        page = good(await visitor.get(f"/tasks/{task['id']}/subtasks"))
        assert [one["id"] for one in page["items"]] == [below["id"]]
        assert page["items"][0]["parent_id"] == task["id"]
        listed = good(await visitor.get("/tasks", params={"parent_id": below["id"]}))
        assert [one["id"] for one in listed["items"]] == [deeper["id"]]
        for each in (above, beside):
            refused(await visitor.get(f"/tasks/{each['id']}"), 404)
            refused(await visitor.get(f"/tasks/{each['id']}/subtasks"), 404)
            refused(await visitor.get(f"/tasks/{each['id']}/comments"), 404)
        refused(await visitor.get(f"/projects/{task['project_id']}"), 404)
        for params in ({}, {"project_id": task["project_id"]}, {"parent_id": above["id"]},
                       {"key": beside["key"]}, {"text": "Beside"}):  # fmt: skip
            refused(await visitor.get("/tasks", params=params), 403, "not_for_links")


async def test_a_project_and_nothing_else(team: Team, served: ASGIApp) -> None:
    project, beside = await team.project(), await team.project()
    task = await make(team.owner, title="Inside", project_id=project)
    other = await make(team.owner, title="Zanzibar", project_id=beside)
    await block(team.owner, task, other)
    link = await share(team.manager, "projects", project)
    async with through(served, link) as visitor:
        assert good(await visitor.get(f"/projects/{project}"))["id"] == project
        for params in ({}, {"project_id": project}, {"workspace_id": team.workspace_id},
                       {"text": "n"}, {"total": True}):  # fmt: skip
            page = good(await visitor.get("/tasks", params=params))
            assert [one["id"] for one in page["items"]] == [task["id"]], params
            assert page.get("total", 1) == 1
            assert page["items"][0]["blocked_by"] == []
        good(await visitor.get(f"/tasks/{task['id']}"))
        refused(await visitor.get(f"/tasks/{other['id']}"), 404)
        refused(await visitor.get(f"/projects/{beside}"), 404)
        for params in ({"project_id": beside}, {"workspace_id": team.owner.workspace_id}):
            refused(await visitor.get("/tasks", params=params), 404)
        for params in ({"filter": "p1"}, {"saved_filter": project}, {"trashed": True}):
            refused(await visitor.get("/tasks", params=params), 403, "not_for_links")
        found = good(await visitor.get("/tasks", params={"key": other["key"]}))
        assert found["items"] == []


async def test_reading_is_not_writing(team: Team, served: ASGIApp) -> None:
    project = await team.project()
    task = await make(team.owner, project_id=project)
    for what, row_id in (("tasks", task["id"]), ("projects", project)):
        link = await share(team.owner, what, row_id)
        async with through(served, link) as visitor:
            for method, path, body in _writes(task, project):
                answer = await visitor.request(method, path, json=body)
                assert answer.status_code in {403, 404}, (method, path)
    assert await get(team.owner, task) == task


def _writes(task: Any, project: str) -> list[tuple[str, str, Any]]:
    path = f"/tasks/{task['id']}"
    return [
        ("PATCH", path, {"title": "x"}),
        ("POST", f"{path}/tags", {"tags": ["x"]}),
        ("POST", f"{path}/comments", {"body": "x"}),
        ("POST", "/tasks", {"title": "x", "project_id": project}),
    ]


async def test_writing(team: Team, served: ASGIApp, runtime: Runtime) -> None:
    project, beside = await team.project(), await team.project()
    task = await make(team.owner, project_id=project)
    link = await share(team.owner, "projects", project, access="write", name="Joe")
    async with through(served, link) as visitor:
        for method, path, body in _writes(task, project):
            good(await visitor.request(method, path, json=body))
        good(await visitor.delete(f"/tasks/{task['id']}/tags/x"))
        made = good(await visitor.get("/tasks", params={"sort": "-created_at"}))["items"][0]
        assert (made["title"], made["reporter_id"]) == ("x", None)
        moved = {"project_id": beside}
        refused(await visitor.patch(f"/tasks/{task['id']}", json=moved), 404)
        refused(await visitor.post("/tasks", json={"title": "x"}), 404)
        refused(await visitor.post("/tasks", json={"title": "x", "project_id": beside}), 404)
        for path in (f"/tasks/{task['id']}", f"/projects/{project}"):
            refused(await visitor.delete(path), 403, "not_for_links")
    assert await _actors(runtime, task) == {f"user:{team.owner.id}", f"link:{link['id']}"}


async def _actors(runtime: Runtime, task: Any) -> set[str]:
    statement = select(ChangeRow.actor).where(ChangeRow.resource_id == UUID(task["id"]))
    async with runtime.db.read() as session:
        return set(await session.scalars(statement))


async def test_a_visitor_finishes_what_repeats(person: Person, served: ASGIApp) -> None:
    """The next occurrence is made, and is none of the link's business."""
    task = await make(person, due_at="2030-01-01T09:00:00Z", recurrence="FREQ=DAILY")
    link = await share(person, "tasks", task["id"], access="write")
    async with through(served, link) as visitor:
        path = f"/tasks/{task['id']}"
        assert good(await visitor.patch(path, json={"completed": True}))["status"] == "done"
        (after,) = await found(person, status="open")
        assert after["due_at"] == "2030-01-02T09:00:00Z"
        refused(await visitor.get(f"/tasks/{after['id']}"), 404)


async def test_a_visitor_comments_without_learning_names(team: Team, served: ASGIApp) -> None:
    task = await make(team.owner, project_id=await team.project())
    await say(team.owner, task, f"@{team.member.email.partition('@')[0]} look")
    link = await share(team.owner, "tasks", task["id"], access="write")
    async with through(served, link) as visitor:
        made = good(
            await visitor.post(
                f"/tasks/{task['id']}/comments", json={"body": f"Hi @{team.member.email}"}
            )
        )
        assert made["mentions"] == []
        assert made["author"] == {"id": link["id"], "kind": "link", "name": None}
        page = await visitor.get(f"/tasks/{task['id']}/comments")
        authors = [one["author"]["name"] for one in good(page)["items"]]
        assert authors == [None, None]
        assert team.owner.email not in page.text
        path = f"/comments/{made['id']}"
        good(await visitor.get(path))
        for method, rest in (
            ("PATCH", ""),
            ("DELETE", ""),
            ("POST", "/restore"),
            ("GET", "/history"),
        ):
            answer = await visitor.request(method, path + rest, json={"body": "x"})
            refused(answer, 403, "not_for_links")
    good(await team.manager.client.delete(path))


async def test_an_outside_name_elsewhere_is_not_told(team: Team, served: ASGIApp) -> None:
    project, beside = await team.project(), await team.project()
    taken = await make(team.owner, project_id=beside, external_id="Zanzibar")
    link = await share(team.owner, "projects", project, access="write")
    async with through(served, link) as visitor:
        body = {"title": "x", "project_id": project, "external_id": "Zanzibar"}
        problem = refused(await visitor.post("/tasks", json=body), 409, "external_id_taken")
    assert taken["id"] not in str(problem)
    assert taken["key"] not in str(problem)


async def test_what_its_address_says(
    person: Person, served: ASGIApp, client: httpx.AsyncClient
) -> None:
    project = await make_project(person, name="Kitchen")
    task = await make(person, title="Paint", project_id=project["id"])
    own = await share(person, "tasks", task["id"], access="write", name="for Joe")
    whole = await share(person, "projects", project["id"], expires_at="2099-01-01T00:00:00Z")
    answer = await tells(client, own)
    assert good(answer) == {
        "kind": "task",
        "access": "write",
        "expires_at": None,
        "task": {"id": task["id"], "key": task["key"], "title": "Paint"},
        "project": None,
        "api": [f"/api/v1/tasks/{task['id']}{rest}" for rest in ("", "/subtasks", "/comments")],
    }
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    told = good(await tells(client, whole))
    assert (told["kind"], told["access"], told["task"]) == ("project", "read", None)
    assert told["project"] == {"id": project["id"], "key": project["key"], "name": "Kitchen"}
    assert told["expires_at"] == "2099-01-01T00:00:00Z"
    for link in (own, whole):
        paths = good(await tells(client, link))["api"]
        async with through(served, link) as visitor:
            for path in paths:
                good(await visitor.get(path.removeprefix("/api/v1")))


async def test_the_address_follows_the_public_url(database_url: str, tmp_path: Any) -> None:
    settings = settings_for(database_url, tmp_path, UPNEXT_PUBLIC_URL="https://up.example.org")
    runtime = build_runtime(settings)
    async with connect(serve(runtime)) as client:
        person = await register(client, f"public-{tmp_path.name}@share.example")
        link = await share(person, "projects", person.inbox_id)
    await close(runtime)
    assert link["url"].startswith("https://up.example.org/share/upn_share_")


@pytest.mark.each
async def test_costs(person: Person, served: ASGIApp, runtime: Runtime) -> None:
    task = await make(person)
    links = [await share(person, "tasks", task["id"]) for _ in range(5)]
    with max_queries(runtime, 3):
        assert len(good(await person.client.get(f"/tasks/{task['id']}/links"))["items"]) == 5
    async with through(served, links[0]) as visitor:
        good(await visitor.get(f"/tasks/{task['id']}"))
        await runtime.parts["authenticate"].settle()
        # What it opens, the rights of its maker, the subtasks; then the task.
        with max_queries(runtime, 4):
            good(await visitor.get(f"/tasks/{task['id']}"))

"""What happened to a task and in a project: in sentences, as data, and for whom."""

from itertools import pairwise
from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import block, make, make_project, patch
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.runtime import Runtime


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    return await regroup(people)


async def of(person: Person, task: Any, **params: Any) -> list[Any]:
    path = f"/tasks/{task['id']}/activity"
    return list(good(await person.client.get(path, params=params))["items"])


async def of_project(person: Person, project_id: str, **params: Any) -> list[Any]:
    path = f"/projects/{project_id}/activity"
    return list(good(await person.client.get(path, params=params))["items"])


def said(entries: list[Any], who: str = "") -> list[str]:
    return [one["text"].removeprefix(who).strip() for one in entries]


async def test_the_life_of_a_task_in_sentences(make_user: MakeUser) -> None:
    ada = await make_user("ada@example.com")
    good(await ada.client.patch("/auth/me", json={"timezone": "Europe/Berlin"}))
    task = await make(ada, title="Rent")
    other = await make(ada, title="Wages")
    changes: list[dict[str, Any]] = [
        {"due_at": "2031-12-03T16:00:00Z"},
        {"due_at": "2031-12-05T16:00:00Z", "priority": "high"},
        {"title": "Pay rent", "description": "Long"},
        {"tags": ["home", "bills"], "estimated_duration": 30},
        {"tags": ["bills"], "assignee_ids": [ada.id]},
        {"due_at": None, "assignee_ids": [], "status": "in_progress"},
        {"parent_id": other["id"]},
        {"completed": True},
        {"completed": False, "energy": "low"},
    ]
    for change in changes:
        await patch(ada, task, **change)
    await block(ada, task, other)
    await patch(ada, other, completed=True)
    path = f"/tasks/{task['id']}/dependencies/{other['id']}"
    assert (await ada.client.delete(path)).is_success
    good(await ada.client.delete(f"/tasks/{task['id']}"))
    good(await ada.client.post(f"/tasks/{task['id']}/restore"))
    wages = f"{other['key']} “Wages”"
    assert said(await of(ada, task), "ada") == [
        "took it out of the trash",
        "moved it to the trash",
        f"let it no longer wait for {wages}",
        "finished what it waited for",
        f"made it wait for {wages}",
        "reopened it and set the energy to low",
        "completed it",
        f"moved it below {wages}",
        "changed the status from to do to in progress, removed the due date and took it from ada",
        "assigned it to ada and removed “home” from the tags",
        "set the estimate to 30 min and added “home” and “bills” to the tags",
        "renamed it from “Rent” to “Pay rent” and changed the description",
        "changed the priority from medium to high and changed the due date from "
        "3 Dec 2031, 17:00 to 5 Dec 2031, 17:00",
        "set the due date to 3 Dec 2031, 17:00",
        "created it",
    ]
    alias = good(await ada.client.get(f"/tasks/{task['id']}/history"))
    assert alias["items"] == await of(ada, task)


async def test_as_data(person: Person) -> None:
    task = await make(person)
    await patch(person, task, priority="high", due_at="2031-12-03T16:00:00Z")
    newest, first = await of(person, task)
    name = person.email.partition("@")[0]
    assert newest == {
        "id": newest["id"],
        "at": newest["at"],
        "type": "task.updated",
        "actor": {"kind": "user", "id": person.id, "name": name},
        "subject": {
            "type": "task",
            "id": task["id"],
            "key": task["key"],
            "name": "Something",
        },
        "changes": [
            {
                "field": "priority",
                "before": "medium",
                "after": "high",
                "text": "changed the priority from medium to high",
            },
            {
                "field": "due_at",
                "before": None,
                "after": "2031-12-03T16:00:00Z",
                "text": "set the due date to 3 Dec 2031, 16:00",
            },
        ],
        "text": f"{name} changed the priority from medium to high and set the due date to "
        "3 Dec 2031, 16:00",
    }
    assert first["type"] == "task.created"
    for internal in ("ip", "user_agent", "series", "due_key", "credential"):
        assert internal not in str(first) + str(newest)


async def test_in_german(make_user: MakeUser) -> None:
    bob = await make_user("bob@example.com")
    task = await make(bob, title="Miete")
    await patch(bob, task, due_at="2031-03-03T16:00:00Z", priority="urgent")
    await patch(bob, task, tags=["heim"], title="Miete zahlen")
    await patch(bob, task, completed=True)
    german = [
        "bob hat sie erledigt",
        "bob hat sie von „Miete“ in „Miete zahlen“ umbenannt und „heim“ bei den Tags ergänzt",
        "bob hat die Priorität von mittel auf dringend geändert und die Fälligkeit auf "
        "3. März 2031, 16:00 gesetzt",
        "bob hat sie angelegt",
    ]
    assert said(await of(bob, task, language="de")) == german
    good(await bob.client.patch("/auth/me", json={"language": "de"}))
    assert said(await of(bob, task)) == german
    assert said(await of(bob, task, language="en"))[0] == "bob completed it"
    refused(await bob.client.get(f"/tasks/{task['id']}/activity?language=fr"), 422)


async def test_a_project_tells_of_its_tasks_too(make_user: MakeUser) -> None:
    eve = await make_user("eve@example.com")
    project = await make_project(eve, name="Garden", key="GA")
    task = await make(eve, project_id=project["id"], title="Dig")
    elsewhere = await make(eve)
    await patch(eve, elsewhere, project_id=project["id"])
    path = f"/projects/{project['id']}"
    good(await eve.client.patch(path, json={"name": "Park", "private": True}))
    good(await eve.client.patch(path, json={"archived": True}))
    good(await eve.client.patch(path, json={"archived": False}))
    good(await eve.client.delete(f"/tasks/{task['id']}"))
    assert said(await of_project(eve, project["id"])) == [
        "GA-1 Dig: eve moved it to the trash",
        "eve took the project out of the archive",
        "eve archived the project",
        "eve: eve gave access to the project and set the role to admin",
        "eve renamed the project from “Garden” to “Park” and made the project private",
        "GA-2 Something: eve moved it from Inbox to Park",
        "GA-2 Something: eve created it",
        "GA-1 Dig: eve created it",
        "eve created the project",
    ]


async def test_pages(person: Person) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"])
    for number in range(9):
        await patch(person, task, title=f"{number}")
    for path in (f"/tasks/{task['id']}/activity", f"/projects/{project['id']}/activity"):
        whole = good(await person.client.get(path, params={"limit": 100}))
        assert whole["next_cursor"] is None
        pages, query = [], {"limit": "4"}
        while True:
            page = good(await person.client.get(path, params=query))
            pages += page["items"]
            if page["next_cursor"] is None:
                break
            assert len(page["items"]) == 4
            query["cursor"] = page["next_cursor"]
        assert [one["id"] for one in pages] == [one["id"] for one in whole["items"]]
        refused(await person.client.get(path, params={"cursor": "x"}), 422)
        refused(await person.client.get(path, params={"limit": 0}), 422)


async def test_what_is_hidden_stays_hidden(team: Team) -> None:
    """A dependency, a parent, and where a task came from: T025."""
    secret = await team.project(private=True, name="Takeover")
    plain = await team.project()
    owner, viewer = team.owner, team.viewer
    hidden = await make(owner, project_id=secret, title="Buy them")
    task = await make(owner, project_id=plain, title="Harmless")
    await block(owner, task, hidden)
    came = await make(owner, project_id=secret, title="Open now")
    await patch(owner, came, project_id=plain)
    await patch(owner, task, project_id=secret)
    await patch(owner, task, project_id=plain)
    for entries in (
        await of(viewer, task),
        await of(viewer, came),
        await of_project(viewer, plain),
    ):
        text = str(entries)
        for word in ("Takeover", "Buy them", hidden["id"], secret, hidden["key"], came["key"]):
            assert word not in text, word
        assert "that you cannot see" in text
    moved = (await of(viewer, came))[0]
    assert moved["text"].endswith(
        "moved it from a project that you cannot see to "
        + (await of_project(owner, plain))[-1]["subject"]["name"]
    )
    masked = {one["field"]: (one["before"], one["after"]) for one in moved["changes"]}
    assert masked["project_id"] == (None, plain)
    assert masked["key"][0] is None
    full = str(await of(owner, task))
    for word in ("Buy them", hidden["id"], hidden["key"]):
        assert word in full
    for path in (f"/tasks/{hidden['id']}/activity", f"/projects/{secret}/activity"):
        refused(await viewer.client.get(path), 404)


async def test_who_may_read_it(team: Team) -> None:
    project = await team.project()
    task = await make(team.owner, project_id=project)
    for path in (
        f"/tasks/{task['id']}/activity",
        f"/tasks/{task['id']}/history",
        f"/projects/{project}/activity",
    ):
        for role in ("owner", "admin", "manager", "member", "viewer"):
            assert "ip" not in str(good(await team[role].client.get(path))["items"][0].keys())
        refused(await team.outsider.client.get(path), 404)
    await team.owner.client.delete(f"/tasks/{task['id']}")
    refused(await team.owner.client.get(f"/tasks/{task['id']}/activity"), 404)
    await team.owner.client.delete(f"/projects/{project}")
    refused(await team.owner.client.get(f"/projects/{project}/activity"), 404)


async def test_programs_and_upnext_itself_have_names_too(person: Person) -> None:
    task = await make(person)
    scopes = {"name": "t", "scopes": ["tasks:write"]}
    token = good(await person.client.post("/auth/tokens", json=scopes))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    good(await person.client.patch(f"/tasks/{task['id']}", json={"title": "x"}, headers=headers))
    entry = (await of(person, task))[0]
    assert (entry["actor"]["kind"], entry["actor"]["id"]) == ("token", person.id)


@pytest.mark.each
async def test_a_page_takes_four_statements_however_much_is_on_it(
    team: Team, runtime: Runtime
) -> None:
    """Who asks; the task or project; the changes; the names."""
    project = await team.project()
    tasks = [await make(team.owner, project_id=project) for _ in range(6)]
    for before, task in pairwise(tasks):
        await block(team.manager, task, before)
        await patch(team.member, task, assignee_ids=[team.viewer.id], parent_id=tasks[0]["id"])
    good(await team.viewer.client.get("/auth/me"))  # the credential is known for some seconds
    with max_queries(runtime, 4):
        assert len(await of(team.viewer, tasks[3])) == 3
    with max_queries(runtime, 4):
        assert len(await of_project(team.viewer, project)) > 15


async def test_a_series_and_its_inner_workings(person: Person) -> None:
    due = {"due_at": "2031-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
    task = await make(person, **due)
    await patch(person, task, recurrence="FREQ=WEEKLY")
    entry = (await of(person, task))[0]
    assert "changed how it repeats" in entry["text"]
    fields = {change["field"] for each in await of(person, task) for change in each["changes"]}
    assert not fields & {"series", "series_id", "occurrence", "number", "completed_at"}

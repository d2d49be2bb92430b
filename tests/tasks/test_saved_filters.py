"""Saved filters: kept as they were written, private unless a manager shares them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import found, make, make_all, make_project, make_team
from tests.tasks.test_costs import costs
from upnext.core.auth import INSTANCE
from upnext.core.changes import ChangeRow
from upnext.core.runtime import Runtime


async def save(person: Person, **fields: Any) -> Any:
    body = {"name": "Now", "query": "p1 or overdue", **fields}
    return good(await person.client.post("/filters", json=body))


async def test_the_life_of_a_filter(person: Person) -> None:
    query = "P1 && (due<now+7d || no date)"
    answer = await person.client.post("/filters", json={"name": "Hot", "query": query})
    made = good(answer)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/filters/{made['id']}"
    assert made["query"] == query
    assert made["meaning"] == "priority = urgent and (due < now+7d or no due)"
    assert (made["shared"], made["workspace_id"], made["user_id"]) == (False, None, person.id)
    path = f"/filters/{made['id']}"
    read = await person.client.get(path)
    assert (good(read), read.headers["etag"]) == (made, '"1"')
    again = await person.client.get(path, headers={"If-None-Match": '"1"'})
    assert again.status_code == 304
    changed = await person.client.patch(path, json={"name": "Hotter"}, headers={"If-Match": '"1"'})
    assert good(changed)["name"] == "Hotter"
    assert changed.headers["etag"] == '"2"'
    stale = await person.client.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'})
    assert refused(stale, 412)["current_version"] == 2
    assert good(await person.client.patch(path, json={}))["version"] == 2
    refused(await person.client.delete(path, headers={"If-Match": '"1"'}), 412)
    good(await person.client.delete(path, headers={"If-Match": '"2"'}))
    refused(await person.client.get(path), 404)
    assert good(await person.client.get("/filters"))["items"] == []


async def test_a_list_by_its_saved_filter(person: Person) -> None:
    await make_all(
        person,
        {"title": "a", "priority": "urgent"},
        {"title": "b", "priority": "urgent", "tags": ["x"]},
        {"title": "c", "tags": ["x"]},
    )
    made = await save(person, query="p1")
    assert {t["title"] for t in await found(person, saved_filter=made["id"])} == {"a", "b"}
    both = await found(person, saved_filter=made["id"], filter="tag = x")
    assert {t["title"] for t in both} == {"b"}
    refused(await person.client.get("/tasks", params={"saved_filter": person.id}), 404)
    second = good(await person.client.post("/workspaces", json={"name": "Second"}))
    there = await make_project(person, second["id"])
    await make(person, title="d", priority="urgent", project_id=there["id"])
    narrow = await save(person, name="There", query="p1", workspace_id=second["id"])
    assert {t["title"] for t in await found(person, saved_filter=narrow["id"])} == {"d"}
    assert {t["title"] for t in await found(person, saved_filter=made["id"])} == {"a", "b", "d"}


async def test_what_cannot_be_saved(person: Person) -> None:
    await save(person, name="Büro")
    taken = {"name": "BURO", "query": "p1"}
    refused(await person.client.post("/filters", json=taken), 409, "name_taken")
    other = await save(person, name="Other")
    path = f"/filters/{other['id']}"
    refused(await person.client.patch(path, json={"name": "büro"}), 409, "name_taken")
    await save(person, name="Büro", workspace_id=person.workspace_id)
    bad: list[dict[str, Any]] = [
        {"name": "", "query": "p1"}, {"name": "x" * 101, "query": "p1"}, {"query": "p1"},
        {"name": "x"}, {"name": "x", "query": "p1", "sort": "due"}, {"name": "x", "query": None},
        {"name": "x", "query": "p1", "shared": "yes"}, {"name": "x", "query": "x" * 2_001},
    ]  # fmt: skip
    for body in bad:
        refused(await person.client.post("/filters", json=body), 422)
    for query in ("", "prio = high", "p1 and", "#nowhere", "due < today+9999y"):
        body = {"name": "x", "query": query}
        problem = refused(await person.client.post("/filters", json=body), 422, "bad_filter")
        assert problem["errors"][0]["pointer"] == "/query"
        refused(await person.client.patch(path, json={"query": query}), 422, "bad_filter")
    for body in ({"name": None}, {"query": None}, {"shared": True}):
        refused(await person.client.patch(path, json=body), 422)
    assert good(await person.client.get(path)) == other


async def test_a_name_that_went_away_is_told_when_it_is_used(person: Person) -> None:
    project = await make_project(person, name="Trip", key="TRIP")
    made = await save(person, query="p1 or #trip")
    good(await person.client.delete(f"/projects/{project['id']}"))
    answer = await person.client.get("/tasks", params={"saved_filter": made["id"]})
    problem = refused(answer, 422, "bad_filter")
    assert problem["errors"][0]["pointer"] == "?saved_filter"
    assert (problem["filter"], problem["position"]) == ("p1 or #trip", 6)


async def test_sharing(make_user: MakeUser) -> None:
    owner, member, outsider = await make_user(), await make_user(), await make_user()
    team = await make_team(owner, member=member)
    mine = await save(owner, name="Mine", workspace_id=team)
    ours = await save(owner, name="Ours", workspace_id=team, shared=True)
    body = {"name": "x", "query": "p1", "workspace_id": team}
    refused(await member.client.post("/filters", json={**body, "shared": True}), 403)
    refused(await outsider.client.post("/filters", json=body), 404)
    nowhere = {"name": "x", "query": "p1", "shared": True}
    refused(await owner.client.post("/filters", json=nowhere), 422, "workspace_missing")
    assert [f["name"] for f in good(await member.client.get("/filters"))["items"]] == ["Ours"]
    assert good(await outsider.client.get("/filters"))["items"] == []
    theirs = await save(member, name="Ours", workspace_id=team)
    assert theirs["shared"] is False
    for person, filter_id, status in (
        (member, mine["id"], 404), (outsider, mine["id"], 404), (outsider, ours["id"], 404),
        (member, ours["id"], 403), (owner, theirs["id"], 404),
    ):  # fmt: skip
        path = f"/filters/{filter_id}"
        refused(await person.client.patch(path, json={"name": "y"}), status)
        refused(await person.client.delete(path), status)
    assert good(await member.client.get(f"/filters/{ours['id']}"))["name"] == "Ours"
    assert await found(member, saved_filter=ours["id"]) == []
    refused(await outsider.client.get("/tasks", params={"saved_filter": ours["id"]}), 404)
    good(await owner.client.patch(f"/filters/{ours['id']}", json={"shared": False}))
    refused(await member.client.get(f"/filters/{ours['id']}"), 404)


async def test_who_leaves_a_workspace_loses_its_filters(make_user: MakeUser) -> None:
    owner, manager = await make_user(), await make_user()
    team = await make_team(owner, manager=manager)
    ours = await save(manager, workspace_id=team, shared=True)
    kept = await save(manager, name="Kept", workspace_id=team)
    good(await owner.client.delete(f"/workspaces/{team}/members/{manager.id}"))
    refused(await manager.client.get(f"/filters/{ours['id']}"), 404)
    assert good(await owner.client.get(f"/filters/{ours['id']}"))["user_id"] == manager.id
    # Their own one stays theirs, and finds nothing in a place they have left.
    good(await manager.client.get(f"/filters/{kept['id']}"))
    assert await found(manager, saved_filter=kept["id"]) == []


async def test_lists_are_paged_by_name(person: Person) -> None:
    names = ["b", "C", "a", "Ä", "d"]
    for name in names:
        await save(person, name=name if name != "Ä" else "Äb")
    walked: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = good(await person.client.get("/filters", params=params))
        walked += [one["name"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert walked == ["a", "Äb", "b", "C", "d"]
    assert (
        good(await person.client.get("/filters", params={"workspace_id": person.workspace_id}))[
            "items"
        ]
        == []
    )
    refused(await person.client.get("/filters", params={"cursor": "x"}), 422)
    refused(await person.client.get("/filters", params={"workspace_id": person.id}), 404)


async def test_changes_are_told_to_whom_they_concern(person: Person, runtime: Runtime) -> None:
    made = await save(person, query="p1")
    path = f"/filters/{made['id']}"
    share = {"shared": True, "workspace_id": person.workspace_id}
    good(await person.client.patch(path, json=share))
    good(await person.client.patch(path, json={"shared": False, "query": "p2"}))
    good(await person.client.delete(path))
    async with runtime.db.read() as session:
        rows = (
            await session.scalars(
                select(ChangeRow)
                .where(ChangeRow.resource_id == UUID(made["id"]))
                .order_by(ChangeRow.id)
            )
        ).all()
    told = [(row.type, str(row.workspace_id), sorted(row.diff)) for row in rows]
    assert told == [
        ("filter.created", str(INSTANCE), ["name", "query", "shared", "workspace_id"]),
        ("filter.updated", person.workspace_id, ["shared", "workspace_id"]),
        ("filter.updated", person.workspace_id, ["query", "shared"]),
        ("filter.deleted", str(INSTANCE), ["name", "query", "shared", "workspace_id"]),
    ]
    assert [row.resource_version for row in rows] == [1, 2, 3, 3]


async def test_costs(person: Person, runtime: Runtime) -> None:
    made = await save(person, query="p1")
    with costs(runtime, 3):
        good(await person.client.get("/tasks", params={"saved_filter": made["id"]}))
    with costs(runtime, 2):
        good(await person.client.get("/filters"))
    with costs(runtime, 2):
        good(await person.client.get(f"/filters/{made['id']}"))
    with costs(runtime, 3):
        await save(person, name="Next")

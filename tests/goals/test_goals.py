"""Goals by themselves: what can be said of them, where they lie, and their trash."""

import asyncio
from uuid import uuid4

import pytest

from tests.goals.making import change, listed, make_goal, read
from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import make, make_project, make_team
from upnext.core.runtime import Runtime


async def test_a_goal_is_made_with_its_title_alone(person: Person) -> None:
    answer = await person.client.post("/goals", json={"title": " Fit  by summer "})
    goal = good(answer)
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/api/v1/goals/{goal['id']}"
    assert goal["title"] == "Fit by summer"
    assert (goal["weight"], goal["status"], goal["target_date"]) == (1, "open", None)
    assert (goal["workspace_id"], goal["project_id"]) == (person.workspace_id, None)
    assert goal["progress"] == {
        "task_count": 0, "done_count": 0, "total_minutes": 0, "done_minutes": 0, "ratio": None,
    }  # fmt: skip
    assert goal["forecast"]["reason"] == "no_tasks"
    assert goal["outlook"] is None
    assert await read(person, goal) == goal


async def test_everything_that_can_be_said(person: Person) -> None:
    project = await make_project(person)
    parent = await make_goal(person, "Above")
    said = {
        "description": "*Run*",
        "weight": 1.5,
        "target_date": "2030-06-01",
        "parent_id": parent["id"],
        "status": "open",
    }
    goal = await make_goal(person, **said, project_id=project["id"])
    assert goal | said == goal
    assert goal["project_id"] == project["id"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""), ("title", None), ("title", "x" * 201), ("title", "\0"),
        ("weight", 0.4), ("weight", 2.1), ("weight", True), ("weight", "1"), ("weight", None),
        ("target_date", "2030-13-01"), ("target_date", "tomorrow"), ("target_date", 5),
        ("target_date", "2030-06-01T00:00:00Z"), ("target_date", "0001-01-01"),
        ("status", "done"), ("status", None), ("parent_id", "x"), ("version", 3), ("id", "x"),
        ("deleted_at", None), ("completed_at", None), ("pull", 1), ("progress", {}),
    ],
)  # fmt: skip
async def test_what_is_not_valid_is_refused(person: Person, name: str, value: object) -> None:
    body = {"title": "x", name: value}
    goal = await make_goal(person)
    for method, path in (("POST", "/goals"), *((m, f"/goals/{goal['id']}") for m in _WRITES)):
        answer = await person.client.request(method, path, json=body)
        assert refused(answer, 422)["errors"][0]["pointer"] == f"/{name}"


_WRITES = ("PATCH", "PUT")


async def test_patch_merges_and_put_replaces(person: Person) -> None:
    goal = await make_goal(person, weight=2, target_date="2030-01-01", description="x")
    merged = await change(person, goal, title="New")
    assert (merged["weight"], merged["description"], merged["version"]) == (2, "x", 2)
    same = await change(person, goal, title="New")
    assert same["version"] == 2
    answer = await person.client.put(f"/goals/{goal['id']}", json={"title": "Put"})
    replaced = good(answer)
    assert answer.headers["ETag"] == '"3"'
    assert (replaced["title"], replaced["weight"], replaced["description"]) == ("Put", 1, "")
    assert replaced["target_date"] is None
    nothing = await person.client.patch(f"/goals/{goal['id']}", json={})
    assert good(nothing)["version"] == 3


async def test_a_stale_copy_is_refused(person: Person) -> None:
    goal = await make_goal(person)
    await change(person, goal, title="First")
    path, old = f"/goals/{goal['id']}", {"If-Match": '"1"'}
    refused(await person.client.patch(path, json={"title": "x"}, headers=old), 412)
    refused(await person.client.put(path, json={"title": "x"}, headers=old), 412)
    refused(await person.client.delete(path, headers=old), 412)
    good(await person.client.delete(path, headers={"If-Match": '"2"'}))


async def test_completing_abandoning_and_reopening(person: Person, runtime: Runtime) -> None:
    goal = await make_goal(person, target_date="2030-01-01")
    done = await change(person, goal, status="completed", weight=2)
    assert done["completed_at"]
    assert (done["forecast"]["reason"], done["outlook"]) == ("closed", None)
    opened = await change(person, goal, status="open")
    assert opened["completed_at"] is None
    left = await change(person, goal, status="abandoned")
    assert left["completed_at"] is None
    assert await listed(person, status="completed") == []
    assert [one["id"] for one in await listed(person, status="abandoned")] == [goal["id"]]


async def test_goals_lie_where_their_parent_does(make_user: MakeUser) -> None:
    owner = await make_user()
    team = await make_team(owner)
    project = await make_project(owner, team)
    above = await make_goal(owner, workspace_id=team)
    assert (await make_goal(owner, parent_id=above["id"]))["workspace_id"] == team
    inner = await make_goal(owner, project_id=project["id"], parent_id=above["id"])
    below = await make_goal(owner, parent_id=inner["id"])
    assert (below["workspace_id"], below["project_id"]) == (team, project["id"])
    body = {"title": "x", "parent_id": above["id"], "workspace_id": owner.workspace_id}
    refused(await owner.client.post("/goals", json=body), 422, "parent_elsewhere")
    body = {"title": "x", "parent_id": inner["id"], "workspace_id": team}
    refused(await owner.client.post("/goals", json=body), 422, "parent_elsewhere")
    body = {"title": "x", "project_id": project["id"], "workspace_id": owner.workspace_id}
    refused(await owner.client.post("/goals", json=body), 422)
    body = {"title": "x", "parent_id": str(uuid4())}
    refused(await owner.client.post("/goals", json=body), 404)


async def test_a_circle_is_refused_with_its_path(person: Person) -> None:
    top = await make_goal(person, "Top")
    middle = await make_goal(person, "Middle", parent_id=top["id"])
    low = await make_goal(person, "Low", parent_id=middle["id"])
    for parent in (top, middle, low):
        answer = await person.client.patch(f"/goals/{top['id']}", json={"parent_id": parent["id"]})
        refusal = refused(answer, 422, "parent_cycle")
        if parent is low:
            assert "'Top' > 'Middle' > 'Low' > 'Top'" in refusal["detail"]
    assert (await change(person, low, parent_id=None))["parent_id"] is None
    assert (await change(person, top, parent_id=low["id"]))["parent_id"] == low["id"]


@pytest.mark.each
async def test_two_at_once_make_no_circle(person: Person) -> None:
    one, other = await make_goal(person, "One"), await make_goal(person, "Other")
    answers = await asyncio.gather(
        person.client.patch(f"/goals/{one['id']}", json={"parent_id": other["id"]}),
        person.client.patch(f"/goals/{other['id']}", json={"parent_id": one["id"]}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_the_tree_has_ten_levels(person: Person) -> None:
    last = None
    for level in range(10):
        last = await make_goal(person, f"Level {level}", parent_id=last and last["id"])
    assert last is not None
    answer = await person.client.post("/goals", json={"title": "x", "parent_id": last["id"]})
    refused(answer, 422, "too_deep")
    pair = await make_goal(person, "Pair")
    await make_goal(person, "Half", parent_id=pair["id"])
    above = (await read(person, last))["parent_id"]
    answer = await person.client.patch(f"/goals/{pair['id']}", json={"parent_id": above})
    refused(answer, 422, "too_deep")


async def test_lists_narrow_sort_and_page(person: Person, runtime: Runtime) -> None:
    top = await make_goal(person, "Älter", target_date="2031-01-01", weight=2)
    made = [top["id"]]
    for number in range(4):
        sub = await make_goal(person, f"Sub {number}", parent_id=top["id"], weight=1 - number / 10)
        made.append(sub["id"])
    assert [one["id"] for one in await listed(person)] == made[::-1]
    assert [one["id"] for one in await listed(person, parent_id=top["id"])] == made[:0:-1]
    assert [one["id"] for one in await listed(person, text="alter")] == [top["id"]]
    assert (await listed(person, sort="target_date,title"))[0]["id"] == top["id"]
    assert [one["id"] for one in await listed(person, sort="weight")] == [*made[:0:-1], top["id"]]
    for sort in ("title", "-weight", "-target_date", "status", "updated_at"):
        pages: list[str] = []
        cursor = None
        while cursor or not pages:
            params = {"sort": sort, "limit": 2, **({"cursor": cursor} if cursor else {})}
            page = good(await person.client.get("/goals", params=params))
            pages += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert pages == [one["id"] for one in await listed(person, sort=sort)], sort
        assert sorted(pages) == sorted(made)
    refused(await person.client.get("/goals", params={"sort": "hash"}), 422)
    refused(await person.client.get("/goals", params={"cursor": "x"}), 422)
    refused(await person.client.get("/goals", params={"workspace_id": str(uuid4())}), 404)
    refused(await person.client.get("/goals", params={"parent_id": str(uuid4())}), 404)


@pytest.mark.each
async def test_a_list_costs_the_same_whatever_it_holds(person: Person, runtime: Runtime) -> None:
    for number in range(12):
        goal = await make_goal(person, f"Goal {number}")
        await make(person, goal_id=goal["id"])
        await make_goal(person, f"Sub {number}", parent_id=goal["id"])
    with max_queries(runtime, 3):  # who asks, the page, all its figures
        assert len(await listed(person)) == 24


async def test_the_trash(person: Person) -> None:
    top = await make_goal(person, "Top")
    sub = await make_goal(person, "Sub", parent_id=top["id"])
    early = await make_goal(person, "Early", parent_id=top["id"])
    good(await person.client.delete(f"/goals/{early['id']}"))
    good(await person.client.delete(f"/goals/{top['id']}"))
    for goal in (top, sub, early):
        refused(await person.client.get(f"/goals/{goal['id']}"), 404)
        refused(await person.client.patch(f"/goals/{goal['id']}", json={"title": "x"}), 404)
        refused(await person.client.delete(f"/goals/{goal['id']}"), 404)
    assert await listed(person) == []
    assert len(await listed(person, trashed=True)) == 3
    answer = await person.client.post(f"/goals/{sub['id']}/restore")
    refused(answer, 409, "parent_trashed")
    back = good(await person.client.post(f"/goals/{top['id']}/restore"))
    assert back["deleted_at"] is None
    assert {one["id"] for one in await listed(person)} == {top["id"], sub["id"]}
    refused(await person.client.post(f"/goals/{top['id']}/restore"), 404)
    good(await person.client.post(f"/goals/{early['id']}/restore"))


async def test_goals_go_and_come_with_their_project(person: Person) -> None:
    project = await make_project(person)
    goal = await make_goal(person, project_id=project["id"])
    task = await make(person, project_id=project["id"], goal_id=goal["id"])
    good(await person.client.delete(f"/projects/{project['id']}"))
    refused(await person.client.get(f"/goals/{goal['id']}"), 404)
    refused(await person.client.post(f"/goals/{goal['id']}/restore"), 404)
    good(await person.client.post(f"/projects/{project['id']}/restore"))
    assert (await read(person, goal))["progress"]["task_count"] == 1
    assert good(await person.client.get(f"/tasks/{task['id']}"))["goal_id"] == goal["id"]


async def test_what_is_archived_stays_as_it_is(person: Person) -> None:
    project = await make_project(person)
    goal = await make_goal(person, project_id=project["id"])
    good(await person.client.patch(f"/projects/{project['id']}", json={"archived": True}))
    body = {"title": "x", "project_id": project["id"]}
    refused(await person.client.post("/goals", json=body), 409, "project_archived")
    body = {"title": "x", "parent_id": goal["id"]}
    refused(await person.client.post("/goals", json=body), 409, "project_archived")
    path = f"/goals/{goal['id']}"
    refused(await person.client.patch(path, json={"title": "x"}), 409, "project_archived")
    refused(await person.client.delete(path), 409, "project_archived")
    assert (await read(person, goal))["title"] == "Fit"


async def test_private_goals_are_hidden(make_user: MakeUser) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    secret = await make_project(owner, team, private=True)
    goal = await make_goal(owner, project_id=secret["id"])
    shared = await make_goal(owner, workspace_id=team)
    refused(await member.client.get(f"/goals/{goal['id']}"), 404)
    refused(await member.client.patch(f"/goals/{goal['id']}", json={"title": "x"}), 404)
    refused(await member.client.get("/goals", params={"project_id": secret["id"]}), 404)
    refused(await member.client.get("/goals", params={"parent_id": goal["id"]}), 404)
    refused(await member.client.post("/goals", json={"title": "x", "parent_id": goal["id"]}), 404)
    assert [one["id"] for one in await listed(member)] == [shared["id"]]
    assert len(await listed(owner, workspace_id=team)) == 2
    refused(await member.client.delete(f"/goals/{shared['id']}"), 403, "role_too_low")

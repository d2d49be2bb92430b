"""Changing many tasks at once: what is refused, and that it is what single changes would do."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import block, get, make, make_all, make_project, make_team, patch
from upnext.core.runtime import Runtime


async def edit(person: Person, tasks: Any = None, **body: Any) -> Any:
    """`tasks` as JSON, or `filter` in the body."""
    if tasks is not None:
        body["task_ids"] = [task["id"] for task in tasks]
    return good(await person.client.patch("/tasks/bulk", json=body))


async def test_by_ids_and_by_filter(person: Person) -> None:
    tasks = await make_all(person, {"priority": "low"}, {"priority": "high"}, {})
    done = await edit(person, tasks, updates={"priority": "high", "category": "Home"})
    assert [each["outcome"] for each in done["results"]] == ["changed"] * 3
    assert [each["key"] for each in done["results"]] == [task["key"] for task in tasks]
    done = await edit(person, filter="category = home", updates={"priority": "high"})
    assert (done["changed"], done["unchanged"], done["operation"]) == (0, 3, None)
    done = await edit(person, filter="p2", updates={"status": "done", "add_tags": ["x"]})
    assert done["changed"] == 3
    for task in tasks:
        now = await get(person, task)
        assert (now["completed"], now["tags"], now["version"]) == (True, ["x"], 3)
        assert now["completed_at"] is not None
    assert good(await person.client.get("/tasks", params={"tag": "x"}))["items"]


async def test_adding_and_removing(person: Person) -> None:
    one, other = await make_all(person, {"tags": ["a", "B"]}, {"assignee_ids": [person.id]})
    updates = {"add_tags": ["b", "c"], "remove_tags": ["A"], "add_assignees": [person.id]}
    await edit(person, [one, other], updates=updates)
    one, other = await get(person, one), await get(person, other)
    assert (one["tags"], other["tags"]) == (["B", "c"], ["b", "c"])
    assert one["assignee_ids"] == other["assignee_ids"] == [person.id]
    await edit(person, [one, other], updates={"remove_assignees": [person.id]})
    mine = good(await person.client.get("/tasks", params={"assignee_id": "me"}))["items"]
    assert mine == []


async def test_a_dry_run_changes_nothing(person: Person) -> None:
    task = await make(person, tags=["a"])
    told = await edit(
        person, [task], updates={"title": "New", "add_tags": ["b"], "status": "done"}, dry_run=True
    )
    (result,) = told["results"]
    assert result["changes"]["title"] == {"before": "Something", "after": "New"}
    assert result["changes"]["tags"] == {"before": ["a"], "after": ["a", "b"]}
    assert result["changes"]["status"] == {"before": "todo", "after": "done"}
    assert (told["dry_run"], told["operation"]) == (True, None)
    assert await get(person, task) == task
    assert good(await person.client.get("/operations"))["items"] == []
    real = await edit(person, [task], updates={"title": "New"})
    assert "changes" not in real["results"][0]


async def test_each_refusal_is_its_own(person: Person, make_user: MakeUser) -> None:
    viewer, stranger = await make_user(), await make_user()
    team = await make_team(person, viewer=viewer)
    project = await make_project(person, team)
    seen = await make(person, project_id=project["id"])
    own, gone, foreign = await make(viewer), await make(viewer), await make(stranger)
    good(await viewer.client.delete(f"/tasks/{gone['id']}"))
    tasks = [seen, own, gone, foreign]
    told = await edit(viewer, tasks, updates={"title": "New"})
    errors = [each.get("error", {}).get("code") for each in told["results"]]
    assert errors == ["role_too_low", None, "not_found", "not_found"]
    assert [each["key"] for each in told["results"]] == [seen["key"], own["key"], None, None]
    assert [told[name] for name in ("changed", "unchanged", "refused")] == [1, 0, 3]
    assert told["results"][0]["error"]["status"] == 403
    assert (await get(person, seen))["title"] == "Something"
    assert (await get(viewer, own))["title"] == "New"


async def test_all_or_nothing(person: Person) -> None:
    early = {"due_at": "2026-01-01T00:00:00Z"}
    tasks = await make_all(person, early, {})
    body = {
        "task_ids": [task["id"] for task in tasks],
        "updates": {"start_at": "2026-06-01T00:00:00Z", "title": "New"},
        "atomic": True,
    }
    told = refused(await person.client.patch("/tasks/bulk", json=body), 409, "bulk_refused")
    assert [each["id"] for each in told["results"]] == [tasks[0]["id"]]
    assert [await get(person, task) for task in tasks] == tasks
    told = await edit(person, tasks, updates=body["updates"])
    assert (told["changed"], told["refused"]) == (1, 1)
    told = await edit(person, tasks, updates=body["updates"], atomic=True, dry_run=True)
    assert (told["unchanged"], told["refused"]) == (1, 1)


async def test_what_makes_no_sense(person: Person) -> None:
    task = await make(person)
    ids = [task["id"]]
    for body in (
        {"updates": {"title": "x"}},
        {"task_ids": ids, "filter": "p1", "updates": {"title": "x"}},
        {"task_ids": ids, "updates": {}},
        {"task_ids": ids, "updates": {"tags": ["a"], "add_tags": ["b"]}},
        {"task_ids": ids, "updates": {"deleted": True, "title": "x"}},
        {"task_ids": ids, "updates": {"deleted": False}},
        {"task_ids": ids, "updates": {"version": 3}},
        {"task_ids": [], "updates": {"title": "x"}},
        {"task_ids": ids, "workspace_id": person.workspace_id, "updates": {"title": "x"}},
        {"filter": "", "updates": {"title": "x"}},
        {"filter": "nonsense = 3", "updates": {"title": "x"}},
        {"task_ids": ids * 2, "updates": {"status": "done", "completed": False}},
    ):
        refused(await person.client.patch("/tasks/bulk", json=body), 422)
    assert await get(person, task) == task


async def test_more_than_a_thousand_are_refused_with_their_count(person: Person) -> None:
    for _ in range(2):
        await make_all(person, *[{}] * 501)
    body = {"filter": "open", "updates": {"priority": "low"}}
    told = refused(await person.client.patch("/tasks/bulk", json=body), 422, "too_many_matches")
    assert told["matches"] == 1_002
    assert "1,002" in told["detail"]


async def test_a_filter_finds_only_what_is_seen(person: Person, make_user: MakeUser) -> None:
    member = await make_user()
    team = await make_team(person, member=member)
    hidden = await make_project(person, team, private=True)
    secret = await make(person, project_id=hidden["id"])
    told = await edit(member, filter="open", updates={"title": "Taken"})
    assert told["results"] == []
    assert (await get(person, secret))["title"] == "Something"
    nobody = await make_user()
    body = {"filter": "open", "workspace_id": team, "updates": {"title": "x"}}
    refused(await nobody.client.patch("/tasks/bulk", json=body), 404)


async def test_repeating_tasks_go_on(person: Person) -> None:
    daily = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
    tasks = await make_all(person, daily, daily, {})
    told = await edit(person, tasks, updates={"completed": True})
    assert (told["changed"], told["also_changed"]) == (3, 2)
    open_ones = good(await person.client.get("/tasks", params={"status": "open"}))["items"]
    assert [each["due_at"] for each in open_ones] == ["2030-01-02T09:00:00Z"] * 2
    bare = await make(person, due_at="2030-01-01T09:00:00Z")
    await edit(person, [bare, *open_ones], updates={"recurrence": "FREQ=WEEKLY"})
    rule = (await get(person, bare))["recurrence"]
    assert (rule["rrule"], rule["timezone"]) == ("FREQ=WEEKLY", "UTC")


async def test_who_waits_is_told(person: Person) -> None:
    first, second, last = await make_all(person, {}, {}, {})
    for one, other in ((last, first), (last, second), (second, first)):
        await block(person, one, other)
    await edit(person, [first, second], updates={"status": "done"})
    now = await get(person, last)
    assert (now["blocked"], now["blocked_by"]) == (False, [])
    await edit(person, [first, second], updates={"status": "todo"})
    now = await get(person, last)
    assert set(now["blocked_by"]) == {first["id"], second["id"]}
    assert (await get(person, second))["blocked_by"] == [first["id"]]
    await edit(person, [first, second], updates={"deleted": True})
    assert (await get(person, last))["blocked_by"] == []


async def test_a_move_takes_along_what_lies_below(person: Person) -> None:
    place = await make_project(person, key="TO")
    top = await make(person)
    child = await make(person, parent_id=top["id"])
    grand = await make(person, parent_id=child["id"])
    other = await make(person)
    told = await edit(person, [child, top, other], updates={"project_id": place["id"]})
    assert (told["changed"], told["also_changed"]) == (3, 1)
    moved = [await get(person, task) for task in (top, child, grand, other)]
    assert {each["project_id"] for each in moved} == {place["id"]}
    assert len({each["key"] for each in moved}) == 4
    assert all(each["key"].startswith("TO-") for each in moved)
    assert [moved[1]["parent_id"], moved[2]["parent_id"]] == [top["id"], child["id"]]


async def test_parents(person: Person) -> None:
    top, one, other = await make_all(person, {}, {}, {})
    told = await edit(person, [top, one, other], updates={"parent_id": top["id"]})
    outcomes = [each["outcome"] for each in told["results"]]
    assert outcomes == ["refused", "changed", "changed"]
    assert told["results"][0]["error"]["code"] == "parent_cycle"
    await edit(person, [one, other], updates={"parent_id": None})
    assert (await get(person, one))["parent_id"] is None


async def test_assignees_are_those_who_see_the_project(person: Person, make_user: MakeUser) -> None:
    member, stranger = await make_user(), await make_user()
    team = await make_team(person, member=member)
    project = await make_project(person, team)
    inside, outside = await make(person, project_id=project["id"]), await make(person)
    told = await edit(person, [inside, outside], updates={"add_assignees": [member.id]})
    assert [each["outcome"] for each in told["results"]] == ["changed", "refused"]
    assert told["results"][1]["error"]["code"] == "not_assignable"
    told = await edit(person, [inside], updates={"add_assignees": [stranger.id]})
    assert told["refused"] == 1
    private = await make_project(person, team, private=True, key="PRIV")
    told = await edit(person, [inside], updates={"project_id": private["id"]})
    assert told["results"][0]["error"]["code"] == "not_assignable"


async def test_a_project_that_is_not_there_refuses_each_task(
    person: Person, make_user: MakeUser
) -> None:
    """Also one that is hidden: nobody learns that it is there."""
    stranger = await make_user()
    hidden = await make_project(stranger)
    tasks = [await make(person), await make(person)]
    for project_id in (str(uuid4()), hidden["id"]):
        told = await edit(person, tasks, updates={"project_id": project_id, "title": "New"})
        assert [each["outcome"] for each in told["results"]] == ["refused", "refused"]
        assert {each["error"]["status"] for each in told["results"]} == {404}
    assert (await get(person, tasks[0]))["title"] == tasks[0]["title"]


async def test_the_trash(person: Person) -> None:
    top, alone = await make(person), await make(person)
    child = await make(person, parent_id=top["id"])
    told = await edit(person, [child, top, alone], updates={"deleted": True})
    assert told["changed"] == 3
    for task in (top, child, alone):
        refused(await person.client.get(f"/tasks/{task['id']}"), 404)
    good(await person.client.post(f"/tasks/{top['id']}/restore"))
    assert (await get(person, child))["parent_id"] == top["id"]


async def test_archived_projects(person: Person) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"])
    good(await person.client.patch(f"/projects/{project['id']}", json={"archived": True}))
    told = await edit(person, [task], updates={"title": "New"})
    assert told["results"][0]["error"]["code"] == "project_archived"


async def test_what_a_thousand_cost(person: Person, runtime: Runtime) -> None:
    await make_all(person, *[{"tags": ["a"], "assignee_ids": [person.id]}] * 1_000)
    for updates, most in (
        ({"priority": "high"}, 14),
        ({"add_tags": ["b"], "remove_tags": ["a"], "due_at": "2030-01-01T00:00:00Z"}, 18),
        ({"status": "done"}, 14),
        ({"remove_assignees": [person.id]}, 12),
        ({"deleted": True}, 14),
    ):
        with max_queries(runtime, most):
            told = await edit(person, filter="created > now-1d", updates=updates)
        assert told["changed"] == 1_000, updates


@pytest.mark.each
async def test_many_at_once_lose_nothing(person: Person) -> None:
    """Also next to single changes of the same tasks, and whatever order they are named in."""
    tasks = await make_all(person, *[{}] * 20)

    async def tag(number: int) -> None:
        order = tasks if number % 2 else tasks[::-1]
        await edit(person, order, updates={"add_tags": [f"bulk {number}"]})

    async def rename(task: Any) -> None:
        await patch(person, task, title="Single")

    await asyncio.gather(*(tag(number) for number in range(5)), *map(rename, tasks[::4]))
    now = [await get(person, task) for task in tasks]
    assert {frozenset(each["tags"]) for each in now} == {frozenset(f"bulk {n}" for n in range(5))}
    assert [each["title"] for each in now[::4]] == ["Single"] * 5
    assert {each["version"] for each in now} == {6, 7}


async def test_other_methods_are_told_what_there_is(person: Person) -> None:
    answer = await person.client.put("/tasks/bulk", json={})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "PATCH, POST"


async def test_the_next_action_follows(person: Person) -> None:
    one, other = await make_all(person, {"priority": "urgent"}, {"priority": "low"})
    first = good(await person.client.get("/next-action"))["action"]["task"]["id"]
    assert first == one["id"]
    await edit(person, [one], updates={"status": "done"})
    assert good(await person.client.get("/next-action"))["action"]["task"]["id"] == other["id"]
    await edit(person, [one, other], updates={"status": "todo", "priority": "medium"})
    await patch(person, one, priority="urgent")
    assert good(await person.client.get("/next-action"))["action"]["task"]["id"] == one["id"]
    await edit(person, [one], updates={"deleted": True})
    assert good(await person.client.get("/next-action"))["action"]["task"]["id"] == other["id"]

"""Taking back what was done to many tasks: exactly that, and nothing that was done since."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import block, found, get, make, make_all, make_project, make_team, patch
from tests.tasks.test_bulk_edits import edit
from upnext.core.runtime import Runtime
from upnext.tasks.operations import service
from upnext.tasks.operations.jobs import forget

# Whose a value is is not taken back: who undoes a change wants the value that comes back.
VOLATILE = ("version", "updated_at", "classification")


async def undo(person: Person, operation: Any) -> Any:
    return good(await person.client.post(f"/operations/{operation['operation']}/undo"))


def lasting(task: Any) -> Any:
    return {name: value for name, value in task.items() if name not in VOLATILE}


async def as_they_are(person: Person, tasks: Any) -> list[Any]:
    return [lasting(await get(person, task)) for task in tasks]


UPDATES: list[dict[str, Any]] = [
    {"title": "New", "description": "Told", "category": "Other", "energy": "low"},
    {"status": "done"},
    {"status": "in_progress", "priority": "urgent"},
    {"tags": ["x"], "context": ["@home"], "due_at": None, "start_at": None},
    {"add_tags": ["x"], "remove_tags": ["A"], "estimated_duration": 30},
    {"due_at": "2030-05-01T00:00:00Z", "start_at": "2030-04-01T00:00:00Z"},
    {"recurrence": {"rrule": "FREQ=DAILY", "basis": "completion"}},
    {"recurrence": None},
    {"parent_id": None},
]


@pytest.mark.parametrize("updates", UPDATES, ids="+".join)
async def test_what_is_undone_is_as_it_was_and_redone_as_it_became(
    person: Person, updates: dict[str, Any]
) -> None:
    tasks = await make_all(
        person,
        {"tags": ["a", "b"], "due_at": "2030-02-01T09:00:00.123456Z"},
        {"status": "done", "energy": "high", "description": "Long"},
        {"status": "in_progress", "assignee_ids": [person.id], "context": ["@a"]},
        {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=WEEKLY"},
    )
    tasks.append(await make(person, parent_id=tasks[0]["id"]))
    before = await as_they_are(person, tasks)
    everything = len(await found(person))
    done = await edit(person, tasks, updates=updates)
    after = await as_they_are(person, tasks)
    assert before != after
    undone = await undo(person, done)
    assert (undone["partly"], undone["kept"]) == (0, 0)
    assert undone["restored"] == done["changed"] + done["also_changed"]
    assert await as_they_are(person, tasks) == before
    assert len(await found(person)) == everything
    assert (await undo(person, undone))["kept"] == 0
    assert await as_they_are(person, tasks) == after


async def test_what_was_changed_since_stays(person: Person) -> None:
    one, other, last = await make_all(person, {}, {}, {})
    done = await edit(person, [one, other, last], updates={"title": "New", "priority": "high"})
    await patch(person, one, title="Newest")
    await patch(person, other, title="Mine", priority="low")
    undone = await undo(person, done)
    outcomes = {each["id"]: each["outcome"] for each in undone["results"]}
    assert outcomes == {one["id"]: "partly", other["id"]: "kept", last["id"]: "restored"}
    told = next(each for each in undone["results"] if each["id"] == one["id"])["not_restored"]
    assert [(each["field"], each["code"]) for each in told] == [("title", "changed_since")]
    now = [await get(person, task) for task in (one, other, last)]
    assert [each["title"] for each in now] == ["Newest", "Mine", "Number 2"]
    assert [each["priority"] for each in now] == ["medium", "low", "medium"]


async def test_a_change_back_and_forth_is_no_change(person: Person) -> None:
    task = await make(person)
    done = await edit(person, [task], updates={"title": "New"})
    await patch(person, task, title="Between")
    await patch(person, task, title="New", tags=["kept"])
    assert (await undo(person, done))["restored"] == 1
    now = await get(person, task)
    assert (now["title"], now["tags"]) == ("Something", ["kept"])


async def test_done_again_since_is_a_change(person: Person) -> None:
    task = await make(person)
    done = await edit(person, [task], updates={"status": "done", "title": "New"})
    await patch(person, task, completed=False)
    again = await patch(person, task, completed=True)
    (result,) = (await undo(person, done))["results"]
    assert {each["field"] for each in result["not_restored"]} == {"status", "completed_at"}
    now = await get(person, task)
    assert (now["completed_at"], now["title"]) == (again["completed_at"], "Something")


async def test_dates_that_no_longer_fit_stay(person: Person) -> None:
    task = await make(person, start_at="2030-01-01T00:00:00Z")
    done = await edit(person, [task], updates={"start_at": None, "title": "New"})
    await patch(person, task, due_at="2029-01-01T00:00:00Z")
    (result,) = (await undo(person, done))["results"]
    assert [each["code"] for each in result["not_restored"]] == ["conflicts"]
    assert (await get(person, task))["start_at"] is None


async def test_nothing_left_to_undo(person: Person) -> None:
    task = await make(person)
    done = await edit(person, [task], updates={"title": "New"})
    await patch(person, task, title="Newest")
    path = f"/operations/{done['operation']}/undo"
    told = refused(await person.client.post(path), 409, "nothing_to_undo")
    assert told["results"][0]["not_restored"][0]["field"] == "title"
    await patch(person, task, title="New")
    undone = await undo(person, done)
    told = refused(await person.client.post(path), 409, "already_undone")
    assert told["operation"] == undone["operation"]


async def test_repeating_tasks_come_back_alone(person: Person) -> None:
    task = await make(person, due_at="2030-01-01T09:00:00Z", recurrence="FREQ=DAILY")
    below = await make(person, parent_id=task["id"])
    done = await edit(person, [task], updates={"status": "done"})
    assert (done["changed"], done["also_changed"]) == (1, 3)
    undone = await undo(person, done)
    assert undone["kept"] == 0
    left = {each["id"]: each["status"] for each in await found(person)}
    assert left == {task["id"]: "todo", below["id"]: "todo"}
    await undo(person, undone)
    states = sorted(each["status"] for each in await found(person))
    assert states == ["cancelled", "done", "todo", "todo"]
    again = await edit(person, filter="done", updates={"status": "todo"})
    assert again["changed"] == 1


async def test_a_next_one_that_was_worked_on_stays(person: Person) -> None:
    task = await make(person, due_at="2030-01-01T09:00:00Z", recurrence="FREQ=DAILY")
    done = await edit(person, [task], updates={"status": "done"})
    (following,) = await found(person, status="open")
    await patch(person, following, description="Begun")
    undone = await undo(person, done)
    assert (undone["restored"], undone["kept"]) == (1, 1)
    assert await get(person, following)


async def test_moves_and_what_went_along(person: Person) -> None:
    place = await make_project(person, key="TO")
    top, alone = await make(person), await make(person, tags=["a"])
    child = await make(person, parent_id=top["id"])
    tasks = [top, child, alone]
    before = await as_they_are(person, tasks)
    done = await edit(person, [top, alone], updates={"project_id": place["id"]})
    good(await person.client.patch(f"/projects/{place['id']}", json={"key": "TWO"}))
    undone = await undo(person, done)
    assert (undone["restored"], undone["kept"]) == (3, 0)
    assert await as_they_are(person, tasks) == before
    assert (await undo(person, undone))["restored"] == 3
    assert (await get(person, child))["key"].startswith("TWO-")


async def test_a_family_stays_together(person: Person) -> None:
    place = await make_project(person, key="TO")
    top = await make(person)
    child = await make(person, parent_id=top["id"])
    done = await edit(person, [top], updates={"project_id": place["id"], "title": "New"})
    late = await make(person, parent_id=child["id"], project_id=place["id"])
    undone = await undo(person, done)
    assert {each["outcome"] for each in undone["results"]} == {"partly", "kept"}
    projects = [(await get(person, task))["project_id"] for task in (top, child, late)]
    assert set(projects) == {place["id"]}
    assert (await get(person, top))["title"] == "Something"


async def test_below_its_old_parent_again(person: Person) -> None:
    old, new, task = await make_all(person, {}, {}, {})
    await patch(person, task, parent_id=old["id"])
    done = await edit(person, [task], updates={"parent_id": new["id"]})
    await undo(person, done)
    assert (await get(person, task))["parent_id"] == old["id"]
    done = await edit(person, [task], updates={"parent_id": None, "title": "New"})
    await patch(person, old, parent_id=task["id"])
    (result,) = (await undo(person, done))["results"]
    assert [each["code"] for each in result["not_restored"]] == ["parent_cycle"]
    assert (await get(person, task))["title"] == "Number 2"


async def test_out_of_the_trash_and_back(person: Person) -> None:
    top, alone, taken = await make_all(person, {}, {}, {"external_id": "x-1"})
    child = await make(person, parent_id=top["id"])
    await block(person, alone, top)
    tasks = [top, child, alone]
    before = await as_they_are(person, tasks)
    done = await edit(person, [top, alone, taken], updates={"deleted": True})
    await make(person, external_id="x-1")
    undone = await undo(person, done)
    assert (undone["restored"], undone["kept"]) == (3, 1)
    assert await as_they_are(person, tasks) == before
    await undo(person, undone)
    for task in tasks:
        refused(await person.client.get(f"/tasks/{task['id']}"), 404)


async def test_a_child_needs_its_parent_out_of_the_trash(person: Person) -> None:
    top = await make(person)
    child = await make(person, parent_id=top["id"])
    done = await edit(person, [child], updates={"deleted": True})
    good(await person.client.delete(f"/tasks/{top['id']}"))
    path = f"/operations/{done['operation']}/undo"
    told = refused(await person.client.post(path), 409, "nothing_to_undo")
    assert told["results"][0]["not_restored"][0]["code"] == "parent_trashed"


async def test_creation_is_undone_too(person: Person) -> None:
    body = {"tasks": [{"title": "One"}, {"title": "Two"}]}
    made = good(await person.client.post("/tasks/bulk", json=body))
    await patch(person, made["results"][0]["task"], title="Kept")
    undone = await undo(person, made)
    assert (undone["restored"], undone["kept"]) == (1, 1)
    assert [each["title"] for each in await found(person)] == ["Kept"]
    assert (await undo(person, undone))["restored"] == 1
    assert {each["title"] for each in await found(person)} == {"Kept", "Two"}


async def test_what_others_put_below_keeps_what_was_made(person: Person) -> None:
    body = {"tasks": [{"title": "One"}, {"title": "Two"}]}
    made = good(await person.client.post("/tasks/bulk", json=body))
    top = made["results"][0]["task"]
    late = await make(person, parent_id=top["id"])
    undone = await undo(person, made)
    assert (undone["restored"], undone["kept"]) == (1, 1)
    assert {each["id"] for each in await found(person)} == {top["id"], late["id"]}


async def test_nobody_is_assigned_who_has_left(person: Person, make_user: MakeUser) -> None:
    member = await make_user()
    team = await make_team(person, member=member)
    project = await make_project(person, team)
    body = {"project_id": project["id"], "assignee_ids": [member.id]}
    first, other = await make_all(person, body, body)
    done = await edit(person, [first, other], updates={"assignee_ids": [], "title": "New"})
    good(await person.client.delete(f"/workspaces/{team}/members/{member.id}"))
    undone = await undo(person, done)
    assert undone["partly"] == 2
    assert undone["results"][0]["not_restored"][0]["code"] == "not_assignable"
    now = await get(person, first)
    assert (now["assignee_ids"], now["title"]) == ([], "Number 0")


async def test_who_waits_is_told_by_an_undo(person: Person) -> None:
    first, second = await make_all(person, {}, {})
    await block(person, second, first)
    done = await edit(person, [first, second], updates={"status": "done"})
    await undo(person, done)
    now = await get(person, second)
    assert (now["blocked"], now["blocked_by"]) == (True, [first["id"]])


# Whose it is


async def test_lists_and_details(person: Person) -> None:
    task = await make(person)
    first = await edit(person, [task], updates={"title": "New"})
    second = await edit(person, filter="title = New", updates={"priority": "high"})
    page = good(await person.client.get("/operations", params={"limit": 1}))
    assert [each["id"] for each in page["items"]] == [second["operation"]]
    assert page["items"][0]["asked"] == {"filter": "title = New", "updates": {"priority": "high"}}
    params = {"cursor": page["next_cursor"]}
    page = good(await person.client.get("/operations", params=params))
    assert [each["id"] for each in page["items"]] == [first["operation"]]
    undone = await undo(person, first)
    told = good(await person.client.get(f"/operations/{first['operation']}"))
    assert (told["undone_by"], told["kind"], told["task_count"]) == (
        undone["operation"],
        "update",
        1,
    )
    changes = {"title": {"before": "Something", "after": "New"}}
    assert told["tasks"] == [
        {"task_id": task["id"], "key": task["key"], "action": "updated", "changes": changes}
    ]
    told = good(await person.client.get(f"/operations/{undone['operation']}"))
    assert (told["undoes"], told["kind"]) == (first["operation"], "undo")


async def test_only_who_did_it_and_admins(person: Person, make_user: MakeUser) -> None:
    admin, member = await make_user(), await make_user()
    team = await make_team(person, admin=admin, member=member)
    project = await make_project(person, team)
    task = await make(person, project_id=project["id"])
    done = await edit(person, [task], updates={"title": "New"})
    path = f"/operations/{done['operation']}"
    refused(await member.client.get(path), 404)
    refused(await member.client.post(f"{path}/undo"), 404)
    assert good(await admin.client.get("/operations"))["items"] == []
    assert good(await admin.client.get(path))["user_id"] == person.id
    assert (await undo(admin, done))["restored"] == 1
    refused(await person.client.get(f"/operations/{uuid4()}"), 404)


async def test_who_lost_the_right_cannot_undo(person: Person, make_user: MakeUser) -> None:
    member = await make_user()
    team = await make_team(person, member=member)
    project = await make_project(person, team)
    task = await make(person, project_id=project["id"])
    done = await edit(member, [task], updates={"title": "New"})
    path = f"/workspaces/{team}/members/{member.id}"
    good(await person.client.patch(path, json={"role": "viewer"}))
    undoing = f"/operations/{done['operation']}/undo"
    told = refused(await member.client.post(undoing), 409, "nothing_to_undo")
    assert told["results"][0]["not_restored"][0]["code"] == "role_too_low"
    good(await person.client.delete(path))
    assert good(await member.client.get(f"/operations/{done['operation']}"))["tasks"] == []
    told = refused(await member.client.post(undoing), 409, "nothing_to_undo")
    assert told["results"][0]["key"] is None
    assert (await get(person, task))["title"] == "New"


@pytest.mark.each
async def test_two_undo_at_once(person: Person) -> None:
    task = await make(person)
    done = await edit(person, [task], updates={"title": "New"})
    path = f"/operations/{done['operation']}/undo"
    answers: list[httpx.Response] = await asyncio.gather(
        *(person.client.post(path) for _ in range(4))
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]


async def test_they_are_forgotten_after_a_month(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    done = await edit(person, [task], updates={"title": "New"})
    path = f"/operations/{done['operation']}"
    async with runtime.db.write() as session:
        await service.forget(session, runtime.clock.now())
        await session.commit()
    good(await person.client.get(path))
    async with runtime.db.write() as session:
        await service.forget(session, runtime.clock.now() + service.KEPT)
        await session.commit()
    refused(await person.client.get(path), 404)
    assert forget.__module__ == "upnext.tasks.operations.jobs"


async def test_what_undoing_costs(person: Person, runtime: Runtime) -> None:
    await make_all(person, *[{"tags": ["a"], "external_id": f"{n}"} for n in range(300)])
    for updates, most in (
        ({"status": "done", "add_tags": ["b"]}, 16),
        ({"deleted": True}, 16),
    ):
        done = await edit(person, filter="created > now-1d", updates=updates)
        for _ in range(2):
            with max_queries(runtime, most):
                done = await undo(person, done)
            assert done["restored"] == 300
        await undo(person, done)

"""The goal of a task: where it can be said, which goals it can be, and what becomes of it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.goals.making import change, listed, make_goal
from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import found, get, make, make_project, make_team, patch
from upnext.core.runtime import Runtime


async def test_a_task_says_its_goal(person: Person) -> None:
    goal, other = await make_goal(person), await make_goal(person, "Other")
    task = await make(person, goal_id=goal["id"])
    assert task["goal_id"] == goal["id"]
    assert (await get(person, task))["goal_id"] == goal["id"]
    assert (await patch(person, task, title="New"))["goal_id"] == goal["id"]
    assert (await patch(person, task, goal_id=other["id"]))["goal_id"] == other["id"]
    path = f"/tasks/{task['id']}"
    replaced = good(await person.client.put(path, json={"title": "x", "goal_id": goal["id"]}))
    assert replaced["goal_id"] == goal["id"]
    assert good(await person.client.put(path, json={"title": "x"}))["goal_id"] is None
    assert (await make(person))["goal_id"] is None


@pytest.mark.each
async def test_bulk_judges_each_by_itself(person: Person, runtime: Runtime) -> None:
    goal = await make_goal(person, weight=2)
    bodies: list[dict[str, Any]] = [{"title": "a", "goal_id": goal["id"]}, {"title": "b"}]
    bodies += [{"title": "c", "goal_id": str(uuid4())}]
    outcome = good(await person.client.post("/tasks/bulk", json={"tasks": bodies}))
    assert (outcome["created"], outcome["invalid"]) == (2, 1)
    assert outcome["results"][0]["task"]["goal_id"] == goal["id"]
    assert outcome["results"][2]["errors"] == [
        {"pointer": "/goal_id", "detail": "There is no such goal."}
    ]
    many = [{"title": f"{n}", "goal_id": goal["id"]} for n in range(100)]
    with max_queries(runtime, 15):
        good(await person.client.post("/tasks/bulk", json={"tasks": many}))


async def test_lists_and_filters_by_goal(person: Person) -> None:
    goal, other = await make_goal(person, "Größe"), await make_goal(person, "Other")
    one = await make(person, title="One", goal_id=goal["id"])
    two = await make(person, title="Two", goal_id=other["id"])
    three = await make(person, title="Three")
    assert await found(person, goal_id=goal["id"]) == [one]
    for text, wanted in {
        f"goal = {goal['id']}": [one],
        "goal = grosse": [one],
        "goal != grosse": [three, two],
        "goal in (Größe, other)": [two, one],
        "no goal": [three],
        "not no goal and title = two": [two],
        "goal = nothing": [],
    }.items():
        assert await found(person, filter=text) == wanted, text
    good(await person.client.delete(f"/goals/{goal['id']}"))
    assert await found(person, filter="goal = grosse") == []
    assert await found(person, goal_id=goal["id"]) == [one]


async def test_a_saved_filter_can_speak_of_goals(person: Person) -> None:
    goal = await make_goal(person)
    task = await make(person, goal_id=goal["id"])
    saved = {"name": "Mine", "query": "goal=Fit"}
    made = good(await person.client.post("/filters", json=saved))
    assert made["meaning"] == 'goal = "Fit"' or made["meaning"] == "goal = Fit"
    assert await found(person, saved_filter=made["id"]) == [task]


async def test_only_goals_of_its_workspace(make_user: MakeUser) -> None:
    owner, stranger = await make_user(), await make_user()
    team = await make_team(owner)
    foreign, elsewhere = await make_goal(stranger), await make_goal(owner, workspace_id=team)
    task = await make(owner)
    for goal_id, status in ((foreign["id"], 404), (str(uuid4()), 404), (elsewhere["id"], 422)):
        body = {"title": "x", "goal_id": goal_id}
        refused(await owner.client.post("/tasks", json=body), status)
        refused(await owner.client.patch(f"/tasks/{task['id']}", json=body), status)
        refused(await owner.client.put(f"/tasks/{task['id']}", json=body), status)
    assert (await get(owner, task))["version"] == 1
    assert await listed(stranger, workspace_id=stranger.workspace_id) != []


async def test_a_goal_of_a_project_takes_its_tasks_only(make_user: MakeUser) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    secret = await make_project(owner, team, private=True)
    shared = await make_project(owner, team)
    goal = await make_goal(owner, project_id=secret["id"])
    body = {"title": "x", "project_id": shared["id"], "goal_id": goal["id"]}
    refused(await owner.client.post("/tasks", json=body), 422, "goal_elsewhere")
    refused(await member.client.post("/tasks", json=body), 404)
    inner = await make(owner, project_id=secret["id"], goal_id=goal["id"])
    assert inner["goal_id"] == goal["id"]


async def test_a_task_that_moves_leaves_a_goal_of_its_project_behind(person: Person) -> None:
    old, new = await make_project(person, name="Old"), await make_project(person, name="New")
    inner = await make_goal(person, project_id=old["id"], weight=2)
    wide = await make_goal(person, "Wide", weight=2)
    top = await make(person, project_id=old["id"], goal_id=inner["id"])
    low = await make(person, project_id=old["id"], goal_id=inner["id"], parent_id=top["id"])
    keeps = await make(person, project_id=old["id"], goal_id=wide["id"], parent_id=top["id"])
    moved = await patch(person, top, project_id=new["id"])
    assert moved["goal_id"] is None
    assert (await get(person, low))["goal_id"] is None
    assert (await get(person, keeps))["goal_id"] == wide["id"]
    body = {"project_id": old["id"], "goal_id": inner["id"]}
    assert (await patch(person, top, **body))["goal_id"] == inner["id"]
    body = {"project_id": new["id"], "goal_id": inner["id"]}
    answer = await person.client.patch(f"/tasks/{top['id']}", json=body)
    refused(answer, 422, "goal_elsewhere")


async def test_tasks_keep_a_goal_that_lies_in_the_trash(person: Person) -> None:
    goal = await make_goal(person)
    task = await make(person, goal_id=goal["id"])
    good(await person.client.delete(f"/goals/{goal['id']}"))
    assert (await get(person, task))["goal_id"] == goal["id"]
    same = {"title": "Put back", "goal_id": goal["id"]}
    answer = await person.client.put(f"/tasks/{task['id']}", json=same)
    assert good(answer)["goal_id"] == goal["id"]
    refused(await person.client.post("/tasks", json=same), 404)
    back = good(await person.client.post(f"/goals/{goal['id']}/restore"))
    assert back["progress"]["task_count"] == 1


async def test_the_next_occurrence_serves_the_same_goal(person: Person) -> None:
    goal, other = await make_goal(person), await make_goal(person, "Other")
    task = await make(
        person, goal_id=goal["id"], due_at="2030-01-01T00:00:00Z", recurrence="FREQ=DAILY"
    )
    sub = await make(person, parent_id=task["id"], goal_id=other["id"])
    once = {"goal_id": other["id"]}
    good(await person.client.patch(f"/tasks/{task['id']}?scope=this", json=once))
    await patch(person, task, completed=True)
    (following,) = await found(person, status="open", goal_id=goal["id"])
    assert following["id"] != task["id"]
    (copy,) = await found(person, parent_id=following["id"])
    assert (copy["id"] != sub["id"], copy["goal_id"]) == (True, other["id"])


async def test_all_open_occurrences_get_another_goal(person: Person) -> None:
    goal = await make_goal(person)
    task = await make(person, due_at="2030-01-01T00:00:00Z", recurrence="FREQ=DAILY")
    await patch(person, task, completed=True)
    await patch(person, task, completed=False)
    good(await person.client.patch(f"/tasks/{task['id']}?scope=all", json={"goal_id": goal["id"]}))
    assert len(await found(person, goal_id=goal["id"])) == 2


@pytest.mark.parametrize("field", ["weight", "title"])
async def test_a_goal_changes_none_of_its_tasks(person: Person, field: str) -> None:
    goal = await make_goal(person)
    task = await make(person, goal_id=goal["id"])
    await change(person, goal, **{field: 2 if field == "weight" else "x"})
    assert await get(person, task) == task


async def test_quick_add_takes_a_goal_beside_its_text(person: Person) -> None:
    goal = await make_goal(person, weight=2)
    quick = {"text": "Run 30m\n  Shoes", "fields": {"goal_id": goal["id"]}}
    made = good(await person.client.post("/tasks/quick", json=quick))
    assert made["task"]["goal_id"] == goal["id"]
    assert made["subtasks"][0]["goal_id"] is None
    reasons = good(await person.client.get("/next-action"))["action"]["reasons"]
    assert "goal" in {reason["term"] for reason in reasons}
    strange = {"text": "Run", "fields": {"goal_id": str(uuid4())}}
    for more in ({}, {"dry_run": True}):
        refused(await person.client.post("/tasks/quick", json={**strange, **more}), 404)
    tried = good(await person.client.post("/tasks/quick", json={**quick, "dry_run": True}))
    assert tried["task"]["goal_id"] == goal["id"]

"""Goals of many tasks at once: who may serve them, what they count, and the way back."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.goals.making import change, make_goal
from tests.kit.app import Person, good, max_queries
from tests.tasks.making import get, make, make_all, make_project
from tests.tasks.test_bulk_edits import edit
from tests.tasks.test_undo import undo
from upnext.core.runtime import Runtime
from upnext.tasks.models import Task


async def weights(runtime: Runtime, tasks: list[Any]) -> list[float]:
    async with runtime.db.read() as session:
        found = {str(task.id): task.goal_weight for task in await session.scalars(select(Task))}
    return [found[task["id"]] for task in tasks]


async def goals_of(person: Person, tasks: list[Any]) -> list[str | None]:
    return [(await get(person, task))["goal_id"] for task in tasks]


async def test_each_is_judged_and_undone(person: Person, runtime: Runtime) -> None:
    project = await make_project(person)
    heavy = await make_goal(person, weight=1.5, project_id=project["id"])
    light = await make_goal(person, "Light", weight=0.5)
    inside = await make(person, project_id=project["id"], goal_id=light["id"])
    outside = await make(person)
    tasks = [inside, outside]
    done = await edit(person, tasks, updates={"goal_id": heavy["id"]})
    assert [each["outcome"] for each in done["results"]] == ["changed", "refused"]
    assert done["results"][1]["error"]["code"] == "goal_elsewhere"
    assert await goals_of(person, tasks) == [heavy["id"], None]
    assert await weights(runtime, tasks) == [1.5, 1]
    undone = await undo(person, done)
    assert await goals_of(person, tasks) == [light["id"], None]
    assert await weights(runtime, tasks) == [0.5, 1]
    await undo(person, undone)
    assert await weights(runtime, tasks) == [1.5, 1]


async def test_a_project_that_is_left_keeps_its_goal(person: Person, runtime: Runtime) -> None:
    project = await make_project(person)
    own = await make_goal(person, weight=1.5, project_id=project["id"])
    wide = await make_goal(person, "Wide", weight=2)
    place = {"project_id": project["id"]}
    tasks = await make_all(
        person, {**place, "goal_id": own["id"]}, {**place, "goal_id": wide["id"]}
    )
    done = await edit(person, tasks, updates={"project_id": person.inbox_id})
    assert await goals_of(person, tasks) == [None, wide["id"]]
    assert await weights(runtime, tasks) == [1, 2]
    assert (await undo(person, done))["restored"] == 2
    assert await goals_of(person, tasks) == [own["id"], wide["id"]]
    assert await weights(runtime, tasks) == [1.5, 2]


async def test_a_goal_in_the_trash_is_not_served_again(person: Person) -> None:
    goal = await make_goal(person)
    task = await make(person, goal_id=goal["id"])
    done = await edit(person, [task], updates={"goal_id": None, "title": "New"})
    good(await person.client.delete(f"/goals/{goal['id']}"))
    (result,) = (await undo(person, done))["results"]
    assert [(e["field"], e["code"]) for e in result["not_restored"]] == [("goal_id", "not_found")]
    now = await get(person, task)
    assert (now["goal_id"], now["title"]) == (None, "Something")


@pytest.mark.each
async def test_one_question_for_all(person: Person, runtime: Runtime) -> None:
    goal = await make_goal(person, weight=2)
    tasks = await make_all(person, *[{}] * 50)
    with max_queries(runtime, 14):
        done = await edit(person, tasks, updates={"goal_id": goal["id"]})
    with max_queries(runtime, 16):
        await undo(person, done)
    await change(person, goal, weight=1.5)
    assert set(await weights(runtime, tasks)) == {1}

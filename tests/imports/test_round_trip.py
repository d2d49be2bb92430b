"""Our own export, brought in by an import run, and exported again."""

from typing import Any

from tests.exports.asking import asked, document
from tests.exports.comparing import fill, told
from tests.goals.making import listed, make_goal
from tests.imports.asking import bring
from tests.kit.app import MakeUser, Person
from tests.tasks.making import make
from upnext.core.runtime import Runtime

DAILY = {"rrule": "FREQ=DAILY;INTERVAL=2", "basis": "completion", "timezone": "Europe/Berlin"}


async def _tasks(person: Person) -> list[dict[str, Any]]:
    """An import names each task after where it comes from, and projects are found by name."""
    tasks: list[dict[str, Any]] = told(await document(person), person)["tasks"]
    return [
        {n: v for n, v in task.items() if n not in {"external_id", "project"}} for task in tasks
    ]


async def test_export_import_export(make_user: MakeUser, runtime: Runtime) -> None:
    first, second = await make_user(), await make_user()
    await fill(first)
    gone = "2031-01-03T09:00:00Z"
    repeats = {**DAILY, "exdates": [gone]}
    await make(first, title="Water", due_at="2031-01-01T09:00:00Z", recurrence=repeats)
    run = await bring(runtime, second, (await asked(first, "json")).content)
    assert (run["state"], run["failed"]) == ("completed", 0), run["report"]
    before, after = await _tasks(first), await _tasks(second)
    assert len(before) == 8
    # People are found by their address, and the first one is nobody in the second's workspace.
    for task in before:
        task["assignee_ids"] = []
    assert after == before
    goals = [told(await document(one), one)["goals"] for one in (first, second)]
    for goal in (*goals[0], *goals[1]):
        goal["project_id"] = goal["project_id"] is not None
    assert goals[1] == [goal for goal in goals[0] if goal["title"] != "Never begun"]
    assert {one["name"] for one in run["report"]["goals_created"]} == {
        "Feed ourselves",
        "Vegetables",
    }
    assert run["report"]["left_out"]["goals without tasks"] == 1
    again = await bring(runtime, second, (await asked(first, "json")).content)
    assert (again["created"], again["existing"]) == (0, 8)
    assert again["report"]["goals_created"] == []
    assert await _tasks(second) == after


async def test_goals_are_made_by_who_may(make_user: MakeUser, runtime: Runtime) -> None:
    """Else the tasks come without; a goal of the same title that is there is taken."""
    first, second = await make_user(), await make_user()
    await fill(first)
    data = (await asked(first, "json")).content
    own = await make_goal(second, "feed OURSELVES")
    run = await bring(runtime, second, data, create_goals="false")
    assert (run["state"], run["failed"], run["report"]["goals_created"]) == ("completed", 0, [])
    texts = [note["detail"] for note in run["report"]["warnings"]]
    assert "There is no goal “Vegetables”; its tasks serve none." in texts
    assert not any("Feed ourselves" in text for text in texts)
    assert [one["id"] for one in await listed(second)] == [own["id"]]

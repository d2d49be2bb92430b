"""Our own export, brought in by an import run, and exported again."""

from typing import Any

from tests.exports.asking import asked, document
from tests.exports.comparing import fill, told
from tests.goals.making import listed, make_goal
from tests.imports.asking import bring
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import make, make_project
from upnext.core.runtime import Runtime

BESIDES = {
    "goals": 4,
    "boards": 4,
    "comments": 5,
    "sla_policies": 2,
    "calendars": 1,
    "saved_filters": 2,
}
"""What `fill` makes beside tasks."""
DAILY = {"rrule": "FREQ=DAILY;INTERVAL=2", "basis": "completion", "timezone": "Europe/Berlin"}


def equal(document: Any, person: Person, *, inbox: bool = True) -> Any:
    """What docs/export.md says that equality is."""
    found = told(document, person)
    own = {one["title"]: one for one in document["tasks"]}
    for task in found["tasks"]:
        named_after = (task["external_id"] or "upnext:").startswith("upnext:")
        task["external_id"] = None if named_after else task["external_id"]
        here = own[task["title"]]
        task |= {name: here[name] for name in ("created_at", "completed_at")}
        for comment, said in zip(task["comments"], here.get("comments", []), strict=True):
            comment |= {name: said[name] for name in ("created_at", "edited_at")}
    for project in found["projects"]:
        project["inbox"] = project["inbox"] and inbox
    return found


async def test_into_an_empty_workspace_of_the_same_person(person: Person, runtime: Runtime) -> None:
    """Where people are found too: nothing but the Inbox is not what it was."""
    await fill(person)
    await make(person, title="Water", due_at="2031-01-01T09:00:00Z", recurrence=DAILY)
    first = await document(person, workspace_id=person.workspace_id)
    content = (await asked(person, "json", workspace_id=person.workspace_id)).content
    place = good(await person.client.post("/workspaces", json={"name": "Empty"}))["id"]
    run = await bring(runtime, person, content, workspace_id=place)
    assert (run["created"], run["failed"]) == (9, 0), run["report"]
    assert (run["report"]["left_out"], run["report"]["warnings"]) == ({}, [])
    assert run["report"]["brought"] == BESIDES
    second = await document(person, workspace_id=place)
    assert equal(second, person) == equal(first, person, inbox=False)
    # Once more from there: now also the ids of their source are the same.
    content = (await asked(person, "json", workspace_id=place)).content
    again = good(await person.client.post("/workspaces", json={"name": "Third"}))["id"]
    await bring(runtime, person, content, workspace_id=again)
    third = await document(person, workspace_id=again)
    assert told(third, person) == told(second, person)
    # And a second time into the same place: nothing is made twice, no project either.
    run = await bring(runtime, person, content, workspace_id=again)
    assert (run["created"], run["existing"]) == (0, 9)
    assert run["report"]["projects_created"] == []
    assert (run["report"]["brought"], run["report"]["there"]) == ({}, BESIDES)
    fourth = await document(person, workspace_id=again)
    assert {**fourth, "exported_at": None} == {**third, "exported_at": None}


async def test_projects_of_one_name_stay_apart(person: Person, runtime: Runtime) -> None:
    for key, title in (("ONE", "First"), ("TWO", "Second")):
        project = await make_project(person, name="Twin", key=key)
        await make(person, title=title, project_id=project["id"], external_id=f"paper {key}")
    content = (await asked(person, "json", workspace_id=person.workspace_id)).content
    place = good(await person.client.post("/workspaces", json={"name": "Empty"}))["id"]
    await bring(runtime, person, content, workspace_id=place)
    found = await document(person, workspace_id=place)
    named = {one["id"]: (one["name"], one["key"]) for one in found["projects"]}
    placed = {one["title"]: named[one["project_id"]] for one in found["tasks"]}
    assert placed == {"First": ("Twin", "ONE"), "Second": ("Twin (TWO)", "TWO")}
    assert sorted(one["external_id"] for one in found["tasks"]) == ["paper ONE", "paper TWO"]


async def test_an_id_that_another_task_has_is_not_kept(person: Person, runtime: Runtime) -> None:
    """Both came from the first row of some list, and are not the same task."""
    await make(person, title="From one list", external_id="csv:1")
    content = (await asked(person, "json", workspace_id=person.workspace_id)).content
    place = good(await person.client.post("/workspaces", json={"name": "Busy"}))["id"]
    there = await make_project(person, place)
    await make(person, title="From another", external_id="csv:1", project_id=there["id"])
    for created, existing in ((1, 0), (0, 1)):
        run = await bring(runtime, person, content, workspace_id=place)
        assert (run["created"], run["existing"]) == (created, existing)
    found = {
        t["title"]: t["external_id"] for t in (await document(person, workspace_id=place))["tasks"]
    }
    assert found["From another"] == "csv:1"
    assert found["From one list"].startswith("upnext:")


async def test_export_import_export(make_user: MakeUser, runtime: Runtime) -> None:
    first, second = await make_user(), await make_user()
    await fill(first)
    gone = "2031-01-03T09:00:00Z"
    repeats = {**DAILY, "exdates": [gone]}
    await make(first, title="Water", due_at="2031-01-01T09:00:00Z", recurrence=repeats)
    run = await bring(runtime, second, (await asked(first, "json")).content)
    assert (run["state"], run["failed"]) == ("completed", 0), run["report"]
    before = equal(await document(first), first)
    after = equal(await document(second), second)
    assert len(before["tasks"]) == 9
    # People are found by their address, and the first one is nobody in the second's workspace.
    for task in before["tasks"]:
        task["assignee_ids"] = []
        for said in task["comments"]:
            note = f"*By {first.email} on {said['created_at'][:10]}*"
            said["body"] = f"{note}\n\n{said['body']}"
    assert after == before
    assert {one["name"] for one in run["report"]["goals_created"]} == {
        *("Feed ourselves", "Vegetables", "Never begun", "Herbs"),
    }
    assert run["report"]["brought"] == BESIDES
    again = await bring(runtime, second, (await asked(first, "json")).content)
    assert (again["created"], again["existing"]) == (0, 9)
    assert equal(await document(second), second) == after
    assert again["report"]["goals_created"] == []


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

"""Time entries of our own export, brought in: one's own, and for an admin those of members."""

import json
from typing import Any

from tests.exports.asking import asked, document
from tests.imports.asking import Json, bring, preview
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import make, make_project, make_team
from upnext.core.runtime import Runtime

TOLD = ("started_at", "ended_at", "minutes", "note")


async def work(person: Person, task: Any, day: int, minutes: int, note: str = "") -> None:
    body = {"started_at": f"2026-01-0{day}T09:00:00.5Z", "minutes": minutes, "note": note}
    good(await person.client.post(f"/tasks/{task['id']}/time-entries", json=body))


def times(found: Json) -> dict[str, tuple[int, list[Any]]]:
    """Of each task the minutes in all, and the entries."""
    return {
        one["title"]: (
            one["actual_minutes"],
            [tuple(entry[name] for name in TOLD) for entry in one.get("time_entries", [])],
        )
        for one in found["tasks"]
    }


async def test_time_comes_along_once(person: Person, runtime: Runtime) -> None:
    dig = await make(person, title="Dig", estimated_duration=60)
    done = await make(person, title="Money", completed=True)
    await work(person, dig, 2, 90, "beds")
    await work(person, dig, 1, 45)
    await work(person, done, 3, 5)
    content = (await asked(person, "json", workspace_id=person.workspace_id)).content
    first = await document(person, workspace_id=person.workspace_id)
    place = good(await person.client.post("/workspaces", json={"name": "Empty"}))["id"]
    assert (await preview(person, content))["besides"] == {"time_entries": 3}
    dry = await bring(runtime, person, content, workspace_id=place, dry_run=True)
    assert dry["report"]["brought"] == {"time_entries": 3}
    run = await bring(runtime, person, content, workspace_id=place)
    assert (run["failed"], run["report"]["left_out"], run["report"]["warnings"]) == (0, {}, [])
    assert run["report"]["brought"] == {"time_entries": 3}
    second = await document(person, workspace_id=place)
    assert times(second) == times(first)
    assert times(second)["Dig"][0] == 135
    again = await bring(runtime, person, content, workspace_id=place)
    assert (again["report"]["brought"], again["report"]["there"]) == ({}, {"time_entries": 3})
    assert times(await document(person, workspace_id=place)) == times(first)


async def test_whose_time_it_is_takes_an_admin_to_believe(
    make_user: MakeUser, runtime: Runtime
) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    project = await make_project(owner, team, name="Shared")
    task = await make(owner, title="Both", project_id=project["id"])
    await work(owner, task, 1, 10)
    await work(member, task, 2, 20)
    content = (await asked(owner, "json", workspace_id=team)).content
    other = await make_team(owner, member=member)
    await make_project(owner, other, name="Shared")
    run = await bring(runtime, member, content, workspace_id=other)
    assert run["report"]["brought"] == {"time_entries": 1}
    assert run["report"]["left_out"]["time of others"] == 1
    assert times(await document(owner, workspace_id=other))["Both"][0] == 20
    run = await bring(runtime, owner, content, workspace_id=other)
    assert run["report"]["brought"] == {"time_entries": 1}
    assert run["report"]["there"] == {"time_entries": 1}
    assert times(await document(owner, workspace_id=other))["Both"][0] == 30
    without = await make_team(owner)
    run = await bring(runtime, owner, content, workspace_id=without, create_time="false")
    assert run["report"]["left_out"]["time_entries"] == 2


async def test_what_cannot_have_been_is_left_out(person: Person, runtime: Runtime) -> None:
    def entry(start: str, end: str | None, **more: Any) -> dict[str, Any]:
        return {"user_id": "m", "started_at": start, "ended_at": end, **more}

    begin, end = "2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z"
    entries = [
        entry(begin, end, note="x" * 300),
        entry(begin, "2026-01-01T11:00:00Z"),
        entry(end, begin),
        entry(begin, "2026-02-01T10:00:00Z", user_id="nobody"),
        entry("2026-01-02T00:00:00Z", "2026-01-20T00:00:00Z"),
        entry("2199-01-01T09:00:00Z", "2199-01-01T10:00:00Z"),
        entry(begin, None),
        entry("yesterday", end),
    ]
    members = [{"id": "w", "members": [{"user_id": "m", "email": person.email}]}]
    task = {"id": "t", "title": "Odd", "time_entries": entries}
    file = {"format": "upnext", "version": 1, "workspaces": members, "tasks": [task]}
    run = await bring(runtime, person, json.dumps(file))
    assert run["report"]["brought"] == {"time_entries": 1}, run["report"]
    assert run["report"]["left_out"] == {
        "time entries without begin and end": 2,
        "time entries of an impossible time": 3,
        "time that is told twice": 1,
        "time of others": 1,
    }
    ((minutes, ((_, _, _, note),)),) = times(await document(person)).values()
    assert (minutes, len(note)) == (60, 200)

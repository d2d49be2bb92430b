"""What our own export brings beside tasks: who may make it, what it may claim, what is here."""

import asyncio
import json
from typing import Any

import pytest

from tests.boards.making import make_board, titles
from tests.comments.saying import said, say
from tests.exports.asking import asked, document
from tests.exports.comparing import fill
from tests.imports.asking import Json, begin, bring, look, preview, tasks_of, work
from tests.imports.test_resuming import attempt, some_steps
from tests.imports.test_round_trip import BESIDES, equal
from tests.kit.app import MakeUser, Person, good, max_queries
from tests.tasks.making import get, make, make_project, make_team
from upnext.core.runtime import Runtime
from upnext.imports import running


def _warned(run: Json) -> list[str]:
    return [note["detail"] for note in run["report"]["warnings"]]


def _file(**parts: Any) -> str:
    """An export as anybody could write it; the workspace knows Mia by her address."""
    return json.dumps({"format": "upnext", "version": 1, **parts})


def _comment(number: int, by: str, **more: Any) -> dict[str, Any]:
    own = f"c{number}"
    return {
        **{"id": own, "thread_id": own, "parent_id": None, "author_id": by},
        **{"body": f"Number {number}", "created_at": f"2026-01-0{number}T09:00:00.123456Z"},
        **more,
    }


async def test_a_rehearsal_tells_and_writes_nothing(make_user: MakeUser, runtime: Runtime) -> None:
    first, second = await make_user(), await make_user()
    await fill(first)
    content = (await asked(first, "json")).content
    before = await document(second)
    ready = await preview(second, content)
    assert ready["besides"] == BESIDES
    assert set(ready["new_projects"]) == {"Garden", "Secret", "Old", "Nothing yet"}
    run = await bring(runtime, second, content, dry_run=True)
    assert (run["created"], run["failed"]) == (8, 0), run["report"]
    assert run["report"]["brought"] == BESIDES
    assert {one["id"] for one in run["report"]["boards_created"]} == {None}
    after = await document(second)
    assert {**after, "exported_at": None} == {**before, "exported_at": None}
    await bring(runtime, second, content)
    run = await bring(runtime, second, content, dry_run=True)
    assert (run["report"]["brought"], run["report"]["there"]) == ({}, BESIDES)


async def test_a_member_gets_warnings_and_the_tasks(make_user: MakeUser, runtime: Runtime) -> None:
    """Boards and policies take a manager, a calendar an admin."""
    owner, member = await make_user(), await make_user()
    await fill(owner)
    content = (await asked(owner, "json")).content
    place = await make_team(owner, member=member)
    for name in ("Garden", "Secret", "Old", "Inbox", "Nothing yet"):
        await make_project(owner, place, name=name)
    run = await bring(runtime, member, content, workspace_id=place)
    assert (run["state"], run["created"], run["failed"]) == ("completed", 8, 0), run["report"]
    told = " ".join(_warned(run))
    for what in ("The board “Beds”", "An SLA policy of Garden", "The business calendar"):
        assert f"{what}" in told, told
    assert "The filter “Ours” cannot be made" in told
    assert run["report"]["brought"] == {"goals": 4, "comments": 5, "saved_filters": 1}
    # Who may has them made, and the tasks that are there stay as they are.
    run = await bring(runtime, owner, content, workspace_id=place)
    assert (run["created"], run["existing"]) == (0, 8)
    assert run["report"]["brought"] == {
        name: BESIDES[name] for name in ("boards", "sla_policies", "calendars", "saved_filters")
    }


async def test_each_kind_takes_its_scope_and_its_option(person: Person, runtime: Runtime) -> None:
    await fill(person)
    content = (await asked(person, "json")).content
    place = good(await person.client.post("/workspaces", json={"name": "Empty"}))["id"]
    scopes = ["tasks:read", "tasks:write", "projects:write", "boards:write"]
    made = good(await person.client.post("/auth/tokens", json={"name": "t", "scopes": scopes}))
    own = person.client.headers["Authorization"]
    person.client.headers["Authorization"] = f"Bearer {made['token']}"
    options = {"workspace_id": place, "create_filters": "false"}
    run = await bring(runtime, person, content, **options)
    person.client.headers["Authorization"] = own
    assert run["report"]["brought"] == {"boards": 4}
    assert run["report"]["left_out"] == {
        "comments": 5, "sla_policies": 2, "calendars": 1, "saved_filters": 2,
    }  # fmt: skip
    assert not (await document(person, workspace_id=place))["goals"]


async def test_nobody_is_made_to_say_what_they_did_not(
    make_user: MakeUser, runtime: Runtime
) -> None:
    """A file can claim anything. An admin is believed, a member speaks for themselves alone."""
    owner, member = await make_user(), await make_user()
    place = await make_team(owner, member=member)
    await make_project(owner, place, name="Imported")
    people = [{"user_id": "o", "email": owner.email}, {"user_id": "m", "email": member.email}]
    comments = [
        _comment(1, "o"),
        _comment(2, "m", parent_id="c1", thread_id="c1"),
        _comment(3, "gone", author="Ada *Lovelace*"),
        _comment(4, "gone"),
    ]
    content = _file(
        workspaces=[{"id": "w", "members": people}],
        tasks=[{"id": "t", "title": "Loud", "comments": comments}],
    )
    run = await bring(runtime, member, content, workspace_id=place)
    assert run["report"]["brought"] == {"comments": 4}, run["report"]
    task = (await tasks_of(member, workspace_id=place))["Loud"]
    found = await said(owner, task)
    assert [(one["author"]["id"], one["body"]) for one in found] == [
        (member.id, f"*By {owner.email} on 2026-01-01*\n\nNumber 1"),
        (member.id, "Number 2"),
        (member.id, "*By Ada *Lovelace* on 2026-01-03*\n\nNumber 3"),
        (member.id, "*By somebody on 2026-01-04*\n\nNumber 4"),
    ]
    assert [one["created_at"] for one in found] == [one["created_at"] for one in comments]
    assert found[1]["parent_id"] == found[1]["thread_id"] == found[0]["id"]
    other = content.replace('"Loud"', '"Quiet"').replace('"t"', '"q"')
    await bring(runtime, owner, other, workspace_id=place)
    found = await said(owner, (await tasks_of(owner, workspace_id=place))["Quiet"])
    assert [one["author"]["id"] for one in found] == [owner.id, member.id, owner.id, owner.id]
    assert found[0]["body"] == "Number 1"


async def test_comments_come_once(person: Person, runtime: Runtime) -> None:
    """What was edited or deleted here since stays so; what is new in the file comes along."""
    task = {"id": "t", "title": "Loud"}
    members = [{"id": "w", "members": [{"user_id": "m", "email": person.email}]}]

    def content(*comments: Any) -> str:
        return _file(workspaces=members, tasks=[{**task, "comments": comments}])

    # Two of one moment, which is what a program may write.
    first, twin = _comment(1, "m"), _comment(1, "m", id="x", thread_id="x", body="Twin")
    run = await bring(runtime, person, content(first, twin, _comment(2, "m")))
    assert run["report"]["brought"] == {"comments": 3}
    here = (await tasks_of(person))["Loud"]
    found = await said(person, here)
    good(await person.client.patch(f"/comments/{found[0]['id']}", json={"body": "Edited"}))
    good(await person.client.delete(f"/comments/{found[2]['id']}"))
    late = _comment(3, "m", parent_id="c1", thread_id="c1")
    run = await bring(runtime, person, content(first, twin, _comment(2, "m"), late))
    assert (run["report"]["brought"], run["report"]["there"]) == (
        {"comments": 1},
        {"comments": 3},
    )
    again = await said(person, here)
    assert [one["body"] for one in again] == ["Edited", "Twin", "Number 3"]
    assert again[2]["thread_id"] == again[2]["parent_id"] == found[0]["id"]


async def test_a_reply_to_what_is_gone_stays_in_its_thread(
    person: Person, runtime: Runtime
) -> None:
    gone = _comment(1, "m", deleted_at="2026-02-01T00:00:00Z")
    rest = [_comment(n, "m", parent_id="c1", thread_id="c1") for n in (2, 3)]
    odd = [_comment(4, "m", created_at="soon"), _comment(5, "m", created_at="2999-01-01T00:00Z")]
    tasks = [
        {"id": "t", "title": "Loud", "comments": [gone, *rest, *odd, _comment(6, "m", body=1)]}
    ]
    run = await bring(runtime, person, _file(tasks=tasks))
    assert run["report"]["brought"] == {"comments": 2}
    assert run["report"]["left_out"] == {
        "deleted comments": 1,
        "comments without a time or a text": 2,
        "comments of an impossible time": 1,
    }
    head, reply = await said(person, (await tasks_of(person))["Loud"])
    assert (head["parent_id"], head["thread_id"]) == (None, head["id"])
    assert (reply["parent_id"], reply["thread_id"]) == (head["id"], head["id"])


async def test_what_is_said_elsewhere_keeps_no_promise(
    make_user: MakeUser, runtime: Runtime
) -> None:
    owner, member = await make_user(), await make_user()
    place = await make_team(owner, manager=member)
    project = await make_project(owner, place, name="Desk")
    path = f"/projects/{project['id']}/sla-policies"
    good(await owner.client.post(path, json={"first_response_minutes": 60}))
    task = await make(owner, project_id=project["id"], external_id="upnext:t")
    tasks = [{"id": "t", "title": "Something", "comments": [_comment(1, "m")]}]
    run = await bring(runtime, member, _file(tasks=tasks), workspace_id=place)
    assert run["report"]["brought"] == {"comments": 1}, run["report"]
    assert (await get(owner, task))["sla"] == task["sla"]
    await say(member, task, "I look into it")
    assert (await get(owner, task))["sla"] != task["sla"]


async def test_a_board_that_is_here_stays_as_it_is(person: Person, runtime: Runtime) -> None:
    """Cards go to its column of the same name and status, else to where their status is at home."""
    here = await make_project(person, name="Home")
    columns = [{"name": "OPEN", "status": "todo"}, {"name": "Done", "status": "done"}]
    board = await make_board(person, here["id"], name="WORK", columns=columns)
    there = [
        {"id": "k1", "name": "Later", "status": "todo"},
        {"id": "k2", "name": "Open", "status": "todo"},
        {"id": "k3", "name": "Done", "status": "cancelled"},
    ]
    tasks = [
        {"id": f"t{n}", "title": f"In {key}", "project_id": "p", "column_id": key, "status": status,
         "position": place}
        for n, (key, status, place) in enumerate(
            [("k1", "todo", 1), ("k2", "todo", 9), ("k2", "todo", 7), ("k3", "cancelled", "x"),
             ("k2", "done", 3), ("none", "todo", None)])
    ]  # fmt: skip
    content = _file(
        projects=[{"id": "p", "name": "Home"}],
        boards=[{"id": "b", "project_id": "p", "name": "Work", "columns": there}],
        tasks=[{**task, "title": f"{task['title']} {task['id']}"} for task in tasks],
    )
    run = await bring(runtime, person, content)
    assert (run["created"], run["failed"]) == (6, 0), run["report"]
    assert run["report"]["there"] == {"boards": 1}
    found = await titles(person, board)
    assert found["OPEN"][:2] == ["In k2 t2", "In k2 t1"]
    assert found["OPEN"][2:] == ["In k1 t0"]
    assert set(found["Done"]) == {"In k3 t3", "In k2 t4"} or found["Done"] == ["In k2 t4"]
    assert (await tasks_of(person))["In none t5"]["board_id"] is None


async def test_a_file_that_makes_no_sense_costs_only_that(person: Person, runtime: Runtime) -> None:
    content = _file(
        workspaces=[{"id": "w", "calendar": {"hours": "always"}}, {"calendar": [1]}],
        projects=[{"id": "p", "name": "Home"}, {"id": "q", "name": ""}, {"name": "Gone", "id": "g",
                  "deleted_at": "2026-01-01T00:00:00Z"}],
        boards=[
            {"id": "b", "project_id": "p", "name": "Work", "columns": [{"name": "x", "status": 3}]},
            {"project_id": "p", "name": "W" * 200}, {"project_id": "nowhere", "name": "Lost"},
            {"project_id": "g", "name": "Lost"}, {"name": None}, 7,
        ],
        goals=[{"id": "a", "title": "Goal", "parent_id": "a"},
               {"id": "z", "weight": 900, "title": "Z"}],
        sla_policies=[{"project_id": "p"}, {"project_id": "p", "resolution_minutes": -1}, "x"],
        saved_filters=[{"name": "Hot", "query": "priority >>> 3"}, {"query": 1}, {"name": [2]}],
        tasks=[{"id": "t", "title": "Tea", "project_id": "p", "comments": [1, {"body": "x"}],
                "column_id": {"a": 1}, "position": 10**40}],
    )  # fmt: skip
    run = await bring(runtime, person, content)
    assert (run["state"], run["created"], run["failed"]) == ("completed", 1, 0), run["error"]
    assert run["report"]["brought"] == {"goals": 1}, run["report"]
    told = " ".join(_warned(run))
    for what in ("Work", "WWW", "An SLA policy of Home", "calendar", "Hot"):
        assert what in told, told
    assert {one["name"] for one in (await document(person))["projects"]} == {"Inbox", "Home"}


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6])
async def test_a_killed_run_goes_on_with_all_of_it(
    make_user: MakeUser, runtime: Runtime, steps: int
) -> None:
    first, second = await make_user(), await make_user()
    await fill(first)
    run = await begin(second, (await asked(first, "json")).content)
    await some_steps(runtime, run, steps)
    assert (await look(second, run))["progress"]["done"] in {0, 4, 5, 6, 7, 8}
    await work(runtime)
    run = await look(second, run)
    assert (run["state"], run["created"], run["failed"]) == ("completed", 8, 0)
    assert run["report"]["brought"] == BESIDES
    found = equal(await document(second), second)
    assert [found[name] for name in ("boards", "sla_policies", "goals")] == [
        equal(await document(first), first)[name] for name in ("boards", "sla_policies", "goals")
    ]


@pytest.mark.each
async def test_two_runs_at_once_make_nothing_twice(person: Person, runtime: Runtime) -> None:
    await make_project(person, name="Home")
    column = {"id": "k", "name": "Open", "status": "todo"}
    tasks = [{"id": "t", "title": "Tea", "project_id": "p", "column_id": "k",
              "comments": [_comment(1, "m"), _comment(2, "m")]}]  # fmt: skip
    content = _file(
        projects=[{"id": "p", "name": "Home"}],
        boards=[{"id": "b", "project_id": "p", "name": "Work", "columns": [column]}],
        sla_policies=[{"project_id": "p", "resolution_minutes": 60}],
        tasks=tasks,
    )
    runs = [await begin(person, content) for _ in range(2)]
    await asyncio.gather(*(running.perform(runtime, attempt(run)) for run in runs))
    ended = [await look(person, run) for run in runs]
    assert [run["state"] for run in ended] == ["completed"] * 2, ended
    found = await document(person)
    assert [len(found[name]) for name in ("boards", "sla_policies", "tasks")] == [1, 1, 1]
    assert len(found["tasks"][0]["comments"]) == 2
    await work(runtime)


@pytest.mark.each
async def test_what_it_costs(person: Person, runtime: Runtime) -> None:
    """Tasks of a file without boards cost what they did; a card costs no statement of its own."""
    cards = [
        {"id": f"t{n}", "title": f"Card {n}", "project_id": "p", "column_id": "k"}
        for n in range(120)
    ]
    column = {"id": "k", "name": "Open", "status": "todo"}
    boards = [{"id": "b", "project_id": "p", "name": "Work", "columns": [column]}]
    with max_queries(runtime, 84):
        run = await bring(
            runtime,
            person,
            _file(projects=[{"id": "p", "name": "Home"}], boards=boards, tasks=cards),
        )
    assert run["created"] == 120

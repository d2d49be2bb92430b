"""Runs through the API, on a real database, with the real jobs."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from tests.imports.asking import begin, bring, counts, look, preview, send, tasks_of, work
from tests.imports.reading import fixture
from tests.kit.app import MakeUser, Person, connect, good, max_queries, refused
from tests.tasks.making import make, make_project, make_team
from upnext.core.changes import ChangeRow
from upnext.core.runtime import Runtime

CSV = "id,title,due,project,labels,blocked by\n1,Tea,2030-01-01,Kitchen,hot,\n2,Milk,,Kitchen,,1\n"


async def test_a_file_becomes_tasks(person: Person, runtime: Runtime) -> None:
    run = await begin(person, CSV, name="list.csv")
    assert (run["state"], run["file_name"], run["format"]) == ("pending", "list.csv", "csv")
    assert run["file_bytes"] == len(CSV)
    await work(runtime)
    run = await look(person, run)
    assert (run["state"], run["label"]) == ("completed", "CSV with commas, UTF-8")
    assert counts(run) == (2, 0, 0, 0)
    assert run["progress"] == {"total": 2, "done": 2}
    assert run["dependencies"] == 1
    assert [one["name"] for one in run["report"]["projects_created"]] == ["Kitchen"]
    assert run["finished_at"] is not None
    tasks = await tasks_of(person)
    assert tasks["Tea"]["external_id"] == "csv:1"
    assert (tasks["Tea"]["tags"], tasks["Tea"]["due_at"]) == (["hot"], "2030-01-01T23:59:00Z")
    assert tasks["Milk"]["blocked_by"] == [tasks["Tea"]["id"]]


@pytest.mark.parametrize(
    "name",
    ["todoist/template.csv", "todoist/sync.json", "todoist/tasks.json", "trello/board.json",
     "taskwarrior/export.json", "todotxt/todo.txt", "vikunja/export.zip", "jira/export.csv",
     "github/rest.json", "github/gh.json", "icalendar/todos.ics", "upnext/export.json"],
)  # fmt: skip
async def test_each_format_twice(person: Person, runtime: Runtime, name: str) -> None:
    good(await person.client.patch("/auth/me", json={"timezone": "Europe/Berlin"}))
    path = f"{name.rsplit('.', 1)[0]}.expected.json"
    expected = json.loads(fixture(path))
    ready = await preview(person, fixture(name))
    first = await bring(runtime, person, fixture(name))
    again = await bring(runtime, person, fixture(name))
    number, bad = len(expected["items"]), len(expected["errors"])
    assert (first["state"], again["state"]) == ("completed", "completed")
    assert counts(first) == (number, 0, 0, bad), first["report"]["errors"]
    assert counts(again) == (0, number, 0, bad)
    assert (ready["tasks"], ready["failed"]) == (number, bad)
    assert again["dependencies"] == 0
    tasks = await tasks_of(person)
    assert len(tasks) == number
    for item in expected["items"]:
        task = tasks[item["title"]]
        assert task["status"] == item.get("status", "todo")
        assert task["priority"] == item.get("priority", "medium")
        assert task["category"] == item.get("category", "general")
        assert task["completed"] == (item.get("status") == "done")
        if "completed" in item and task["completed"]:
            assert task["completed_at"] == item["completed"]


async def test_subtasks_lie_below_their_parents(person: Person, runtime: Runtime) -> None:
    await bring(runtime, person, fixture("trello/board.json"))
    tasks = await tasks_of(person)
    hedge = tasks["Cut the hedge"]
    assert tasks["Sharpen the shears"]["parent_id"] == hedge["id"]
    assert tasks["Carry the branches away"]["project_id"] == hedge["project_id"]


async def test_the_order_of_the_file_does_not_matter(person: Person, runtime: Runtime) -> None:
    entries = [{"id": "c", "content": "Leaf", "parent_id": "b"},
               {"id": "b", "content": "Branch", "parent_id": "a"}, {"id": "a", "content": "Trunk"},
               {"id": "x", "content": "Ring one", "parent_id": "y"},
               {"id": "y", "content": "Ring two", "parent_id": "x"},
               {"id": "z", "content": "Below a ring", "parent_id": "x"}]  # fmt: skip
    run = await bring(runtime, person, json.dumps(entries))
    assert counts(run) == (6, 0, 0, 0)
    tasks = await tasks_of(person)
    assert tasks["Leaf"]["parent_id"] == tasks["Branch"]["id"]
    assert tasks["Branch"]["parent_id"] == tasks["Trunk"]["id"]
    assert tasks["Ring one"]["parent_id"] is tasks["Ring two"]["parent_id"] is None
    assert tasks["Below a ring"]["parent_id"] == tasks["Ring one"]["id"]
    told = [note["detail"] for note in run["report"]["warnings"]]
    assert sum("lies below itself" in each for each in told) == 2


async def test_what_nests_too_deeply_is_moved_up(person: Person, runtime: Runtime) -> None:
    entries = [{"id": str(n), "content": f"Level {n}", **({"parent_id": str(n - 1)} if n else {})}
               for n in range(14)]  # fmt: skip
    run = await bring(runtime, person, json.dumps(entries))
    assert counts(run) == (14, 0, 0, 0)
    tasks = await tasks_of(person)
    assert tasks["Level 9"]["parent_id"] == tasks["Level 8"]["id"]
    for deep in range(10, 14):
        assert tasks[f"Level {deep}"]["parent_id"] == tasks["Level 8"]["id"]
    assert "deeper than 10 levels" in run["report"]["warnings"][0]["detail"]


async def test_a_circle_of_dependencies_costs_only_itself(person: Person, runtime: Runtime) -> None:
    text = "id,title,blocked by\n1,A,2\n2,B,3\n3,C,1\n4,D,4\n5,E,9\n"
    run = await bring(runtime, person, text)
    assert counts(run) == (5, 0, 0, 0)
    assert run["dependencies"] == 2
    warnings = [(note["line"], note["detail"]) for note in run["report"]["warnings"]]
    assert any(line == 4 and "circle" in detail for line, detail in warnings)
    assert any(line == 5 for line, _ in warnings)
    assert any(line is None and "1 dependency leads" in detail for line, detail in warnings)


async def test_one_bad_row_never_sinks_the_rest(person: Person, runtime: Runtime) -> None:
    long, early = "x" * 60, "1960-01-01"
    text = f"id,title,due,labels\n1,Tea,,\n2,Milk,soon,\n3,Rice,,{long}\n4,Salt,{early},\n5,,,\n"
    run = await bring(runtime, person, text)
    assert counts(run) == (1, 0, 0, 4)
    told = {note["line"]: note["detail"] for note in run["report"]["errors"]}
    assert sorted(told) == [3, 4, 5, 6]
    assert told[3] == "due: “soon” is not a date"
    assert told[4].startswith("tags/0: ")
    assert "1970" in told[5]


async def test_dates_of_their_life_before(person: Person, runtime: Runtime) -> None:
    entries = [
        {"uuid": "1", "description": "Old", "status": "completed", "entry": "20200101T100000Z",
         "end": "20200301T100000Z"},
        {"uuid": "2", "description": "Odd", "status": "completed", "entry": "19600101T100000Z",
         "end": "29990301T100000Z"},
    ]  # fmt: skip
    await bring(runtime, person, json.dumps(entries))
    tasks = await tasks_of(person)
    old, odd = tasks["Old"], tasks["Odd"]
    assert (old["created_at"], old["completed_at"]) == (
        "2020-01-01T10:00:00Z",
        "2020-03-01T10:00:00Z",
    )
    assert odd["created_at"] == odd["completed_at"] == odd["updated_at"]


async def test_a_rehearsal_writes_nothing(person: Person, runtime: Runtime) -> None:
    await make(person, title="Tea", external_id="csv:1")
    text = CSV + f"3,Rice,,New,{'x' * 60},\n"
    run = await bring(runtime, person, text, dry_run=True)
    assert (run["state"], run["dry_run"]) == ("completed", True)
    assert counts(run) == (1, 1, 0, 1)
    made = {one["name"]: one["id"] for one in run["report"]["projects_created"]}
    assert made == {"Kitchen": None, "New": None}
    assert list(await tasks_of(person)) == ["Tea"]
    projects = good(await person.client.get("/projects"))["items"]
    assert [one["name"] for one in projects] == ["Inbox"]


async def test_existing_tasks_are_left_alone_or_brought_up_to_date(
    person: Person, runtime: Runtime
) -> None:
    await bring(runtime, person, CSV)
    tasks = await tasks_of(person)
    good(await person.client.patch(f"/tasks/{tasks['Milk']['id']}", json={"priority": "urgent"}))
    text = CSV.replace("Tea", "Green tea").replace("hot", "cold; mild") + "3,Rice,,,,\n"
    left = await bring(runtime, person, text)
    assert counts(left) == (1, 2, 0, 0)
    assert "Green tea" not in await tasks_of(person)
    changed = await bring(runtime, person, text, update_existing=True)
    assert counts(changed) == (0, 2, 1, 0)
    tasks = await tasks_of(person)
    assert tasks["Green tea"]["tags"] == ["cold", "mild"]
    assert tasks["Milk"]["priority"] == "urgent"
    refusing = await bring(
        runtime, person, text.replace("2030-01-01", "1960-01-01"), update_existing=True
    )
    assert counts(refusing) == (0, 2, 0, 1)


async def test_tasks_of_a_project_that_is_there_go_into_it(
    person: Person, runtime: Runtime
) -> None:
    kitchen = await make_project(person, name="KITCHEN")
    other = await make_project(person, name="Other")
    run = await bring(runtime, person, CSV + "3,Rice,,,,\n", project_id=other["id"])
    assert run["report"]["projects_created"] == []
    tasks = await tasks_of(person)
    assert tasks["Tea"]["project_id"] == kitchen["id"]
    assert tasks["Rice"]["project_id"] == other["id"]


async def test_without_new_projects_they_go_to_the_default(
    person: Person, runtime: Runtime
) -> None:
    run = await bring(runtime, person, CSV, create_projects=False)
    assert counts(run) == (2, 0, 0, 0)
    assert "There is no project “Kitchen”" in run["report"]["warnings"][0]["detail"]
    assert {task["project_id"] for task in (await tasks_of(person)).values()} == {person.inbox_id}


async def test_a_member_makes_no_projects_and_a_workspace_has_no_inbox(
    make_user: MakeUser, runtime: Runtime
) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    home = await make_project(owner, team, name="Home")
    run = await bring(runtime, member, CSV, workspace_id=team, project_id=home["id"])
    assert counts(run) == (2, 0, 0, 0)
    assert "cannot be made" in run["report"]["warnings"][0]["detail"]
    rest = await bring(runtime, owner, "title\nRice\n", workspace_id=team)
    assert [one["name"] for one in rest["report"]["projects_created"]] == ["Imported"]


async def test_people_are_found_by_address_and_name(make_user: MakeUser, runtime: Runtime) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    text = f"Summary,Issue key,Project name,Assignee\nx,A-1,P,{member.email.upper()}\ny,A-2,P,mia\n"
    run = await bring(runtime, owner, text, workspace_id=team)
    tasks = await tasks_of(owner, workspace_id=team)
    assert (tasks["x"]["assignee_ids"], tasks["y"]["assignee_ids"]) == ([member.id], [])
    assert run["report"]["left_out"] == {"assignments to people who are no members here": 1}


async def test_what_repeats_goes_on_to_repeat(person: Person, runtime: Runtime) -> None:
    run = await bring(runtime, person, fixture("icalendar/todos.ics"))
    assert run["report"]["warnings"] == []
    tasks = good(await person.client.get("/tasks", params={"text": "Mend the roof"}))["items"]
    assert tasks[0]["recurrence"]["rrule"] == "FREQ=YEARLY;INTERVAL=2;BYMONTH=12"


async def test_a_preview_writes_nothing_and_tells_everything(person: Person) -> None:
    text = "Aufgabe,Frist,Liste,Odd\nTee,2030-01-01,Küche,7\nMilch,bald,,\n"
    found = await preview(person, text, mapping={"Aufgabe": "title", "Frist": "due"})
    assert (found["format"], found["tasks"], found["failed"]) == ("csv", 1, 1)
    assert [(one["header"], one["field"], one["example"]) for one in found["columns"]] == [
        ("Aufgabe", "title", "Tee"), ("Frist", "due", "2030-01-01"), ("Liste", None, "Küche"),
        ("Odd", None, "7"),
    ]  # fmt: skip
    assert found["items"][0]["title"] == "Tee"
    assert found["items"][0]["due_at"] == "2030-01-01T23:59:00Z"
    assert found["report"]["errors"] == [{"line": 3, "detail": "due: “bald” is not a date"}]
    many = await preview(person, CSV + "".join(f"{n},t{n},,P{n},,\n" for n in range(3, 40)))
    assert (many["tasks"], len(many["items"])) == (39, 20)
    assert many["new_projects"][:2] == ["Kitchen", "P3"]
    assert good(await person.client.get("/tasks"))["items"] == []
    assert good(await person.client.get("/imports"))["items"] == []


async def test_dates_in_two_ways_are_asked_about(person: Person, runtime: Runtime) -> None:
    text = "title,due\nTea,04/12/2030\n"
    answer = await send(person, text, path="/imports/preview")
    problem = refused(answer, 422, "ambiguous_dates")
    assert problem["errors"][0]["pointer"] == "/dates"
    failed = await bring(runtime, person, text)
    assert (failed["state"], failed["progress"]["total"]) == ("failed", 0)
    assert "two ways" in failed["error"]
    assert counts(await bring(runtime, person, text, dates="mdy")) == (1, 0, 0, 0)


async def test_runs_are_listed_newest_first(person: Person, runtime: Runtime) -> None:
    names = []
    for number in range(5):
        run = await begin(person, "title\nTea\n", name=f"{number}.csv")
        names.append(run["file_name"])
        await work(runtime)
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = good(await person.client.get("/imports", params=query))
        found += [one["file_name"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == names[::-1]
    refused(await person.client.get("/imports", params={"sort": "format"}), 422)
    refused(await person.client.get("/imports", params={"x": 1}), 422)


async def test_a_run_is_seen_by_its_user_only(make_user: MakeUser, runtime: Runtime) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, admin=member)
    run = await bring(runtime, owner, CSV, workspace_id=team, name="secret-list.csv")
    for method in ("GET", "DELETE"):
        refused(await member.client.request(method, f"/imports/{run['id']}"), 404)
    assert good(await member.client.get("/imports"))["items"] == []
    assert len(await tasks_of(member, workspace_id=team)) == 2
    good(await owner.client.delete(f"/imports/{run['id']}"))
    assert len(await tasks_of(member, workspace_id=team)) == 2


async def test_it_takes_the_right_to_create_tasks(make_user: MakeUser, runtime: Runtime) -> None:
    owner, viewer, stranger = await make_user(), await make_user(), await make_user()
    team = await make_team(owner, viewer=viewer)
    project = await make_project(owner, team)
    for path in ("/imports", "/imports/preview"):
        for options in ({"workspace_id": team}, {"project_id": project["id"]}):
            refused(await send(viewer, CSV, path=path, **options), 403, "role_too_low")
            refused(await send(stranger, CSV, path=path, **options), 404)
    mixed = {"workspace_id": owner.workspace_id, "project_id": project["id"]}
    refused(await send(owner, CSV, **mixed), 422, "other_workspace")
    good(await owner.client.patch(f"/projects/{project['id']}", json={"archived": True}))
    refused(await send(owner, CSV, project_id=project["id"]), 409, "project_archived")


async def test_a_hidden_task_is_not_betrayed(make_user: MakeUser, runtime: Runtime) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    hidden = await make_project(owner, team, name="Zanzibar", private=True)
    shown = await make_project(owner, team, name="Shown")
    await make(owner, title="Zanzibar task", project_id=hidden["id"], external_id="csv:1")
    text = "id,title,project,blocked by\n1,Mine,Zanzibar,\n2,Other,,1\n"
    run = await bring(
        runtime, member, text, workspace_id=team, project_id=shown["id"], update_existing=True
    )
    assert counts(run) == (1, 0, 0, 1)
    assert "Zanzibar task" not in json.dumps(run)
    assert (await tasks_of(owner, workspace_id=team))["Zanzibar task"]["version"] == 1


@pytest.mark.each
async def test_each_portion_costs_few_statements(person: Person, runtime: Runtime) -> None:
    text = "id,title,labels,project\n" + "".join(f"{n},t{n},a,P\n" for n in range(1_000))
    run = await begin(person, text)
    with max_queries(runtime, 250) as statements:
        await work(runtime)
    run = await look(person, run)
    assert counts(run) == (1_000, 0, 0, 0)
    inserts = [each for each in statements if each.startswith("INSERT INTO task ")]
    assert len(inserts) == 5


async def test_the_change_log_tells_of_a_run_and_in_whose_name(
    person: Person, runtime: Runtime
) -> None:
    run = await bring(runtime, person, CSV, name="secret-list.csv")
    where = ChangeRow.workspace_id == UUID(person.workspace_id)
    async with runtime.db.read() as session:
        rows = (await session.scalars(select(ChangeRow).where(where).order_by(ChangeRow.id))).all()
    of_run = [row for row in rows if row.resource == "import"]
    assert [row.type for row in of_run] == ["import.started", "import.completed"]
    assert {str(row.resource_id) for row in of_run} == {run["id"]}
    assert of_run[1].diff["created"] == [0, 2]
    assert "secret-list" not in str([row.diff for row in of_run])
    made = [row for row in rows if row.type == "task.created"]
    assert len(made) == 2
    assert {(row.actor, row.credential) for row in [*of_run, *made]} == {
        (f"user:{person.id}", of_run[0].credential)
    }


async def test_a_token_makes_projects_only_with_their_scope(
    served: ASGIApp, person: Person, runtime: Runtime
) -> None:
    few = ["tasks:read", "tasks:write"]
    for scopes, names in ((few, ["Inbox"]), ([*few, "projects:write"], ["Inbox", "Den"])):
        body = {"name": "limited", "scopes": scopes}
        token = good(await person.client.post("/auth/tokens", json=body))["token"]
        async with connect(served, Authorization=f"Bearer {token}") as client:
            limited = replace(person, client=client)
            run = await bring(runtime, limited, f"title,project\nfor {len(scopes)},Den\n")
        assert counts(run) == (1, 0, 0, 0)
        projects = good(await person.client.get("/projects", params={"sort": "created_at"}))
        assert [one["name"] for one in projects["items"]] == names

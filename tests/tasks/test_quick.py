"""Quick add over the API: names, subtasks, transactions, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import found, make, make_project, make_team
from tests.tasks.test_costs import costs
from upnext.core.runtime import Runtime

NOWHERE = "00000000-0000-0000-0000-000000000000"


async def quick(person: Person, text: str, **more: Any) -> Any:  # JSON
    answer = await person.client.post("/tasks/quick", json={"text": text, **more})
    assert answer.status_code == (200 if more.get("dry_run") else 201), answer.text
    return good(answer)


def kinds(reply: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["text"]) for one in reply["understood"]]


async def test_a_line_becomes_a_task(person: Person) -> None:
    good(await person.client.patch("/auth/me", json={"timezone": "Asia/Tokyo"}))
    home = await make_project(person, name="Home")
    text = "Pay rent tomorrow 9am #home @bills p1 30m // by transfer"
    before = datetime.now(UTC)
    answer = await person.client.post("/tasks/quick", json={"text": text})
    reply = good(answer)
    task = reply["task"]
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/tasks/{task['id']}"
    assert answer.headers["etag"] == '"1"'
    assert {
        "title": "Pay rent",
        "project_id": home["id"],
        "tags": ["bills"],
        "priority": "urgent",
        "estimated_duration": 30,
        "description": "by transfer",
    }.items() <= task.items()
    due = datetime.fromisoformat(task["due_at"])
    assert (due.hour, due.minute, due.second) == (0, 0, 0)
    # In Tokyo, where a day may end in the middle of a test.
    there = timedelta(hours=9)
    today = {(now + there).date() for now in (before, datetime.now(UTC))}
    assert (due + there).date() - timedelta(days=1) in today
    assert good(await person.client.get(f"/tasks/{task['id']}")) == task
    assert kinds(reply) == [
        ("due", "tomorrow 9am"),
        ("project", "#home"),
        ("tag", "@bills"),
        ("priority", "p1"),
        ("duration", "30m"),
        ("note", "// by transfer"),
    ]
    for one in reply["understood"]:
        assert text[one["start"] : one["end"]] == one["text"]
    assert reply["understood"][0]["value"] == task["due_at"]
    assert reply["understood"][1]["value"] == {"id": home["id"], "name": "Home"}
    assert reply["subtasks"] == reply["ignored"] == []


async def test_places_are_code_points(person: Person) -> None:
    reply = await quick(person, "  Cafe\u0301 🎉 @fun p2")
    assert reply["task"]["title"] == "Café 🎉"
    assert [(one["start"], one["end"]) for one in reply["understood"]] == [(10, 14), (15, 17)]


async def test_subtasks_lie_below_their_lines(person: Person) -> None:
    project = await make_project(person, name="Trip")
    text = "Plan trip #trip\n  Book train tomorrow @buy\n    Compare prices\n  - Pack +me\n"
    reply = await quick(person, text)
    train, prices, pack = reply["subtasks"]
    root = reply["task"]
    assert [one["title"] for one in reply["subtasks"]] == ["Book train", "Compare prices", "Pack"]
    assert [train["parent_id"], prices["parent_id"], pack["parent_id"]] == [
        root["id"],
        train["id"],
        root["id"],
    ]
    assert {one["project_id"] for one in (root, train, prices, pack)} == {project["id"]}
    numbers = [int(one["key"].rpartition("-")[2]) for one in (root, train, prices, pack)]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert train["tags"] == ["buy"]
    assert train["due_at"]
    assert root["due_at"] is None
    assert pack["assignee_ids"] == [person.id]
    assert len(await found(person, project_id=project["id"])) == 4


async def test_an_unknown_project_stays_in_the_title(person: Person) -> None:
    await make_project(person, name="Garden work")
    reply = await quick(person, "Fix bug #123 in #gardn p1")
    assert reply["task"]["title"] == "Fix bug #123 in #gardn"
    assert reply["task"]["project_id"] == person.inbox_id
    assert reply["task"]["priority"] == "urgent"
    assert [(one["text"], one["reason"]) for one in reply["ignored"]] == [
        ("#gardn", "unknown_project"),
    ]
    assert kinds(reply) == [("priority", "p1")]
    close = await quick(person, "Dig #gard")
    assert "Did you mean “Garden work”?" in close["ignored"][0]["hint"]


async def test_how_projects_are_called(person: Person) -> None:
    project = await make_project(person, name="Garden Work", key="GW")
    for name in ("#gw", '#"garden work"', "#Garden-work", "#gardenwork", "#GARDEN_WORK,"):
        reply = await quick(person, f"Dig {name} now")
        assert reply["task"]["project_id"] == project["id"], name
        assert "#" not in reply["task"]["title"]
    other = await make_project(person, name="garden work", key="GX")
    both = await quick(person, 'Dig #"garden work"')
    assert both["ignored"][0]["reason"] == "ambiguous_project"
    assert "#GW or #GX" in both["ignored"][0]["hint"]
    assert (await quick(person, "Dig #gx"))["task"]["project_id"] == other["id"]
    good(await person.client.patch(f"/projects/{other['id']}", json={"archived": True}))
    assert (await quick(person, 'Dig #"garden work"'))["task"]["project_id"] == project["id"]


async def test_nobody_is_told_of_a_hidden_project(make_user: MakeUser) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    await make_project(owner, team, name="Secret plans", private=True)
    reply = await quick(member, "Look at #secret")
    assert reply["ignored"][0]["reason"] == "unknown_project"
    assert "Secret" not in reply["ignored"][0]["hint"]


async def test_people_are_those_who_see_the_project(make_user: MakeUser) -> None:
    owner, member, stranger = await make_user(), await make_user(), await make_user()
    name = f"bob{member.id[-8:]}"
    good(await member.client.patch("/auth/me", json={"username": name}))
    team = await make_team(owner, member=member)
    project = await make_project(owner, team, name="Ours")
    short = stranger.email.partition("@")[0]
    text = f"Talk +{name.upper()} +{owner.email} +me +{short} +1"
    reply = await quick(owner, text, project_id=project["id"])
    assert reply["task"]["assignee_ids"] == [member.id, owner.id]
    assert reply["task"]["title"] == f"Talk +{short} +1"
    assert [one["reason"] for one in reply["ignored"]] == ["unknown_person"]
    by_address = await quick(
        owner, f"Talk +{member.email.partition('@')[0]}", project_id=project["id"]
    )
    assert by_address["task"]["assignee_ids"] == [member.id]


async def test_what_is_given_beside_the_text_wins(person: Person) -> None:
    home = await make_project(person, name="Home")
    work = await make_project(person, name="Work")
    text = "Write #home p4 2h @a tomorrow // said"
    reply = await quick(person, text, project_id=work["id"])
    assert reply["task"]["project_id"] == home["id"]
    fields = {
        "priority": "high",
        "estimated_duration": 5,
        "tags": ["b"],
        "project_id": work["id"],
        "due_at": "2030-01-01T00:00:00Z",
        "description": "given",
        "energy": "low",
        "context": ["desk"],
    }
    task = (await quick(person, text, fields=fields))["task"]
    assert task | fields | {"tags": ["b", "a"], "context": ["@desk"]} == task
    assert task["title"] == "Write"
    inbox = await quick(person, "Plain", project_id=work["id"])
    assert inbox["task"]["project_id"] == work["id"]


async def test_the_text_gives_way_to_what_is_given(person: Person) -> None:
    task = (await quick(person, "x from 2030-05-01", fields={"due_at": "2030-01-01T00:00:00Z"}))[
        "task"
    ]
    assert (task["start_at"], task["due_at"]) == (None, "2030-01-01T00:00:00Z")


async def test_signs_and_words_of_the_account(person: Person) -> None:
    work = await make_project(person, name="Work")
    body = {"quick_add_mode": "vikunja", "language": "de"}
    assert body.items() <= good(await person.client.patch("/auth/me", json=body)).items()
    reply = await quick(person, "Bericht *büro +work !5 übermorgen @me")
    assert reply["task"]["title"] == "Bericht"
    assert reply["task"]["project_id"] == work["id"]
    assert (reply["task"]["tags"], reply["task"]["priority"]) == (["büro"], "urgent")
    assert reply["task"]["assignee_ids"] == [person.id]
    asked = await quick(person, "Report tomorrow p2 @x", language="en", mode="todoist")
    assert (asked["task"]["title"], asked["task"]["tags"]) == ("Report", ["x"])


async def test_a_dry_run_writes_nothing(person: Person) -> None:
    text = "Trip @fun friday\n  Pack p1\n    Socks"
    reply = await quick(person, text, dry_run=True)
    assert reply["task"]["title"] == "Trip"
    assert reply["task"]["tags"] == ["fun"]
    assert "id" not in reply["task"]
    assert [(one["title"], one["parent"]) for one in reply["subtasks"]] == [
        ("Pack", 0),
        ("Socks", 1),
    ]
    assert await found(person) == []
    made = await quick(person, text)
    assert made["understood"] == reply["understood"]
    assert made["task"]["due_at"] == reply["task"]["due_at"]
    assert made["task"]["key"].endswith("-1")


async def test_a_repeat_makes_a_task_that_comes_again(person: Person) -> None:
    reply = await quick(person, "Pay rent every month tomorrow")
    task = reply["task"]
    assert task["title"] == "Pay rent"
    assert task["recurrence"]["rrule"] == "FREQ=MONTHLY"
    assert reply["ignored"] == []
    done = good(await person.client.patch(f"/tasks/{task['id']}", json={"completed": True}))
    following = good(await person.client.get("/tasks", params={"status": "open"}))["items"]
    assert [each["title"] for each in following] == ["Pay rent"]
    assert following[0]["due_at"] > done["due_at"]


async def test_the_longest_context_fits(person: Person) -> None:
    body = {"text": "Call", "fields": {"context": ["0" * 50, "@home"]}}
    reply = good(await person.client.post("/tasks/quick", json=body))
    assert reply["task"]["context"] == ["@" + "0" * 50, "@home"]


async def test_what_comes_by_the_hour_is_due_in_hours(person: Person) -> None:
    reply = await quick(person, "Drink water every 3 hours")
    task = reply["task"]
    assert (task["title"], task["recurrence"]["rrule"]) == ("Drink water", "FREQ=HOURLY;INTERVAL=3")
    due, made = (datetime.fromisoformat(task[name]) for name in ("due_at", "created_at"))
    assert abs((due - made).total_seconds() - 3 * 3_600) < 60


async def test_a_subtask_stays_in_its_project(person: Person) -> None:
    await make_project(person, name="Home")
    reply = await quick(person, "Outer\n  inner #home")
    assert reply["subtasks"][0]["title"] == "inner #home"
    assert reply["ignored"][0]["reason"] == "subtask_project"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"text": " \n\t"}, "/text"),
        ({"text": "\x01"}, "/text"),
        ({"text": "a\0b"}, "/text"),
        ({"text": "x" * 10_001}, "/text"),
        ({"text": "x" * 201 + " p1"}, "/text"),
        ({"text": "x\n" + "\n".join(" y" for _ in range(100))}, "/text"),
        ({"text": "\n".join(" " * depth + "x" for depth in range(11))}, "/text"),
        ({"text": "x " + " ".join(f"@t{number}" for number in range(51))}, "/text"),
        ({"text": "x", "mode": "other"}, "/mode"),
        ({"text": "x", "language": "fr"}, "/language"),
        ({"text": "x", "fields": {"title": "y"}}, "/fields/title"),
        ({"text": "x", "fields": {"tags": ["t"] * 0 + [f"t{n}" for n in range(51)]}}, None),
        ({"text": "x", "dry_run": 1}, "/dry_run"),
        ({"text": "x", "other": 1}, "/other"),
        ({}, "/text"),
    ],
)
async def test_what_is_refused(person: Person, body: dict[str, Any], pointer: str | None) -> None:
    problem = refused(await person.client.post("/tasks/quick", json=body), 422)
    assert pointer is None or problem["errors"][0]["pointer"] == pointer
    assert await found(person) == []


async def test_a_long_title_says_what_to_do(person: Person) -> None:
    answer = await person.client.post("/tasks/quick", json={"text": "word " * 60})
    problem = refused(answer, 422, "title_too_long")
    assert "//" in problem["detail"]


async def test_ten_levels_are_enough(person: Person) -> None:
    reply = await quick(person, "\n".join(" " * depth + f"x{depth}" for depth in range(10)))
    assert len(reply["subtasks"]) == 9
    deepest = reply["subtasks"][-1]
    below = {"text": "one more", "fields": {"parent_id": deepest["id"]}}
    refused(await person.client.post("/tasks/quick", json=below), 422, "too_deep")
    higher = {"text": "a\n b", "fields": {"parent_id": reply["subtasks"][-3]["id"]}}
    assert (await person.client.post("/tasks/quick", json=higher)).status_code == 201
    higher = {"text": "a\n b", "fields": {"parent_id": reply["subtasks"][-2]["id"]}}
    refused(await person.client.post("/tasks/quick", json=higher), 422, "too_deep")


async def test_one_bad_subtask_sinks_everything(person: Person) -> None:
    text = "fine\n  fine too\n  " + "x" * 201
    refused(await person.client.post("/tasks/quick", json={"text": text}), 422, "title_too_long")
    assert await found(person) == []
    assert (await make(person))["key"].endswith("-1")


async def test_a_dry_run_refuses_what_making_refuses(make_user: MakeUser) -> None:
    owner, viewer = await make_user(), await make_user()
    team = await make_team(owner, viewer=viewer)
    project = await make_project(owner, team, name="Look only")
    for dry_run in (True, False):
        body = {"text": "x", "project_id": project["id"], "dry_run": dry_run}
        refused(await viewer.client.post("/tasks/quick", json=body), 403, "role_too_low")
        body = {"text": "x", "project_id": NOWHERE, "dry_run": dry_run}
        refused(await viewer.client.post("/tasks/quick", json=body), 404)


async def test_a_repeated_key_makes_one_task(person: Person) -> None:
    headers = {"Idempotency-Key": "quick-1"}
    body = {"text": "Once\n  twice"}
    first = await person.client.post("/tasks/quick", json=body, headers=headers)
    again = await person.client.post("/tasks/quick", json=body, headers=headers)
    assert good(first) == good(again)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await found(person)) == 2


async def test_what_it_costs(person: Person, runtime: Runtime, dialect: str) -> None:
    # One more on MySQL, which cannot count up and read in one statement.
    more = 1 if dialect == "mysql" else 0
    await make_project(person, name="Home")
    with costs(runtime, 5 + more):
        await quick(person, "Pay rent tomorrow p1")
    with costs(runtime, 8 + more):
        await quick(person, "Pay rent tomorrow #home @bills +me p1")
    # Tasks and changes once for each level, however many there are of it.
    with costs(runtime, 7 + more):
        await quick(person, "Trip\n" + "\n".join(f"  part {number}" for number in range(30)))


@pytest.mark.parametrize("name", ["QuickFields", "TaskPatch"])
async def test_no_default_is_described_where_left_out_means_as_it_is(
    client: httpx.AsyncClient, name: str
) -> None:
    described = good(await client.get("http://localhost/openapi.json"))["components"]["schemas"]
    fields = described[name]["properties"]
    assert len(fields) > 10
    assert [field for field, schema in fields.items() if "default" in schema] == []

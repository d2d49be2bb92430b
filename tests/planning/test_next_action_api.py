"""What is next, asked through the API: the choice follows every fact about a task."""

from datetime import timedelta
from typing import Any

import pytest

from tests.kit.app import good, max_queries, refused
from tests.planning.asking import NOW, Asker, World, at
from upnext.planning.reasons import TIMES


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def test_without_tasks_there_is_no_action(me: Asker) -> None:
    answer = await me.ask()
    assert answer["action"] is None
    assert answer["runners_up"] == []
    assert answer["ineligible_count"] == 0
    assert answer["note"] == "There is no open task to choose from."
    assert answer["computed_at"] == "2026-03-04T10:00:00Z"


async def test_the_answer_holds_the_task_its_reasons_and_what_would_change_it(me: Asker) -> None:
    await me.add("Write", priority="high", estimated_duration=60, due_at=at(hours=1))
    await me.add("Read", priority="low", estimated_duration=30)
    answer = await me.ask()
    assert set(answer["action"]) == {"task", "score", "reasons"}
    assert answer["action"]["task"]["title"] == "Write"
    assert set(answer["action"]["task"]) == set(
        good(await me.client.get(f"/tasks/{answer['action']['task']['id']}"))
    )
    texts = {reason["term"]: reason["text"] for reason in answer["action"]["reasons"]}
    assert texts == {
        "priority": f"High: counts 4{TIMES}",
        "duration": "takes 1 h",
        "slack": "no slack: start now",
    }
    runner_up = answer["runners_up"][0]
    assert set(runner_up) == {"task", "score", "reasons", "would_win_if"}
    assert answer["working_time"]["working"] is True
    assert answer["note"] is None
    assert answer["ticket"]


BASE: dict[str, Any] = {"priority": "medium", "estimated_duration": 60, "due_at": at(hours=5)}


@pytest.mark.parametrize(
    "change",
    [
        {"due_at": at(hours=1)},
        {"estimated_duration": 10},
        {"priority": "high"},
        {"status": "in_progress"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_change_of_one_field_changes_the_choice(me: Asker, change: dict[str, Any]) -> None:
    await me.add("A", **BASE)
    other = await me.add("B", **BASE)
    assert await me.order() == ["A", "B"]
    await me.change(other, **change)
    assert await me.order() == ["B", "A"]


async def test_what_frees_an_urgent_task_comes_first(me: Asker) -> None:
    await me.add("A", **BASE)
    before = await me.add("B", **BASE)
    release = await me.add("Release", priority="urgent", estimated_duration=30, due_at=at(hours=1))
    assert await me.order() == ["Release", "A", "B"]
    await me.wait_for(release, before=before)
    assert await me.order() == ["B", "A"]
    answer = await me.ask()
    reasons = {reason["term"]: reason["text"] for reason in answer["action"]["reasons"]}
    assert reasons["unblocks"] == "frees 'Release' (Urgent, today)"
    assert await me.obstacles() == {"Release": ("blocked", "waits for 'B'")}
    await me.change(before, status="done")
    assert await me.order() == ["Release", "A"]
    await me.change(before, status="todo")
    assert await me.order() == ["B", "A"]
    good(await me.client.delete(f"/tasks/{release}/dependencies/{before}"))
    assert await me.order() == ["Release", "A", "B"]


async def test_a_task_is_not_offered_before_its_start(me: Asker, world: World) -> None:
    await me.add("A", **BASE)
    await me.add("B", **BASE | {"priority": "urgent", "start_at": at(minutes=20)})
    assert await me.order() == ["A"]
    assert await me.obstacles() == {"B": ("not_started", "not before today 10:20")}
    world.clock.advance(timedelta(minutes=20))
    assert await me.order() == ["B", "A"]


async def test_time_alone_changes_the_order(me: Asker, world: World) -> None:
    """Short and without haste against long with a deadline that comes nearer."""
    await me.add("Short", priority="low", estimated_duration=10, due_at=at(days=1))
    await me.add("Long", priority="medium", estimated_duration=60, due_at=at(hours=3))
    before = await me.order()
    world.clock.advance(timedelta(minutes=25))
    scores = {
        each["task"]["title"]: each["score"]
        for answer in [await me.ask()]
        for each in [answer["action"], *answer["runners_up"]]
    }
    world.clock.advance(timedelta(minutes=-25))
    answer = await me.ask()
    earlier = {
        each["task"]["title"]: each["score"] for each in [answer["action"], *answer["runners_up"]]
    }
    assert set(before) == {"Short", "Long"}
    assert all(scores[title] > earlier[title] for title in scores)


async def test_minutes_context_and_energy_change_the_choice(me: Asker) -> None:
    await me.add("Deep", **BASE | {"priority": "high", "energy": "high", "context": ["@desk"]})
    await me.add("Call", **BASE | {"priority": "high", "energy": "low", "context": ["@phone"]})
    await me.add("Note", estimated_duration=10, priority="low", due_at=at(days=30))
    assert (await me.order())[:2] == ["Deep", "Call"]
    assert (await me.order(energy="low"))[0] == "Call"
    assert (await me.order(energy="HIGH"))[0] == "Deep"
    assert (await me.order(context="@phone"))[0] == "Call"
    assert (await me.order(context=["phone", "@train"]))[0] == "Call"
    assert await me.order(minutes=10) == ["Note"]
    assert (await me.obstacles(minutes=10))["Deep"] == (
        "too_long",
        "needs 1 h; you have 10 min",
    )


async def test_the_reasons_sum_to_the_score(me: Asker) -> None:
    await fill(me)
    answer = await me.ask(limit=20, energy="low", context="@home")
    shown = [answer["action"], *answer["runners_up"]]
    assert len(shown) > 5
    for each in shown:
        assert sum(reason["value"] for reason in each["reasons"]) == pytest.approx(
            each["score"], abs=1e-9
        )
    scores = [each["score"] for each in shown]
    assert scores == sorted(scores, reverse=True)


async def fill(me: Asker) -> None:
    """Tasks of all kinds."""
    for number, priority in enumerate(["low", "medium", "high", "urgent"] * 2):
        context = ["@home"] if number % 3 == 0 else ["@work"] if number % 3 == 1 else []
        task = await me.add(
            f"Task {number}",
            priority=priority,
            estimated_duration=(10, 25, 60, 150, None)[number % 5],
            due_at=(at(hours=2 * number + 1), None, at(days=number))[number % 3],
            energy=(None, "low", "high")[number % 3],
            context=context,
        )
        if number == 1:
            await me.change(task, status="in_progress")


async def test_each_change_that_is_said_to_win_wins(me: Asker) -> None:
    for number in range(12):
        await me.add(
            f"Task {number}",
            priority=("low", "medium", "high")[number % 3],
            estimated_duration=(20, 45, 60, 90)[number % 4],
            due_at=None if number % 5 == 0 else at(hours=1 + number / 2),
        )
    answer = await me.ask(limit=20)
    tried = set()
    for runner_up in answer["runners_up"]:
        task = runner_up["task"]
        for change in runner_up["would_win_if"]:
            await me.change(task["id"], **change["change"])
            assert (await me.ask())["action"]["task"]["id"] == task["id"], change
            tried.add(change["code"])
            await me.change(task["id"], **{name: task[name] for name in change["change"]})
    assert {"due_at", "priority", "estimated_duration"} <= tried
    assert (await me.ask())["action"]["score"] == answer["action"]["score"]


async def test_only_open_tasks_outside_of_the_trash_are_offered(me: Asker) -> None:
    task_id = await me.add("A")
    for change, offered in [
        ({"status": "backlog"}, ["A"]),
        ({"status": "cancelled"}, []),
        ({"status": "in_review"}, ["A"]),
        ({"status": "done"}, []),
        ({"status": "todo"}, ["A"]),
    ]:
        await me.change(task_id, **change)
        assert await me.order() == offered, change
    good(await me.client.delete(f"/tasks/{task_id}"))
    assert await me.order() == []
    good(await me.client.post(f"/tasks/{task_id}/restore"))
    assert await me.order() == ["A"]


async def test_archived_and_deleted_projects_are_put_aside(me: Asker) -> None:
    project = good(await me.client.post("/projects", json={"name": "Garden"}))
    await me.add("Dig", project_id=project["id"])
    await me.add("Rest", priority="low")
    path = f"/projects/{project['id']}"
    assert await me.order() == ["Dig", "Rest"]
    good(await me.client.patch(path, json={"archived": True}))
    assert await me.order() == ["Rest"]
    good(await me.client.patch(path, json={"archived": False}))
    assert await me.order() == ["Dig", "Rest"]
    good(await me.client.delete(path))
    assert await me.order() == ["Rest"]
    good(await me.client.post(f"{path}/restore"))
    assert await me.order() == ["Dig", "Rest"]


async def test_one_project_or_workspace_can_be_asked_about(me: Asker) -> None:
    project = good(await me.client.post("/projects", json={"name": "Garden"}))
    await me.add("Dig", project_id=project["id"])
    waiting = await me.add("Plant", project_id=project["id"])
    before = await me.add("Buy seeds")
    await me.wait_for(waiting, before=before)
    assert await me.order(project_id=project["id"]) == ["Dig"]
    answer = await me.ask(project_id=project["id"], include="ineligible")
    assert answer["ineligible_count"] == 1
    assert [each["task"]["title"] for each in answer["ineligible"]] == ["Plant"]
    assert set(await me.order(workspace_id=me.person.workspace_id)) == {"Dig", "Buy seeds"}


async def test_outside_working_hours_there_is_an_answer_with_a_note(me: Asker) -> None:
    await me.add("A")
    week = [[[1_200, 1_260]]] * 7
    me_patch = {"working_hours": week, "timezone": "Europe/Berlin"}
    good(await me.client.patch("/auth/me", json=me_patch))
    answer = await me.ask()
    assert answer["action"]["task"]["title"] == "A"
    assert answer["working_time"] == {
        "working": False,
        "minutes_left": None,
        "next_start": "2026-03-04T19:00:00Z",
    }
    assert answer["note"] == "It is outside your working hours; they go on today 20:00."


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 10_081}, "minutes"),
        ({"minutes": "1e2"}, "minutes"),
        ({"minutes": "9" * 5_000}, "minutes"),
        ({"energy": "enormous"}, "energy"),
        ({"context": ""}, "context"),
        ({"context": "@@"}, "context"),
        ({"limit": 21}, "limit"),
        ({"limit": 0}, "limit"),
        ({"project_id": "x"}, "project_id"),
        ({"include": "everything"}, "include"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_not_understood_is_refused(
    me: Asker, params: dict[str, Any], name: str
) -> None:
    problem = refused(await me.client.get("/next-action", params=params), 422)
    assert any(name in error["pointer"] for error in problem["errors"])


async def test_foreign_places_do_not_exist(me: Asker, world: World) -> None:
    other = await world.join()
    for name, value in [
        ("workspace_id", other.person.workspace_id),
        ("project_id", other.person.inbox_id),
    ]:
        refused(await me.client.get("/next-action", params={name: value}), 404)


@pytest.mark.each
async def test_an_answer_costs_five_statements(me: Asker, world: World) -> None:
    """One of them only where a task waits for one that is not at the top of any listing."""
    await fill(me)
    await me.ask()
    with max_queries(world.runtime, 5):
        await me.ask()
    with max_queries(world.runtime, 5):
        await me.ask(limit=20, include="ineligible", minutes=20)


async def test_the_ticket_says_what_was_proposed(me: Asker, world: World) -> None:
    await fill(me)
    answer = await me.ask(limit=3)
    payload = world.runtime.keys.unsign("ticket", answer["ticket"]).decode()
    assert me.person.id in payload
    assert '"version":2' in payload
    for each in [answer["action"], *answer["runners_up"]]:
        assert each["task"]["id"] in payload
    assert len(answer["runners_up"]) == 2
    assert str(int(NOW.timestamp())) in payload


async def test_any_task_can_be_asked_about(me: Asker, world: World) -> None:
    for number in range(7):
        await me.add(f"High {number}", priority="high", estimated_duration=30)
    low = await me.add("Low", priority="low", estimated_duration=30)
    asked = (await me.ask(task_id=low, limit=2))["asked"]
    assert (asked["task"]["id"], asked["place"], asked["obstacle"]) == (low, 8, None)
    total = sum(reason["value"] for reason in asked["reasons"])
    assert total == pytest.approx(asked["score"], abs=1e-9)
    for change in asked["would_win_if"]:
        if "priority" in change["change"]:
            await me.change(low, **change["change"])
    again = await me.ask(task_id=low)
    assert again["action"]["task"]["id"] == low
    assert (again["asked"]["place"], again["asked"]["would_win_if"]) == (1, [])
    await me.change(low, start_at=at(days=1))
    later = (await me.ask(task_id=low))["asked"]
    assert (later["place"], later["obstacle"]) == (None, "not before tomorrow 10:00")
    assert "asked" not in await me.ask() or (await me.ask())["asked"] is None
    other = await world.join()
    theirs = await other.add("Theirs")
    refused(await me.client.get("/next-action", params={"task_id": theirs}), 404)
    await me.change(low, status="done")
    refused(await me.client.get("/next-action", params={"task_id": low}), 404)

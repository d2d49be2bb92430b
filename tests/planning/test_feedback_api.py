"""Feedback on what was proposed, through the API."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.kit.app import good, refused
from tests.planning.asking import NOW, Asker, World, at

Json = Any  # what the API answers


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def fill(me: Asker, count: int = 4) -> list[str]:
    """The first is the most important, and the longest."""
    return [
        await me.add(f"Task {number}", priority="high" if not number else "low",
                     estimated_duration=120 - 25 * number, due_at=at(days=number + 1))
        for number in range(count)
    ]  # fmt: skip


async def say(me: Asker, answer: Json, verdict: str, task_id: str, **more: Any) -> Json:
    body = {"ticket": answer["ticket"], "verdict": verdict, "task_id": task_id, **more}
    return await me.client.post("/next-action/feedback", json=body)


def second(answer: Json) -> str:
    return str(answer["runners_up"][0]["task"]["id"])


async def test_a_pick_counts_once_and_moves_weights_visibly(me: Asker) -> None:
    await fill(me)
    answer = await me.ask()
    none = good(await me.client.get("/next-action/weights"))
    assert (none["picks"], none["used"]) == (0, False)
    assert not any(none["weights"].values())
    said = good(await say(me, answer, "accept", second(answer)))
    assert said["counted"] is True
    again = good(await say(me, answer, "accept", second(answer)))
    later = good(await say(me, answer, "done", second(answer)))
    assert (again["counted"], later["counted"]) == (False, False)
    now = good(await me.client.get("/next-action/weights"))
    assert now == said["weights"] == later["weights"]
    assert now["picks"] == 1
    assert any(now["weights"].values())
    assert "20 picks" in now["note"]
    assert good(await me.client.get("/next-action/backtest"))["picks"] == 1


@pytest.mark.each
async def test_the_same_feedback_at_once_counts_once(me: Asker) -> None:
    await fill(me)
    answer = await me.ask()
    both = await asyncio.gather(*(say(me, answer, "accept", second(answer)) for _ in range(3)))
    assert sorted(good(one)["counted"] for one in both) == [False, False, True]


async def test_done_completes_and_snooze_puts_off(me: Asker) -> None:
    await fill(me)
    answer = await me.ask()
    first = answer["action"]["task"]["id"]
    good(await say(me, answer, "done", first))
    assert good(await me.client.get(f"/tasks/{first}"))["status"] == "done"
    answer = await me.ask()
    first = answer["action"]["task"]["id"]
    until = at(hours=20)
    assert good(await say(me, answer, "snooze", first, until=until))["counted"] is False
    assert good(await me.client.get(f"/tasks/{first}"))["start_at"] is not None
    assert (await me.ask())["action"]["task"]["id"] != first
    late = await say(me, answer, "snooze", second(answer), until=at(days=300))
    refused(late, 409, "start_after_due")


async def test_what_is_skipped_comes_back_after_two_hours(me: Asker, world: World) -> None:
    await fill(me)
    answer = await me.ask()
    first = answer["action"]["task"]["id"]
    said = good(await say(me, answer, "skip", first, reason="too_long"))
    assert said["counted"] is True
    assert said["weights"]["weights"]["duration"] > 0
    assert said["weights"]["weights"]["priority"] == 0
    assert (await me.ask())["action"]["task"]["id"] != first
    assert "Task 0" in await me.obstacles()
    assert good(await me.client.get(f"/tasks/{first}"))["start_at"] is None
    good(await me.client.delete("/next-action/weights"))
    assert (await me.ask())["action"]["task"]["id"] == first
    assert not any(good(await me.client.get("/next-action/weights"))["weights"].values())
    assert good(await me.client.get("/next-action/backtest"))["picks"] == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"verdict": "skip"}, "reason_needed"),
        ({"verdict": "snooze"}, "until_needed"),
        ({"verdict": "accept", "reason": "other"}, None),
        ({"verdict": "done", "until": at(hours=1)}, None),
        ({"verdict": "snooze", "until": at(hours=-1)}, None),
        ({"verdict": "skip", "reason": "because"}, None),
        ({"verdict": "like"}, None),
        ({"ticket": "AAAA"}, "bad_ticket"),
        ({"task_id": "00000000-0000-7000-8000-000000000000"}, "not_shown"),
    ],
)
async def test_what_cannot_be_meant_is_refused(me: Asker, said: Json, code: str | None) -> None:
    await fill(me, 2)
    answer = await me.ask()
    body = {"ticket": answer["ticket"], "verdict": "accept", "task_id": second(answer)} | said
    refused(await me.client.post("/next-action/feedback", json=body), 422, code)
    assert good(await me.client.get("/next-action/weights"))["picks"] == 0


async def test_a_ticket_is_its_owners_and_for_a_day(me: Asker, world: World) -> None:
    await fill(me)
    answer = await me.ask()
    other = await world.join()
    refused(await say(other, answer, "accept", second(answer)), 422, "bad_ticket")
    world.clock.advance(timedelta(hours=24, minutes=1))
    token = {"email": me.person.email, "password": "correct horse battery"}
    signed = good(await me.client.post("/auth/login", json=token))
    me.client.headers["Authorization"] = f"Bearer {signed['access_token']}"
    refused(await say(me, answer, "accept", second(answer)), 422, "ticket_expired")
    assert world.clock.now() > NOW


async def test_a_task_that_is_gone_cannot_be_picked(me: Asker) -> None:
    await fill(me)
    answer = await me.ask()
    good(await me.client.delete(f"/tasks/{second(answer)}"))
    for verdict in ("accept", "done"):
        refused(await say(me, answer, verdict, second(answer)), 404)


async def test_learned_weights_are_used_and_told_once_they_predict_better(
    me: Asker, world: World
) -> None:
    """Somebody who always takes what is short, and never what is first."""
    for number in range(6):
        minutes, level = (10, "low") if number % 2 else (25, "high")
        fields = {"priority": level, "estimated_duration": minutes, "due_at": at(days=3)}
        await me.add(f"{level} {number}", **fields)
    before = await me.order()
    for _ in range(40):
        world.clock.advance(timedelta(seconds=1))
        answer = await me.ask(limit=6)
        shown = [answer["action"], *answer["runners_up"]]
        short = next(one for one in shown if one["task"]["estimated_duration"] == 10)
        if shown[0] is short:
            break
        good(await say(me, answer, "accept", short["task"]["id"]))
    assert before[0].startswith("high")
    assert shown[0]["task"]["title"].startswith("low")
    reasons = {reason["term"]: reason for reason in shown[0]["reasons"]}
    assert "learned from your choices" in reasons["learned"]["text"]
    total = sum(reason["value"] for reason in shown[0]["reasons"])
    assert total == pytest.approx(shown[0]["score"], abs=1e-9)
    weights = good(await me.client.get("/next-action/weights"))
    assert weights["used"]
    assert weights["picks"] >= 20
    found = good(await me.client.get("/next-action/backtest"))
    assert found["learned"]["first"] >= found["plain"]["first"]
    good(await me.client.delete("/next-action/weights"))
    assert await me.order() == before

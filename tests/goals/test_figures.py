"""How far a goal is, counted of what its reader may see, and when it will be met."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.goals.making import change, listed, make_goal, read
from tests.kit.app import PASSWORD, MakeUser, Person, connect, good, register, serve, settings_for
from tests.kit.kept import Keeper
from tests.tasks.making import make, make_project, make_team, patch
from upnext.core.clock import FrozenClock
from upnext.core.ids import new_id
from upnext.main import build_runtime, close

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


async def test_minutes_are_those_of_the_estimates(person: Person) -> None:
    goal = await make_goal(person)
    for minutes, status in ((60, "done"), (None, "todo"), (90, "in_progress"), (500, "cancelled")):
        await make(person, goal_id=goal["id"], estimated_duration=minutes, status=status)
    gone = await make(person, goal_id=goal["id"], estimated_duration=500)
    good(await person.client.delete(f"/tasks/{gone['id']}"))
    assert (await read(person, goal))["progress"] == {
        "task_count": 3, "done_count": 1, "total_minutes": 180, "done_minutes": 60,
        "ratio": pytest.approx(1 / 3),
    }  # fmt: skip


async def test_sub_goals_count_however_deep(person: Person) -> None:
    top = await make_goal(person, "Top")
    middle = await make_goal(person, "Middle", parent_id=top["id"])
    low = await make_goal(person, "Low", parent_id=middle["id"])
    await make(person, goal_id=top["id"], estimated_duration=10)
    await make(person, goal_id=low["id"], estimated_duration=20, status="done")
    counted = {one["title"]: one["progress"]["total_minutes"] for one in await listed(person)}
    assert counted == {"Top": 30, "Middle": 20, "Low": 20}
    await change(person, middle, status="completed")
    assert (await read(person, top))["progress"]["total_minutes"] == 30
    await change(person, middle, status="abandoned")
    assert (await read(person, top))["progress"]["total_minutes"] == 10
    await change(person, middle, status="open")
    good(await person.client.delete(f"/goals/{middle['id']}"))
    assert (await read(person, top))["progress"]["total_minutes"] == 10


async def test_nobody_counts_what_they_may_not_see(make_user: MakeUser) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    secret = await make_project(owner, team, private=True)
    shared = await make_project(owner, team)
    goal = await make_goal(owner, workspace_id=team)
    inner = await make_goal(owner, project_id=secret["id"], parent_id=goal["id"])
    for project, of in ((secret, goal), (secret, inner), (shared, goal)):
        await make(owner, project_id=project["id"], goal_id=of["id"], estimated_duration=10)
    assert (await read(owner, goal))["progress"]["total_minutes"] == 30
    assert (await read(member, goal))["progress"]["total_minutes"] == 10
    (seen,) = await listed(member)
    assert seen["progress"]["task_count"] == 1


class Years:
    """A person on a server whose clock is moved by hand."""

    def __init__(self, person: Person, clock: FrozenClock) -> None:
        self.person, self.clock = person, clock

    async def wait(self, **time: float) -> None:
        """Longer than any sign-in lasts."""
        self.clock.advance(timedelta(**time))
        account = {"email": self.person.email, "password": PASSWORD}
        tokens = good(await self.person.client.post("/auth/login", json=account))
        self.person.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def work(self, goal: Any, weeks: list[int]) -> None:
        """As many minutes done each week, a moment before its end."""
        for minutes in weeks:
            await self.wait(days=7)
            if minutes:
                task = await make(self.person, goal_id=goal["id"], estimated_duration=minutes)
                await patch(self.person, task, completed=True)
        await self.wait(minutes=1)


@pytest.fixture
async def years(
    database_url: str, keeper: Keeper, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Years]:
    clock = FrozenClock(NOW)
    settings = settings_for(database_url, tmp_path_factory.mktemp("data"))
    runtime = build_runtime(settings, clock, db=keeper.of(database_url))
    served = serve(runtime)
    client = connect(served)
    yield Years(await register(client, f"years-{new_id()}@example.com"), clock)
    await client.aclose()
    await close(runtime)


async def test_the_forecast_follows_the_pace(years: Years) -> None:
    goal = await make_goal(years.person, target_date="2026-06-01")
    await make(years.person, goal_id=goal["id"], estimated_duration=600)
    assert (await read(years.person, goal))["forecast"]["reason"] == "no_pace"
    await years.work(goal, [60] * 8)
    today = (NOW + timedelta(days=56)).date()
    told = await read(years.person, goal)
    assert told["progress"]["done_minutes"] == 480
    assert told["forecast"] == {
        "earliest": (today + timedelta(days=70)).isoformat(),
        "likely": (today + timedelta(days=70)).isoformat(),
        "latest": (today + timedelta(days=70)).isoformat(),
        "chance": 0.0,
        "minutes_per_week": 60,
        "reason": None,
    }
    assert told["outlook"] == "late"
    for target, wanted in (("2026-07-08", "on_track"), ("2026-07-07", "late"), (None, None)):
        changed = await change(years.person, goal, target_date=target)
        assert changed["outlook"] == wanted, (target, changed["forecast"])


async def test_uneven_weeks_widen_the_range(years: Years) -> None:
    goal = await make_goal(years.person)
    await make(years.person, goal_id=goal["id"], estimated_duration=600)
    await years.work(goal, [0, 240, 0, 0, 180, 0, 0, 60])
    told = (await read(years.person, goal))["forecast"]
    assert told["minutes_per_week"] == 60
    days = [date.fromisoformat(told[name]) for name in ("earliest", "likely", "latest")]
    assert days[0] < days[1] < days[2]
    changed = await change(years.person, goal, target_date=told["likely"])
    assert changed["outlook"] == "at_risk"


async def test_when_nothing_is_left_or_nothing_moves(years: Years) -> None:
    goal = await make_goal(years.person, target_date="2026-04-01")
    task = await make(years.person, goal_id=goal["id"])
    assert (await read(years.person, goal))["outlook"] is None
    await years.wait(days=60)
    told = await read(years.person, goal)
    assert (told["forecast"]["reason"], told["outlook"]) == ("no_pace", "late")
    await patch(years.person, task, completed=True)
    told = await read(years.person, goal)
    assert (told["forecast"]["reason"], told["outlook"]) == ("nothing_left", "on_track")
    assert told["progress"]["ratio"] == 1

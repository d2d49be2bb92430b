"""Pieces of work that come one by one are done together, and none is lost."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from tests.core.jobs.conftest import CONTEXT, START, Engine
from upnext.core.auth import INSTANCE
from upnext.core.jobs import OUTBOUND, Gathered, JobState, Spacing, gather
from upnext.core.jobs.leases import Leases

WHAT = Gathered("probe", "pieces", most=3, queue=OUTBOUND)
SOON = START + timedelta(seconds=1)


async def add(engine: Engine, *pieces: str, soon: bool = True, place: UUID = INSTANCE) -> None:
    async def use_case(session: AsyncSession) -> None:
        await gather(session, WHAT, place, pieces, SOON if soon else None)

    await engine.workshop.run(CONTEXT, use_case)


async def held(engine: Engine) -> list[list[str]]:
    return sorted(job.args["pieces"] for job in await engine.jobs())


async def test_pieces_for_the_same_moment_share_a_job(frozen: Engine) -> None:
    await add(frozen, "a")
    await add(frozen, "b", "a")
    [job] = await frozen.jobs()
    assert (job.args, job.run_at, job.queue) == ({"pieces": ["a", "b"]}, SOON, OUTBOUND)
    assert job.state == JobState.PENDING


async def test_what_has_no_room_gets_jobs_of_its_own(frozen: Engine) -> None:
    await add(frozen, "a", "b")
    await add(frozen, "c", "d", "e", "f")
    await add(frozen, "g")
    assert await held(frozen) == [["a", "b", "g"], ["c", "d", "e"], ["f"]]


async def test_what_is_for_now_waits_for_nobody(frozen: Engine) -> None:
    await add(frozen, "a", soon=False)
    await add(frozen, "b", soon=False)
    assert await held(frozen) == [["a"], ["b"]]
    assert {job.run_at for job in await frozen.jobs()} == {START}


async def test_nothing_is_added_to_a_job_that_was_claimed(engine: Engine) -> None:
    await add(engine, "a")  # at a moment that is long over
    leases = Leases(engine.workshop, ("probe",), queue=OUTBOUND)
    [attempt] = await leases.claim(1, careful=1)
    await add(engine, "b")
    assert attempt.args == {"pieces": ["a"]}
    assert await held(engine) == [["a"], ["b"]]
    await leases.complete([attempt])
    await add(engine, "c")
    assert await held(engine) == [["a"], ["b"], ["c"]]


async def test_workspaces_gather_at_once(engine: Engine) -> None:
    places = [uuid4() for _ in range(12)]
    for piece in ("a", "b"):
        await asyncio.gather(*(add(engine, piece, place=place) for place in places))
    jobs = await engine.jobs()
    assert {job.workspace_id for job in jobs} == set(places)
    assert [job.args["pieces"] for job in jobs] == [["a", "b"]] * len(places)


def test_the_first_after_a_pause_is_for_now_and_others_for_the_end_of_a_second() -> None:
    spacing, one, other = Spacing(1), uuid4(), uuid4()
    at = START + timedelta(milliseconds=300)
    assert spacing.moment(one, at) is None
    assert spacing.moment(other, at) is None
    assert spacing.moment(one, at + timedelta(milliseconds=100)) == SOON
    assert spacing.moment(one, at + timedelta(milliseconds=650)) == SOON
    assert spacing.moment(one, at + timedelta(milliseconds=750)) == SOON + timedelta(seconds=1)
    assert spacing.moment(one, at + timedelta(milliseconds=1750)) is None


def test_nobody_waits_where_nothing_is_gathered() -> None:
    spacing, one = Spacing(0), UUID(int=1)
    assert [spacing.moment(one, START) for _ in range(3)] == [None] * 3

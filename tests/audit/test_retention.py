"""What is forgotten of the change log, and that the rest can still be proved."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import update

from tests.audit.trail import CONTEXT, Trail
from tests.kit.jobs import work_off
from upnext import manifest
from upnext.audit import jobs, retention
from upnext.audit.checking import Mark
from upnext.audit.queries import CHECKPOINT
from upnext.core.clock import FrozenClock
from upnext.core.jobs import enqueue

KEPT = timedelta(days=400)
DAY = timedelta(days=1)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)
    monkeypatch.setattr(retention, "CHAINS", 2)


async def _purge(trail: Trail) -> int:
    """As its schedule has it done; how many jobs it took."""
    runtime = trail.runtime
    await runtime.workshop.run(CONTEXT, partial(enqueue, kind=jobs.PURGE, args={}))
    return await work_off(runtime)


async def test_what_is_too_old_goes_behind_a_checkpoint(trail: Trail, clock: FrozenClock) -> None:
    await trail.write(10)
    clock.advance(DAY)
    await trail.write(5)
    rows = await trail.rows()
    clock.advance(KEPT - DAY)
    await _purge(trail)
    assert len(await trail.rows()) == 15
    clock.advance(timedelta(seconds=1))
    await _purge(trail)
    assert [row["seq"] for row in await trail.rows()] == list(range(11, 16))
    (checkpoint,) = await trail.checkpoints()
    assert (checkpoint["seq"], checkpoint["count"]) == (10, 10)
    assert checkpoint["hash"] == rows[9]["hash"]
    report = await trail.verify(Mark(10, rows[9]["hash"]), Mark(12, rows[11]["hash"]))
    assert (report.ok, report.start.seq, report.rows) == (True, 10, 5)
    assert await trail.faults(Mark(4, rows[3]["hash"])) == [("expected", 4)]


async def test_a_chain_goes_on_when_all_of_it_is_forgotten(
    trail: Trail, clock: FrozenClock
) -> None:
    await trail.write(3)
    clock.advance(KEPT + DAY)
    await _purge(trail)
    assert await trail.rows() == []
    assert await trail.faults() == []
    await trail.write(2)
    assert [row["seq"] for row in await trail.rows()] == [4, 5]
    clock.advance(KEPT + DAY)
    await _purge(trail)
    (checkpoint,) = await trail.checkpoints()
    assert (checkpoint["seq"], checkpoint["count"]) == (5, 5)
    assert await trail.faults() == []


async def test_many_chains_in_small_batches(
    trail: Trail, clock: FrozenClock, small_batches: None
) -> None:
    chains = [trail, *(Trail(trail.runtime, uuid4()) for _ in range(4))]
    for number, chain in enumerate(chains):
        await chain.write(3 * number + 2)
    clock.advance(KEPT + DAY)
    for chain in chains:
        await chain.write(1)
    assert await _purge(trail) > 5
    for number, chain in enumerate(chains):
        assert [row["seq"] for row in await chain.rows()] == [3 * number + 3]
        assert await chain.faults() == []


async def test_what_was_tampered_with_stays_as_evidence(trail: Trail, clock: FrozenClock) -> None:
    other = Trail(trail.runtime, uuid4())
    await trail.write(6)
    await other.write(6)
    await trail.alter((await trail.rows())[3], ip="::1")
    clock.advance(KEPT + DAY)
    await _purge(trail)
    assert [row["seq"] for row in await trail.rows()] == [4, 5, 6]
    assert await trail.faults() == [("altered", 4)]
    assert await other.rows() == []


async def test_a_checkpoint_is_signed(trail: Trail, clock: FrozenClock) -> None:
    """Whoever cuts off the beginning cannot say that we did."""
    await trail.write(6)
    clock.advance(KEPT + DAY)
    await trail.write(2)
    await _purge(trail)
    (checkpoint,) = await trail.checkpoints()
    row = (await trail.rows())[0]
    await trail.remove(row)
    assert await trail.faults() == [("missing", 7)]
    mine = CHECKPOINT.c.workspace_id == trail.workspace_id
    forged = {"seq": row["seq"], "hash": row["hash"]}
    for values in (forged, {"count": 99}, {"at": clock.now() + DAY}, {"signature": bytes(32)}):
        await trail.do(update(CHECKPOINT).where(mine).values(**values))
        assert ("checkpoint", {**checkpoint, **values}["seq"]) in await trail.faults(), values
        await trail.do(update(CHECKPOINT).where(mine).values(**checkpoint))
    await trail.do(update(CHECKPOINT).where(mine).values(**forged))
    clock.advance(KEPT + DAY)
    await _purge(trail)
    assert len(await trail.rows()) == 1


async def test_nothing_goes_when_the_settings_say_so(trail: Trail, clock: FrozenClock) -> None:
    object.__setattr__(trail.runtime.settings.retention, "change_days", 0)
    await trail.write(2)
    clock.advance(40 * KEPT)
    await _purge(trail)
    assert len(await trail.rows()) == 2


def test_it_is_scheduled() -> None:
    (spec,) = [spec for spec in manifest.SCHEDULES if spec.kind == jobs.PURGE]
    assert spec.every <= DAY
    assert jobs.PURGE in manifest.JOBS

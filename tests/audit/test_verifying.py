"""T: whatever is done to the rows of a chain is found, and an untouched one is clean."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update

from tests.audit.trail import Row, Trail
from upnext.audit import verifying
from upnext.audit.checking import Mark
from upnext.audit.queries import CHANGE, HEAD
from upnext.core.changes import ChangeRow
from upnext.core.clock import FrozenClock
from upnext.core.errors import Invalid, NotFound
from upnext.core.sealing import Sealer, link

LENGTH = 25


@pytest.fixture
async def chain(trail: Trail) -> Trail:
    await trail.write(LENGTH)
    assert await trail.faults() == []
    return trail


def _another(value: Any, number: random.Random) -> Any:  # of whatever type a column has
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    if isinstance(value, UUID) or value is None:
        return uuid4()
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, int):
        return value + number.randint(1, 9) + LENGTH
    if isinstance(value, dict):
        return {**value, "n": [0, number.randint(100, 200)]}
    return value + timedelta(microseconds=1)


async def test_an_untouched_chain_is_clean(chain: Trail) -> None:
    report = await chain.verify()
    assert (report.ok, report.rows, report.end.seq) == (True, LENGTH, LENGTH)


@pytest.mark.parametrize("seed", range(3))
async def test_any_column_of_any_row(chain: Trail, seed: int) -> None:
    """Each column is altered in a row chosen at random, and put back."""
    number = random.Random(seed)
    rows = await chain.rows()
    for column in CHANGE.columns:
        row = number.choice(rows)
        value = _another(row[column.name], number)
        await chain.alter(row, **{column.name: value})
        assert await chain.faults(), f"{column.name} of {row['seq']}"
        await chain.put_back(row, value if column.name == "id" else None)
        assert await chain.faults() == []


async def test_what_is_altered_is_named(chain: Trail) -> None:
    rows = await chain.rows()
    await chain.alter(rows[9], ip="198.51.100.1")
    report = await chain.verify()
    (fault,) = report.faults
    assert (str(fault.kind), fault.seq, fault.change_id) == ("altered", 10, rows[9]["id"])
    await chain.alter(rows[9], ip=None)
    assert await chain.faults() == [("altered", 10)]


async def test_a_row_with_a_hash_to_match_breaks_the_next(chain: Trail) -> None:
    rows = await chain.rows()
    forged = {**rows[9], "ip": "198.51.100.1"}
    digest = link(rows[8]["hash"], _like(forged), 10)
    await chain.alter(rows[9], ip=forged["ip"], hash=digest)
    assert await chain.faults() == [("altered", 11)]
    (last,) = rows[-1:]
    digest = link(rows[-2]["hash"], _like({**last, "ip": None}), LENGTH)
    await chain.put_back(rows[9])
    await chain.alter(last, ip=None, hash=digest)
    assert await chain.faults() == [("head", LENGTH)]


def _like(row: Row) -> ChangeRow:
    """The same as an object that no session knows."""
    return ChangeRow(**row)


async def test_what_is_removed(chain: Trail) -> None:
    rows = await chain.rows()
    for gone in ([0], [11], [3, 4, 5]):
        for place in gone:
            await chain.remove(rows[place])
        assert await chain.faults() == [("missing", gone[0] + 1)]
        for place in gone:
            await chain.put_back(rows[place])
    assert await chain.faults() == []


async def test_two_that_change_places(chain: Trail) -> None:
    rows = await chain.rows()
    first, second = rows[4], rows[15]
    away = {"seq": None, "hash": None}
    for hashes in (True, False):
        there = {"seq": second["seq"]} | ({"hash": second["hash"]} if hashes else {})
        here = {"seq": first["seq"]} | ({"hash": first["hash"]} if hashes else {})
        await chain.alter(first, **(away if hashes else {"seq": None}))
        await chain.alter(second, **here)
        await chain.alter(first, **there)
        found = {seq for _, seq in await chain.faults()}
        assert {5, 16} <= found
        await chain.do(delete(CHANGE).where(CHANGE.c.id.in_([first["id"], second["id"]])))
        await chain.do(insert(CHANGE).values(dict(first)), insert(CHANGE).values(dict(second)))
        assert await chain.faults() == []


async def test_what_is_added(chain: Trail) -> None:
    """In front, behind, and in between, with everybody behind it moved on."""
    (row,) = (await chain.rows())[4:5]
    extra = {**row, "id": uuid4()}
    await chain.do(insert(CHANGE).values({**extra, "seq": 0}))
    assert await chain.faults() == [("extra", 0)]
    await chain.remove(extra)
    await chain.do(insert(CHANGE).values({**extra, "seq": LENGTH + 1}))
    assert ("head", LENGTH) in await chain.faults()
    await chain.remove(extra)
    for each in reversed((await chain.rows())[5:]):
        await chain.alter(each, seq=each["seq"] + 1)
    await chain.do(insert(CHANGE).values({**extra, "seq": 6}))
    assert len(await chain.faults()) > LENGTH - 6


async def test_the_end_cut_off(chain: Trail) -> None:
    rows = await chain.rows()
    for row in rows[-3:]:
        await chain.remove(row)
    assert await chain.faults() == [("truncated", LENGTH - 2)]
    await chain.do(delete(HEAD).where(HEAD.c.workspace_id == chain.workspace_id))
    assert await chain.faults() == [("head", LENGTH - 3)]


@pytest.mark.only("sqlite")  # the others check what goes into a column
async def test_a_row_that_cannot_be_read(chain: Trail) -> None:
    rows = await chain.rows()
    async with chain.runtime.db.writer.begin() as connection:
        for place, column, value in ((3, "diff", "{"), (7, "at", "never"), (9, "credential", "x")):
            await connection.exec_driver_sql(
                f"UPDATE change SET {column} = ? WHERE id = ?", (value, rows[place]["id"].bytes)
            )
    found = await chain.faults()
    assert {("altered", 4), ("altered", 8), ("altered", 10)} <= set(found)


async def test_a_chain_written_anew_as_a_whole_needs_a_head_that_was_noted(chain: Trail) -> None:
    head = await chain.head()
    noted = Mark(head["seq"], head["hash"])
    middle = (await chain.rows())[11]
    marks = (noted, Mark(12, middle["hash"]))
    assert await chain.faults(*marks) == []
    digest = bytes(32)
    for row in await chain.rows():
        forged = {**row, "user_agent": "another"}
        digest = link(digest, _like(forged), row["seq"])
        await chain.alter(row, user_agent="another", hash=digest)
    await chain.move_head(hash=digest)
    assert await chain.faults() == []
    assert await chain.faults(*marks) == [("expected", LENGTH), ("expected", 12)]
    await chain.do(
        delete(CHANGE).where(CHANGE.c.workspace_id == chain.workspace_id),
        delete(HEAD).where(HEAD.c.workspace_id == chain.workspace_id),
    )
    assert await chain.faults(noted) == [("expected", LENGTH)]
    with pytest.raises(NotFound):
        await chain.verify()


async def test_what_waits_too_long_for_its_seal(chain: Trail, clock: FrozenClock) -> None:
    await chain.write(2, sealed=False)
    clock.advance(timedelta(seconds=60))
    assert await chain.faults() == []
    clock.advance(timedelta(seconds=1))
    assert await chain.faults() == [("unsealed", None)] * 2
    await Sealer(chain.runtime.workshop).round()
    assert await chain.faults() == []


async def test_only_so_many_faults_are_told(chain: Trail) -> None:
    await chain.write(200)
    await chain.do(
        update(CHANGE).where(CHANGE.c.workspace_id == chain.workspace_id).values(ip="::1")
    )
    report = await chain.verify()
    assert (len(report.faults), report.more) == (verifying.MOST_FAULTS, LENGTH + 100)


async def test_every_chain_is_checked(trail: Trail) -> None:
    """Also one whose head is gone, and the one of the instance."""
    other = Trail(trail.runtime, uuid4())
    headless = Trail(trail.runtime, uuid4())
    for each in (trail, other, headless):
        await each.write(3)
    await headless.do(delete(HEAD).where(HEAD.c.workspace_id == headless.workspace_id))
    await other.alter((await other.rows())[0], actor="user:somebody")
    found = {r.workspace_id: r.ok async for r in verifying.verify(trail.runtime, None, {})}
    assert found == {
        trail.workspace_id: True,
        other.workspace_id: False,
        headless.workspace_id: False,
    }


async def test_checking_does_not_stop_the_sealer(chain: Trail) -> None:
    """What is sealed meanwhile belongs to another moment, head and all."""
    reports: AsyncIterator[Any] = verifying.verify(chain.runtime, None, {})
    await chain.write(5)
    assert [report.ok async for report in reports] == [True]


def test_heads_as_text() -> None:
    place, digest = uuid4(), bytes(range(32))
    text = verifying.written(place, Mark(7, digest))
    assert verifying.read(text, None) == verifying.read(text, uuid4()) == (place, Mark(7, digest))
    assert verifying.read(f" 7:{digest.hex()}\n", place) == (place, Mark(7, digest))
    wrong: list[Callable[[], Awaitable[None] | Any]] = [
        lambda: verifying.read(f"7:{digest.hex()}", None),
        lambda: verifying.read("7:abc", place),
        lambda: verifying.read(f"x:7:{digest.hex()}", place),
        lambda: verifying.read("", place),
    ]
    for attempt in wrong:
        with pytest.raises(Invalid, match="no head"):
            attempt()

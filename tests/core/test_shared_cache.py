"""What processes share by Redis, and do without when it is gone."""

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tests.core.test_limits import Clock, Gate, gate  # noqa: F401 - a fixture
from upnext.core import shared_cache
from upnext.core.shared_cache import PAUSE, SharedCache
from upnext.tasks.stats.kept import Answer, Kept


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is not what is tested."""
    monkeypatch.setattr(shared_cache, "PATIENCE", 5.0)


async def test_what_one_process_worked_out_the_others_find(redis_url: str) -> None:
    one, other, third = (Kept(shared=SharedCache(redis_url)) for _ in range(3))
    name, answer = str(uuid4()), Answer(b'{"total": 7} ', 100, 200)
    assert await other.find(name, 150) is None
    await one.keep(name, answer)
    assert await other.find(name, 150) == answer
    # From then on it has it itself.
    assert other.get(name, 150) == answer
    # A deadline passes by itself, for everybody.
    assert await other.find(name, 200) is None
    assert await third.find(name, 99) is None
    for each in (one, other, third):
        await each.close()


async def test_what_is_written_in_another_form_is_none(redis_url: str) -> None:
    shared, name = SharedCache(redis_url), str(uuid4())
    kept = Kept(shared=shared)
    for text in (b"", b"x", b"1 x {}", b"{}"):
        await shared.put(name, text, 60)
        assert await kept.find(name, 1) is None
    await kept.close()


async def test_when_redis_dies_each_has_its_own_and_the_log_says_so_once(
    redis_url: str,
    gate: Gate,  # noqa: F811 - as above
) -> None:
    clock = Clock()
    shared = SharedCache(gate.url(redis_url), clock=clock)
    kept, name, answer = Kept(shared=shared), str(uuid4()), Answer(b"{}", 1, 9)
    with capture_logs() as said:
        await kept.keep("before", answer)
        await gate.stop()
        for _ in range(3):
            await kept.keep(name, answer)
            assert await kept.find(name, 5) == answer
            assert await kept.find("nothing", 5) is None
            clock.now += PAUSE
        await gate.start()
        clock.now += PAUSE
        assert await Kept(shared=shared).find("before", 5) == answer
    assert [one["event"] for one in said] == ["cache_in_process", "cache_shared_again"]
    await kept.close()


async def test_without_redis_nothing_is_asked() -> None:
    shared = SharedCache()
    await shared.put("name", b"value", 60)
    assert await shared.get("name") is None
    await shared.close()

"""Redis by its sentinels, with a real one, and what may be written into REDIS_URL."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.kit.recipes import Recipe, find, free_port
from upnext.core import limits
from upnext.core.config import LimitSettings
from upnext.core.config.addresses import redis_url as kind
from upnext.core.limits import Limiter
from upnext.core.sentinels import close, pool_of


@pytest.fixture
def sentinel_url(redis_url: str, tmp_path: Path) -> Iterator[str]:
    """A sentinel that knows the suite's Redis as `upnext`; another one does not run."""
    recipe = find("redis")
    assert isinstance(recipe, Recipe)
    parts, port = urlsplit(redis_url), free_port()
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"bind 127.0.0.1\nport {port}\ndir {tmp_path}\n"
        f"sentinel monitor upnext 127.0.0.1 {parts.port} 1\n"
        f"sentinel auth-pass upnext {parts.password}\n"
    )
    program = [str(recipe.programs / "redis-server"), str(config), "--sentinel"]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL)
    database = parts.path.strip("/") or "0"
    places = f"127.0.0.1:{free_port()},127.0.0.1:{port}"
    try:
        yield f"redis+sentinel://:{parts.password}@{places}/upnext/{database}"
    finally:
        process.terminate()
        process.wait()


async def test_limits_are_counted_where_the_sentinels_say(
    sentinel_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 5)  # a busy machine is not what is tested
    async with asyncio.timeout(30):
        while not await _answers(sentinel_url):
            await asyncio.to_thread(time.sleep, 0.05)
    one, two = (Limiter(LimitSettings(default="5/minute"), sentinel_url) for _ in range(2))
    assert await one.state() == "connected"
    verdicts = [await each.hit("default", "same") for each in (one, two) * 3]
    assert [verdict.allowed for verdict in verdicts] == [True] * 5 + [False]
    for each in (one, two):
        await each.close()


async def _answers(url: str) -> bool:
    """A sentinel needs a moment to begin."""
    pool = pool_of(url, socket_connect_timeout=2.0)
    try:
        return bool(await Redis(connection_pool=pool).ping())
    except RedisError:
        return False
    finally:
        await close(pool)


@pytest.mark.parametrize(
    "text",
    [
        "redis+sentinel://a:26379,b:26379,c:26379/master/0",
        "rediss+sentinel://user:p%40ss@a,b/master",
    ],
)
def test_addresses_of_sentinels(text: str) -> None:
    assert kind.parse(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "redis+sentinel://a:26379",
        "redis+sentinel:///master",
        "redis+sentinel://a,,b/master",
        "redis+sentinel://a/master/x",
        "mysql+sentinel://a/master",
    ],
)
def test_what_is_no_address_of_sentinels(text: str) -> None:
    with pytest.raises(ValueError, match="redis"):
        kind.parse(text)

"""Connections to Redis: to a server by its address, or to whichever the sentinels call the master.

After a failover the next connection asks the sentinels again, so nothing has to be restarted.
"""

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

MARK = "+sentinel://"
SENTINEL_PORT = 26379


def pool_of(url: str, **options: Any) -> "ConnectionPool":  # as redis declares them
    """`url` is redis://, or redis+sentinel:// with several hosts and the name of the master."""
    from redis.asyncio import ConnectionPool  # noqa: PLC0415  (many instances have no use for it)
    from redis.asyncio.sentinel import Sentinel  # noqa: PLC0415  (as above)

    scheme, mark, rest = url.partition(MARK)
    if not mark:
        return ConnectionPool.from_url(url, **options)
    credentials, _, places = rest.rpartition("@")
    hosts, name, database = [*places.split("/"), ""][:3]
    user, _, password = credentials.partition(":")
    found = Sentinel(  # type: ignore[no-untyped-call]  # redis has no types there
        [_place(one) for one in hosts.split(",")], sentinel_kwargs=options, min_other_sentinels=0
    )
    master = found.master_for(
        name, ssl=scheme == "rediss", username=unquote(user) or None,
        password=unquote(password) or None, db=int(database or 0), **options,
    )  # fmt: skip
    return cast("ConnectionPool", master.connection_pool)


async def close(pool: "ConnectionPool") -> None:
    """Also the connections by which the sentinels are asked."""
    from redis.asyncio.sentinel import SentinelConnectionPool  # noqa: PLC0415  (as above)

    await pool.aclose()
    if isinstance(pool, SentinelConnectionPool):
        for sentinel in pool.sentinel_manager.sentinels:
            await sentinel.aclose()


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":") if ":" in text else (text, "", "")
    return host, int(port or SENTINEL_PORT)

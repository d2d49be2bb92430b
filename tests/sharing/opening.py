"""Short ways to share, and to come through a link."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.kit.app import Person, connect, good


async def share(person: Person, what: str, row_id: str, **fields: Any) -> Any:  # JSON
    """`what` is `tasks` or `projects`."""
    data = {"access": "read", **fields}
    return good(await person.client.post(f"/{what}/{row_id}/links", json=data))


@asynccontextmanager
async def through(served: ASGIApp, link: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with connect(served, Authorization=f"Bearer {link['token']}") as client:
        yield client


async def tells(client: httpx.AsyncClient, link: Any) -> httpx.Response:
    """What its address says, to anybody."""
    address = httpx.URL("http://localhost").join(f"/share/{link['token']}")
    return await client.get(address)

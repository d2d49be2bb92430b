"""What the matrix has to know of a route."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.authorization.world import Place, World

Params = dict[str, str]
Make = Callable[[World, Place, str], Awaitable[Params]]
"""Gives the parameters of the path (and whatever the body needs) for a column at a place."""


@dataclass(frozen=True)
class Entry:
    action: str
    make: Make
    body: Callable[[Params], Any] | None = None
    upload: Callable[[Params], dict[str, Any]] | None = None
    """Arguments of the request that send a file instead of a JSON body."""
    query: Callable[[Params], Params] | None = None
    level: str = "project"
    fresh: bool = False
    """Whether each knock needs an object of its own, since it depends on who knocks."""
    own_only: bool = False
    after: Callable[[httpx.AsyncClient, httpx.Response], Awaitable[None]] | None = None
    """Clears away what a granted knock leaves behind, where there may not be many of them."""
    granted: Callable[[httpx.Response], bool] | None = None
    """For answers that are 200 and carry their refusals inside."""
    refusal: Callable[[httpx.Response], int] | None = None
    """The status that such an answer gives inside."""

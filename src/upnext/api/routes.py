"""One flat table of routes, found by the parts of a path.

FastAPI tries included routers and their routes one after the other, and each of them twice: with
three hundred routes that costs more than most requests do. Here a tree of path segments names the
few that can match; those say themselves whether they do. What it does not find, such as a path with
another method, goes the usual way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from upnext.core.routing import Noted, Router

Numbered = tuple[int, APIRoute]


def lay(
    root: APIRouter,
    router: Router,
    prefix: str = "",
    responses: Mapping[int | str, dict[str, Any]] | None = None,
) -> None:
    """Makes the routes that `router` has noted, as including it in `root` would."""
    for route in router.routes:
        if isinstance(route, Noted):
            root.add_api_route(
                prefix + route.path,
                responses={**(responses or {}), **route.responses},
                route_class_override=route.kind,
                **route.options,
            )
        elif isinstance(route, APIWebSocketRoute):
            root.add_api_websocket_route(
                prefix + route.path, route.endpoint, route.name, dependencies=route.dependencies
            )
        else:
            raise TypeError(f"{route!r} is no route of the API")


@dataclass(slots=True)
class _Node:
    under: dict[str, "_Node"] = field(default_factory=dict)
    """By the next segment; that of a parameter is an empty one, which no path has."""
    routes: dict[str, list[Numbered]] = field(default_factory=dict)
    """By method."""

    def add(self, segments: list[str], route: Numbered) -> None:
        node = self
        for segment in segments:
            name = "" if "{" in segment else segment
            node = node.under.setdefault(name, _Node())
        for method in route[1].methods or ():
            node.routes.setdefault(method, []).append(route)

    def find(self, method: str, segments: list[str], at: int = 0) -> Iterator[Numbered]:
        if at == len(segments):
            yield from self.routes.get(method, ())
            return
        for name in (segments[at], ""):
            if name in self.under:
                yield from self.under[name].find(method, segments, at + 1)


class Index:
    """In front of a router's own search. The routes are those that it has when this is made."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._root = _Node()
        for number, route in enumerate(router.routes):
            if isinstance(route, APIRoute) and ":path}" not in route.path:
                self._root.add(_segments(route.path), (number, route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.find(scope) if scope["type"] == "http" else None
        if found is None:
            await self._router.app(scope, receive, send)
            return
        route, more = found
        scope["router"] = self._router
        scope.update(more)
        await route.handle(scope, receive, send)

    def find(self, scope: Scope) -> tuple[APIRoute, Scope] | None:
        """The first route, in their order, that takes this path with this method."""
        found = self._root.find(scope["method"], _segments(scope["path"]))
        for _, route in sorted(found, key=_place):
            match, more = route.matches(scope)
            if match == Match.FULL:
                return route, more
        return None


def _place(numbered: Numbered) -> int:
    return numbered[0]


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")

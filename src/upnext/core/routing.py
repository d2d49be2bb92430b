"""Routers of domains, which note what their routes are made of.

FastAPI makes a route, with its models and validators, as soon as it is declared. What it makes for
three hundred routes takes most of a second and stays in memory, and a route that is included under
a prefix is made anew. So routes are made once, where the application lays them out.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute


class Noted(BaseRoute):
    """A route that is not made yet. It serves nothing."""

    def __init__(
        self,
        kind: type[APIRoute],
        path: str,
        *,
        responses: dict[int | str, dict[str, Any]],  # FastAPI's own
        dependency_overrides_provider: object,
        **options: Any,  # FastAPI's own
    ) -> None:
        del dependency_overrides_provider  # that of the application is meant
        self.kind = kind
        self.path = path
        self.responses = responses
        self.options = options
        """The others of `add_api_route`, with what the router adds to them."""


class Router(APIRouter):
    """For `api.routes.lay`; to be included by another router it has nothing."""

    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],  # FastAPI's own
        *,
        route_class_override: type[APIRoute] | None = None,
        **options: Any,  # FastAPI's own
    ) -> None:
        kind = partial(Noted, route_class_override or self.route_class)
        super().add_api_route(
            path, endpoint, route_class_override=cast("type[APIRoute]", kind), **options
        )

"""The routes that an app really serves, with what each asks of its caller."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts


def served(app: FastAPI) -> list[RouteContext]:
    """`app.routes` alone would show included routers as one closed box each."""
    contexts = iter_route_contexts(app.routes)
    found = [context for context in contexts if isinstance(context.original_route, APIRoute)]
    assert len(found) > 10, "the walk must see into included routers"
    return found


def operations(context: RouteContext) -> set[tuple[str, str]]:
    return {(method, context.path_format or "") for method in context.methods or ()}


def scopes_of(context: RouteContext) -> set[str]:
    """The scopes that its dependencies demand: `requires(scope)` leaves its mark on them."""
    return {scope for call in calls_of(context) if isinstance(scope := _scope(call), str)}


def calls_of(context: RouteContext) -> list[object]:
    """The endpoint and everything that it depends on."""
    dependant = context.dependant
    assert dependant is not None
    return list(_calls(dependant))


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for needed in dependant.dependencies:
        yield from _calls(needed)


def _scope(call: object) -> object:
    return getattr(call, "scope", None)

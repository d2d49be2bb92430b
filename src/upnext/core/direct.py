"""A route's dependencies and its endpoint, called straight away.

FastAPI works out what a route needs anew for each request, which costs more than a short read
does. None of it changes once the route is made, so here it is worked out then. What is asked for,
in which order, and what is refused are the same. FastAPI's own way stays for routes that need more
than is known here: forms, generators, or an answer that it makes of an object.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from inspect import get_annotations, iscoroutinefunction, isfunction
from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from pydantic_core import PydanticUndefined
from starlette.convertors import UUIDConvertor
from starlette.types import ASGIApp, Receive, Scope, Send

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Call = Callable[..., Awaitable[Any]]  # takes and gives what each dependency says
Fields = list[Any]  # FastAPI does not export the type of one

_FAILED: Final = object()
# What a dependency can ask of FastAPI and is not known here.
_UNKNOWN = ("websocket_param_name", "http_connection_param_name", "response_param_name",
            "background_tasks_param_name", "security_scopes_param_name", "concurrency")  # fmt: skip
# Where else values come from, besides the path, as the names that a request has for it.
_SOURCES = {"query_params": "query_params", "header_params": "headers", "cookie_params": "cookies"}


class _TooMuch(Exception):
    """This route is none for here."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One call: `given` are results of earlier ones by their place, `ids` parts of the path that
    the router has made UUIDs of, `others` have to be read and validated."""

    call: Call
    fixed: dict[str, Any]  # arguments are of any type
    request: str | None
    given: tuple[tuple[str, int], ...]
    ids: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, Fields], ...]
    body: Fields

    async def arguments(
        self, request: Request, results: Sequence[Any], body: Any, errors: list[Any]
    ) -> dict[str, Any] | None:
        """None: something is wrong with them, or with what they are made of."""
        found = {**self.fixed, **{name: results[place] for name, place in self.given if name}}
        if self.request is not None:
            found[self.request] = request
        for name, part in self.ids:
            found[name] = request.path_params[part]
        wrong = []
        for source, fields in self.others:
            values, refused = request_params_to_args(fields, getattr(request, source))
            found |= values
            wrong += refused
        if self.body:
            values, refused = await request_body_to_args(self.body, body, embed_body_fields=False)
            found |= values
            wrong += refused
        errors += wrong
        failed = errors and any(results[place] is _FAILED for _, place in self.given)
        return None if wrong or failed else found


class _Plan:
    """The calls of a route in their order, the endpoint's last."""

    def __init__(self, route: APIRoute) -> None:
        self._route = route
        self._places: dict[Any, int] = {}
        self._steps: list[_Step] = []
        self._add(route.dependant)

    async def __call__(self, request: Request) -> Response:
        body = await _body_of(request) if self._route.body_field else PydanticUndefined
        results: list[Any] = []
        errors: list[Any] = []
        last = len(self._steps) - 1
        for place, step in enumerate(self._steps):
            arguments = await step.arguments(request, results, body, errors)
            if errors and (arguments is None or place == last):
                results.append(_FAILED)
            else:
                results.append(await step.call(**arguments or {}))
        if errors:
            raise RequestValidationError(errors, body=None if body is PydanticUndefined else body)
        response: Response = results[last]
        return response

    def _add(self, dependant: Dependant) -> int:
        """Also all that it depends on, each once. Raises _TooMuch."""
        call = self._known(dependant)
        if call in self._places:
            return self._places[call]
        fixed: dict[str, Any] = {}  # arguments are of any type
        given = []
        for needed in dependant.dependencies:
            scheme: object = needed.call
            # For the description alone: whose a request is, the edge has found out.
            if isinstance(scheme, SecurityBase):
                fixed |= {needed.name: None} if needed.name else {}
            else:
                given.append((needed.name or "", self._add(needed)))
        ids, parts = self._path(dependant)
        others = [("path_params", parts)] if parts else []
        others += [(s, fields) for n, s in _SOURCES.items() if (fields := getattr(dependant, n))]
        step = _Step(
            call, fixed, dependant.request_param_name, tuple(given), tuple(ids), tuple(others),
            dependant.body_params,
        )  # fmt: skip
        self._steps.append(step)
        self._places[call] = len(self._steps) - 1
        return self._places[call]

    def _known(self, dependant: Dependant) -> Call:
        call = dependant.call
        unknown = any(getattr(dependant, name) for name in _UNKNOWN) or not dependant.use_cache
        # Of several bodies FastAPI makes one, and with forms it does more.
        bodies = any(field is not self._route.body_field for field in dependant.body_params)
        if unknown or bodies or call is None or not _is_coroutine(call):
            raise _TooMuch
        return call

    def _path(self, dependant: Dependant) -> tuple[list[tuple[str, str]], Fields]:
        """What the router has made UUIDs of, and the rest."""
        ids, others = [], []
        for field in dependant.path_params:
            made = isinstance(self._route.param_convertors.get(field.alias), UUIDConvertor)
            if made and field.field_info.annotation is UUID and not field.field_info.metadata:
                ids.append((field.name, field.alias))
            else:
                others.append(field)
        return ids, others


async def _body_of(request: Request) -> Any:  # whatever JSON can say, or bytes
    raw = await request.body()
    if not raw:
        return PydanticUndefined
    return await request.json() if _is_json(request.headers.get("content-type", "")) else raw


def _is_json(content_type: str) -> bool:
    kind, _, form = content_type.partition(";")[0].strip().lower().partition("/")
    return kind == "application" and (form == "json" or form.endswith("+json"))


def _is_coroutine(call: Any) -> bool:  # any callable
    return iscoroutinefunction(call if isfunction(call) else type(call).__call__)


def _answers(endpoint: Any) -> bool:  # any callable
    """Whether it makes the answer itself."""
    made = get_annotations(endpoint, eval_str=True).get("return")
    return isinstance(made, type) and issubclass(made, Response)


def handler_of(route: APIRoute, *, bodies: bool) -> Handler | None:
    """`bodies`: the requests read JSON as strictly as it has to be. None: FastAPI has to do it."""
    body = route.body_field
    if body is not None and (not bodies or isinstance(body.field_info, params.Form)):
        return None
    if route.max_body_size is not None or not _answers(route.endpoint):
        return None
    try:
        return _Plan(route)
    except _TooMuch:
        return None


def app_of(handler: Handler) -> ASGIApp:
    """What refuses is turned into an answer by the application around the routes."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handler(Request(scope, receive, send))
        await response(scope, receive, send)

    return app

"""Turns every refusal, whoever makes it, into an RFC 9457 problem."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from upnext.core.edge.problems import MEDIA_TYPE, crash, problem_body
from upnext.core.errors import AppError, BadRequest, FieldError, Invalid, NotFound
from upnext.core.work import translate


class MethodNotAllowed(AppError):
    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _refuse)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)


async def _refuse(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, AppError) else crash()
    body = problem_body(refusal, request.scope)
    return Response(body, refusal.status, dict(refusal.headers), media_type=MEDIA_TYPE.decode())


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  (registered for it alone)
    errors = [_field(item) for item in error.errors()]
    where = "; ".join(f"{item['pointer'] or 'body'}: {item['detail']}" for item in errors[:3])
    return await _refuse(request, Invalid(f"The request is not valid. {where}", errors=errors))


def _field(item: dict[str, Any]) -> FieldError:
    place, *path = item["loc"]
    detail = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        detail = "There is no such field."
    if place == "body":
        return {"pointer": "".join(f"/{_escape(part)}" for part in path), "detail": detail}
    return {"pointer": f"?{'.'.join(map(str, path))}", "detail": detail}


def _escape(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for it alone)
    # FastAPI wraps what our strict parser refuses while it reads the body.
    if isinstance(cause := error.__cause__, AppError):
        return await _refuse(request, cause)
    headers = dict(error.headers or {})
    refusal: AppError = BadRequest(str(error.detail), headers=headers)
    if error.status_code == NotFound.status:
        refusal = NotFound("There is nothing at this address.", headers=headers)
    elif error.status_code == MethodNotAllowed.status:
        allowed = ", ".join(sorted(_methods(request)))
        headers["Allow"] = allowed
        refusal = MethodNotAllowed(f"This address takes {allowed}.", headers=headers)
    return await _refuse(request, refusal)


def _methods(request: Request) -> set[str]:
    """All that this address takes: the router's own answer knows the first matching route only."""
    path = request.scope["path"]
    return {
        method
        for context in iter_route_contexts(request.app.routes)
        if isinstance(route := context.original_route, APIRoute)
        and compile_path(context.path or route.path)[0].fullmatch(path)
        for method in context.methods or ()
    }


async def _database(request: Request, error: Exception) -> Response:
    translated = translate(error)
    if isinstance(translated, AppError):
        return await _refuse(request, translated)
    raise error


REFERENCE = "#/components/schemas/{model}"


class Problem(BaseModel):
    """RFC 9457, with a stable `code` for programs."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str | None
    errors: list[FieldError] | None = None


DOCUMENTED: dict[int | str, dict[str, Any]] = {  # FastAPI's own type
    status: {
        "description": meaning,
        "content": {
            "application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}
        },
    }
    for status, meaning in {
        400: "Not understood",
        401: "Not signed in",
        403: "Not allowed",
        404: "Not found",
        409: "Conflict with what is there",
        412: "Changed meanwhile (If-Match)",
        413: "Too large",
        414: "URL too long",
        415: "Neither JSON nor, where it is taken, a form",
        422: "Not valid",
        429: "Too many requests",
        503: "Not now; see Retry-After",
    }.items()
}

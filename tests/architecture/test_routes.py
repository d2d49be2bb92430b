"""No route is open by accident."""

from inspect import iscoroutinefunction
from uuid import UUID

from fastapi import FastAPI
from starlette.convertors import UUIDConvertor
from starlette.routing import compile_path

from tests.architecture.routes import calls_of, operations, scopes_of, served
from upnext.api import webapp

WEB_APP = (
    "/",
    "/index.html",
    "/assets/{name}",
    *(f"/{name}" for name in (*webapp.BESIDE, *webapp.SCREENS)),
    *(f"/{screen}/{{rest}}" for screen in webapp.SCREENS),
)
# Anybody may call these. Whatever else asks no scope is a mistake.
PUBLIC = {
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/logout"),
    # The token of a mail is the credential, or the mail goes to whoever reads that address.
    ("POST", "/api/v1/auth/verify-email"),
    ("POST", "/api/v1/auth/forgot-password"),
    ("POST", "/api/v1/auth/reset-password"),
    ("POST", "/api/v1/invitations/lookup"),
    # The address of a calendar link is the credential.
    ("GET", "/feeds/{token}.ics"),
    ("HEAD", "/feeds/{token}.ics"),
    # So is that of a share link, which says what it opens.
    ("GET", "/share/{token}"),
    # And that of the link in a mail by which one gets no more of its kind.
    ("GET", "/unsubscribe/{token}"),
    ("POST", "/unsubscribe/{token}"),
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("HEAD", "/health"),
    ("HEAD", "/health/live"),
    ("HEAD", "/health/ready"),
    ("GET", "/docs"),
    ("GET", "/docs/assets/{name}"),
    ("GET", "/redoc"),
    ("GET", "/openapi.json"),
    # The web app's files hold nobody's data.
    *((method, path) for path in WEB_APP for method in ("GET", "HEAD")),
}


def test_every_route_names_a_scope(app: FastAPI) -> None:
    asked = {op: scopes_of(context) for context in served(app) for op in operations(context)}
    assert {op for op, scopes in asked.items() if not scopes} - PUBLIC == set()


def test_the_public_list_is_not_stale(app: FastAPI) -> None:
    assert PUBLIC - {op for context in served(app) for op in operations(context)} == set()


def test_no_dependency_runs_in_a_thread(app: FastAPI) -> None:
    """FastAPI sends every dependency that is no coroutine through its thread pool."""
    calls = {call for context in served(app) for call in calls_of(context) if callable(call)}
    assert len(calls) > 5
    endpoints = {context.endpoint for context in served(app)}
    assert {call for call in calls - endpoints if not _is_coroutine(call)} == set()


def _is_coroutine(call: object) -> bool:
    return iscoroutinefunction(call) or iscoroutinefunction(type(call).__call__)


def test_ids_in_paths_are_matched_as_ids(app: FastAPI) -> None:
    """Write `{task_id:uuid}`. A plain `{task_id}` would take the words of other addresses too: what
    `/tasks/bulk` does not take would be refused as a bad id, and not as a method."""
    loose = []
    for context in served(app):
        _, path, convertors = compile_path(context.path or "")
        assert context.dependant is not None
        for parameter in context.dependant.path_params:
            wanted = parameter.field_info.annotation is UUID or parameter.name.endswith("_id")
            if wanted and not isinstance(convertors[parameter.name], UUIDConvertor):
                loose.append(f"{path}: {parameter.name}")
    assert loose == []

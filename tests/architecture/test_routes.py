"""No route is open by accident."""

from fastapi import FastAPI

from tests.architecture.routes import operations, scopes_of, served

# Anybody may call these. Whatever else asks no scope is a mistake.
PUBLIC = {
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/logout"),
    # The address of a calendar link is the credential.
    ("GET", "/feeds/{token}.ics"),
    ("HEAD", "/feeds/{token}.ics"),
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
}


def test_every_route_names_a_scope(app: FastAPI) -> None:
    asked = {op: scopes_of(context) for context in served(app) for op in operations(context)}
    assert {op for op, scopes in asked.items() if not scopes} - PUBLIC == set()


def test_the_public_list_is_not_stale(app: FastAPI) -> None:
    assert PUBLIC - {op for context in served(app) for op in operations(context)} == set()

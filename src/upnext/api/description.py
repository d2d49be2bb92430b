"""What the API's description says beyond what FastAPI reads off the routes."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI

from upnext.api.problems import REFERENCE, Problem

Description = dict[str, Any]  # OpenAPI's own type


def describe(app: FastAPI, scopes: Iterable[str]) -> None:
    """Makes `app.openapi()` whole: problems in one place, and the scopes that there are."""
    plain = app.openapi

    def openapi() -> Description:
        if app.openapi_schema is None:
            description = plain()
            _add_problem(description)
            _name_scopes(description, sorted(scopes))
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _add_problem(description: Description) -> None:
    """Every refusal points to it; FastAPI itself would copy it into each response."""
    problem = Problem.model_json_schema(ref_template=REFERENCE)
    inner = problem.pop("$defs", {})
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.update({"Problem": problem, **inner})


def _name_scopes(description: Description, scopes: list[str]) -> None:
    """Identity takes scopes of domains that it does not know; here all of them are known."""
    for schema in description["components"]["schemas"].values():
        field = schema.get("properties", {}).get("scopes", {})
        if field.get("items", {}).get("format") == "scope":
            field["items"] = {"type": "string", "enum": scopes}

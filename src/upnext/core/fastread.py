"""The fast lane of reads that are called all the time; the only place with such tricks.

FastAPI collects the query parameters of a model one by one, which costs more than the rest of a
short read. Here the whole query goes into the model at once; the description stays the same.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


def query(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the whole query string into `model`; 422 as FastAPI's own."""
    lists = {n for n, f in model.model_fields.items() if get_origin(f.annotation) is list}

    async def read(request: Request) -> M:
        given: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name in lists:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        try:
            return model.model_validate(given)
        except ValidationError as error:
            errors = [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
            raise RequestValidationError(errors) from None

    return read


def described(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` for a route whose query is read by `query(model)`."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.get("$defs", {})
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "schema": _inlined(part, definitions),
                **({"description": part["description"]} if "description" in part else {}),
            }
            for name, part in schema["properties"].items()
        ]
    }


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:  # any part of a JSON schema
    if isinstance(part, list):
        return [_inlined(one, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    if reference := part.get("$ref"):
        return _inlined(definitions[reference.rsplit("/", 1)[1]], definitions)
    return {name: _inlined(value, definitions) for name, value in part.items()}

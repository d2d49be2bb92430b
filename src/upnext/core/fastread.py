"""The fast lane of reads that are called all the time; the only place with such tricks.

FastAPI collects the query parameters of a model one by one, which costs more than the rest of a
short read. Here the whole query goes into the model at once; the description stays the same.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any, TypeVar, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

M = TypeVar("M", bound=BaseModel)
REMEMBERED, SHORT = 256, 500
"""How many query strings of each kind, and up to which length."""


def query(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the whole query string into `model`; 422 as FastAPI's own.

    What a short one was read as is remembered for whoever asks the same: nobody may change it.
    """
    remembered = lru_cache(maxsize=REMEMBERED)(partial(_parse, model))

    async def read(request: Request) -> M:
        text: bytes = request.scope["query_string"]
        return remembered(text) if len(text) <= SHORT else _parse(model, text)

    return read


def _parse(model: type[M], text: bytes) -> M:
    given: dict[str, Any] = {}
    for name, value in QueryParams(text).multi_items():
        if get_origin(getattr(model.model_fields.get(name), "annotation", None)) is list:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(errors) from None


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

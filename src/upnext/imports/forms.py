"""An upload as it comes: one file and some fields, read before the database is asked anything."""

import hashlib
from collections.abc import AsyncGenerator
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from upnext.core.errors import AppError, BadRequest, Invalid
from upnext.core.text import clean
from upnext.identity.http import Bearer, UnsupportedType, current_credential
from upnext.identity.policy import check_scope
from upnext.imports.formats.items import FormatError
from upnext.imports.policy import NEEDED, TASKS_WRITE
from upnext.imports.reading import apart, format_for
from upnext.imports.schemas import ImportOptions
from upnext.imports.service import Upload

KIND = "multipart/form-data"
_MOST_FIELDS = 20
_LARGEST_FIELD = 100_000
_LONGEST_NAME = 200
File = tuple[str, bytes]
"""Its name and what is in it."""


async def read_upload(request: Request, _described: Bearer) -> Upload:
    """Refuses whoever may not write before a byte of the body is taken in.

    It is parsed by hand, since a write may be tried again and needs the same body then.
    """
    credential = await current_credential(request)
    check_scope(credential, TASKS_WRITE)
    if not request.headers.get("content-type", "").lower().startswith(KIND):
        raise UnsupportedType(f"Send the file as {KIND}, in a field called file.")
    fields, (name, data) = await _parts(request)
    try:
        options = ImportOptions.model_validate(fields)
    except ValidationError as error:
        raise _invalid(error.errors(include_url=False, include_input=False)) from None
    try:
        kind = await apart(partial(format_for, data, options))
    except FormatError as error:
        raise refusal(error) from error
    return Upload(
        data=data,
        digest=hashlib.sha256(data).digest(),
        file_name=clean(name)[-_LONGEST_NAME:],
        kind=kind,
        options=options,
        credential=credential,
        options_granted=frozenset(n for n, scope in NEEDED.items() if credential.allows(scope)),
    )


async def _parts(request: Request) -> tuple[dict[str, str], File]:
    body = await request.body()

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers,
        stream(),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_LARGEST_FIELD,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        # A header without a boundary is a KeyError to the parser.
        detail = f"The form cannot be read: {getattr(error, 'message', error)}"
        raise BadRequest(detail, code="invalid_form") from None
    try:
        return await _taken_apart(form)
    finally:
        await form.close()


async def _taken_apart(form: FormData) -> tuple[dict[str, str], File]:
    fields: dict[str, str] = {}
    file: File | None = None
    for name, value in form.multi_items():
        if name in fields or (name == "file" and file is not None):
            raise BadRequest(f"The form repeats the field {name[:40]}.", code="invalid_form")
        if isinstance(value, UploadFile) and name == "file":
            file = value.filename or "", await value.read()
        else:
            # A file under another name is an unknown field, which the model refuses.
            fields[name] = value if isinstance(value, str) else ""
    if file is None:
        raise _invalid([{"type": "missing", "loc": ("file",), "msg": "must be there, as a file"}])
    return fields, file


def _invalid(errors: list[Any]) -> RequestValidationError:  # pydantic's and our own
    return RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in errors])


def refusal(error: FormatError) -> AppError:
    """A file that cannot be read, as a problem about a field of the form."""
    pointed = [{"pointer": error.pointer, "detail": error.detail}]
    return Invalid(error.detail, code=error.code, errors=pointed)  # type: ignore[arg-type]  # dicts of that shape


Sent = Annotated[Upload, Depends(read_upload)]


# Since the body is read by hand, it is described by hand.
def _body() -> dict[str, Any]:
    schema = ImportOptions.model_json_schema()
    schema["properties"] = {
        "file": {"type": "string", "format": "binary", "description": "The export, as it is."},
        **{name: _as_text(part) for name, part in schema["properties"].items()},
    }
    schema["required"] = ["file"]
    return {"requestBody": {"required": True, "content": {KIND: {"schema": schema}}}}


def _as_text(part: dict[str, Any]) -> dict[str, Any]:
    """A field of a form is absent or a text: never null, and an object only as JSON."""
    options = [each for each in part.get("anyOf", [part]) if each.get("type") != "null"]
    rest = {name: value for name, value in part.items() if name not in {"anyOf", "default"}}
    found = {**rest, **options[0]}
    if found.get("type") == "object":
        kept = {name: found[name] for name in ("title", "description") if name in found}
        return {"type": "string", **kept}
    return {name: value for name, value in found.items() if name != "default"}


UPLOAD_BODY = _body()

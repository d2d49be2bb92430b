"""Uploads over HTTP: what is refused before a byte is read, and the route that reads them once."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from upnext.core.auth import Actor
from upnext.core.errors import AppError, NotFound
from upnext.core.http import Handler, WriteRoute, runtime_of
from upnext.core.lanes import Lane, Prepared
from upnext.core.load import permit
from upnext.core.runtime import Runtime
from upnext.core.text import clean
from upnext.files import policy, queries
from upnext.files.receiving import FORM, receive
from upnext.files.schemas import FreeFields, UploadFields
from upnext.files.storing import Place, Upload, check_digest, discard, prepare
from upnext.identity.http import Bearer, current_credential
from upnext.identity.policy import check_scope
from upnext.workspaces.actors import actor_for

_STATE = "upload"
_OURS = 500


class UploadRoute(WriteRoute):
    """A write route whose body is a file: it goes to disk while it comes in, is stored before the
    transaction, and leaves nothing behind if that fails."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            state = request.scope["state"]
            kept = False
            try:
                response = await inner(request)
                upload = state.get(_STATE)
                # A replayed answer is about the upload that was made then.
                replayed = "idempotent-replayed" in response.headers
                kept = upload is not None and upload.used and not replayed
            except AppError as error:
                # Of a failed commit nobody knows whether it was one: see the sweep.
                kept = error.status >= _OURS
                raise
            except BaseException:  # as above: whether it was committed, the sweep finds out
                kept = True
                raise
            finally:
                if upload := state.pop(_STATE, None):
                    await upload.forget(kept=kept)
            return response

        return handle

    async def fingerprint(self, request: Request) -> bytes:
        """The digest of what was sent, since the body is not in memory."""
        upload = await _received(request)
        about = f"{upload.filename}\n{upload.place}\n".encode()
        return about + upload.incoming.sha256


async def sent(request: Request, _described: Bearer) -> Upload:
    """Received and stored; again only what an earlier attempt of the transaction was missing."""
    upload = await _received(request)
    await upload.store(runtime_of(request).db.lane)
    return upload


Sent = Annotated[Upload, Depends(sent)]


async def _received(request: Request) -> Upload:
    state = request.scope["state"]
    if _STATE not in state:
        state[_STATE] = await _receive(request)
    upload: Upload = state[_STATE]
    return upload


async def _receive(request: Request) -> Upload:
    """Whoever may not upload there learns so before anything of the file is taken in."""
    runtime = runtime_of(request)
    credential = await current_credential(request)
    check_scope(credential, policy.FILES_WRITE)
    actor = await actor_for(runtime.db.lane, credential)
    task_id: UUID | None = request.path_params.get("task_id")
    place = await place_of_task(runtime.db.lane, actor, task_id) if task_id else None
    return await _taken(request, runtime, actor, place)


async def _taken(request: Request, runtime: Runtime, actor: Actor, place: Place | None) -> Upload:
    kind = request.headers.get("content-type", "")
    most = runtime.settings.files.max_bytes
    form, incoming = await receive(kind, request.stream(), runtime.storage, most)
    try:
        fields = _validated(FreeFields if place is None else UploadFields, form.fields)
        if place is None:
            wanted = fields.project_id if isinstance(fields, FreeFields) else None
            place = await _free_place(runtime.db.lane, actor, wanted)
        check_digest(incoming, fields.sha256)
        name = clean(form.filename)
        strip = fields.strip_location
        return await prepare(runtime.storage, place, incoming, name, strip_location=strip)
    except BaseException:  # also a client that is gone: no half file may stay
        discard(incoming)
        raise


def _validated(model: type[UploadFields], values: dict[str, str]) -> UploadFields:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in found]) from None


async def place_of_task(lane: Lane, actor: Actor, task_id: UUID) -> Place:
    missing = NotFound("There is no such task.")
    rows = await lane.fetch(queries.PLACE, {"task_id": task_id})
    if not rows:
        raise missing
    workspace_id, project_id = (UUID(str(each)) for each in rows[0])
    permit(actor, policy.CREATE, workspace_id, project_id, missing=missing, task_id=task_id)
    return Place(workspace_id, project_id, task_id)


async def _free_place(lane: Lane, actor: Actor, project_id: UUID | None) -> Place:
    missing = NotFound("There is no such project.")
    statement: Prepared = queries.INBOX_PLACE if project_id is None else queries.PROJECT_PLACE
    asked = {"user_id": actor.user_id} if project_id is None else {"project_id": project_id}
    rows = await lane.fetch(statement, asked)
    if not rows:
        raise missing
    workspace_id, found_id = (UUID(str(each)) for each in rows[0])
    permit(actor, policy.CREATE, workspace_id, found_id, missing=missing)
    return Place(workspace_id, found_id, None)


# Since the body is read by hand, it is described by hand.
def body_of(model: type[UploadFields]) -> dict[str, Any]:
    schema = model.model_json_schema()
    schema["properties"] = {
        "file": {"type": "string", "format": "binary", "description": "The file, as it is."},
        **{name: _as_text(part) for name, part in schema["properties"].items()},
    }
    schema["required"] = ["file"]
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


def _as_text(part: dict[str, Any]) -> dict[str, Any]:
    """A field of a form is absent or a text: never null."""
    options = [each for each in part.get("anyOf", [part]) if each.get("type") != "null"]
    rest = {name: value for name, value in part.items() if name not in {"anyOf", "default"}}
    return {**rest, **{n: v for n, v in options[0].items() if n != "default"}}

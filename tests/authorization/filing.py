"""The routes of files."""

import io
from typing import Any

from PIL import Image

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World
from tests.kit.app import good
from tests.kit.jobs import work_off


def _small() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return file.getvalue()


PICTURE = _small()


def _upload(_: Params) -> dict[str, Any]:
    return {"files": {"file": ("p.png", PICTURE)}}


def _upload_to_project(params: Params) -> dict[str, Any]:
    return {**_upload(params), "data": {"project_id": params["project_id"]}}


async def _task(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task()}


async def _file(world: World, place: Place, column: str) -> Params:
    params = await _task(world, place, column)
    path = f"/tasks/{params['task_id']}/files"
    answer = await place.keeper.client.post(path, **_upload(params))
    return {**params, "file_id": good(answer)["id"]}


async def _pictured_file(world: World, place: Place, column: str) -> Params:
    """With its small picture, as the server's jobs would have made it."""
    params = await _file(world, place, column)
    assert world.runtime is not None
    await work_off(world.runtime)
    return params


async def _trashed_file(world: World, place: Place, column: str) -> Params:
    params = await _file(world, place, column)
    good(await place.ask("DELETE", f"/files/{params['file_id']}"))
    return params


async def _project(_: World, place: Place, __: str) -> Params:
    return {"project_id": place.project_id, "workspace_id": place.workspace_id}


def _in_workspace(params: Params) -> Params:
    return {"workspace_id": params["workspace_id"]}


def _in_project(params: Params) -> Params:
    return {"project_id": params["project_id"]}


TASK, FILES = "/tasks/{task_id}/files", "/files/{file_id}"
ROUTES: dict[str, list[Entry]] = {
    f"GET {TASK}": [Entry("file.read", _file)],
    f"POST {TASK}": [Entry("file.create", _task, upload=_upload)],
    "GET /files": [
        Entry("file.read", _project, query=_in_workspace, level="workspace"),
        Entry("file.read", _project, query=_in_project),
    ],
    "POST /files": [Entry("file.create", _project, upload=_upload_to_project)],
    f"GET {FILES}": [Entry("file.read", _file)],
    f"GET {FILES}/meta": [Entry("file.read", _file)],
    f"GET {FILES}/verify": [Entry("file.read", _file)],
    f"GET {FILES}/thumbnail": [Entry("file.read", _pictured_file)],
    f"PATCH {FILES}": [Entry("file.update", _file, lambda _: {"filename": "new.png"})],
    f"DELETE {FILES}": [Entry("file.delete", _file)],
    f"POST {FILES}/restore": [Entry("file.restore", _trashed_file)],
}

"""The routes of classification."""

from typing import Any
from uuid import UUID, uuid4

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World
from tests.kit.app import good
from upnext.core.changes import Unit
from upnext.core.context import RequestContext
from upnext.tasks.models import Task


async def _task(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task()}


async def _suggested(world: World, place: Place, column: str) -> Params:
    """A task with a suggestion, as an unsure job would have left it."""
    params = await _task(world, place, column)
    assert world.runtime is not None
    proposal = {"value": "home", "source": "embedded", "confidence": 0.3, "reason": ""}
    context = RequestContext(request_id="world")

    async def suggest(session: Any) -> None:
        assert isinstance(session.info["unit"], Unit)
        task = await session.get(Task, UUID(params["task_id"]))
        about = {"source": "default", "confidence": 0.0, "suggestion": proposal}
        task.classification = {**task.classification, "state": "completed", "category": about}

    await world.runtime.workshop.run(context, suggest)
    return {**params, "field": "category"}


async def _workspace(_: World, place: Place, __: str) -> Params:
    return {"workspace_id": place.workspace_id}


async def _project(_: World, place: Place, __: str) -> Params:
    return {"workspace_id": place.workspace_id, "project_id": place.project_id}


async def _category(_: World, place: Place, __: str) -> Params:
    body = {"workspace_id": place.workspace_id, "name": f"c {uuid4()}"}
    made = good(await place.ask("POST", "/classification/categories", body))
    return {"category_id": made["id"], "workspace_id": place.workspace_id}


def _new(params: Params) -> Any:
    return {"workspace_id": params["workspace_id"], "name": f"c {uuid4()}"}


def _same(params: Params) -> Any:
    return dict(params)


def _in_workspace(params: Params) -> Params:
    return {"workspace_id": params["workspace_id"]}


SUGGESTION = "/tasks/{task_id}/suggestions/{field}"
CATEGORIES, WISHES = "/classification/categories", "/workspaces/{workspace_id}/classification"
ROUTES: dict[str, list[Entry]] = {
    "POST /tasks/{task_id}/classify": [Entry("classification.run", _task)],
    "GET /tasks/{task_id}/classification": [Entry("classification.read", _task)],
    f"POST {SUGGESTION}/accept": [Entry("classification.decide", _suggested, fresh=True)],
    f"POST {SUGGESTION}/dismiss": [Entry("classification.decide", _suggested, fresh=True)],
    "POST /classification/reclassify": [
        Entry("classification.reclassify", _workspace, _same, level="workspace"),
        Entry("classification.reclassify", _project, _same),
    ],
    f"GET {CATEGORIES}": [
        Entry("classification.read", _workspace, query=_in_workspace, level="workspace")
    ],
    f"POST {CATEGORIES}": [Entry("category.create", _workspace, _new, level="workspace")],
    f"PATCH {CATEGORIES}/{{category_id}}": [
        Entry("category.update", _category, lambda _: {"description": "new"}, level="workspace")
    ],
    f"DELETE {CATEGORIES}/{{category_id}}": [
        Entry("category.delete", _category, level="workspace")
    ],
    f"GET {WISHES}": [Entry("classification.read", _workspace, level="workspace")],
    f"PATCH {WISHES}": [
        Entry("classification.configure", _workspace, lambda _: {"remote": True}, level="workspace")
    ],
    f"GET {WISHES}/examples": [Entry("classification.configure", _workspace, level="workspace")],
    f"DELETE {WISHES}/examples": [Entry("classification.configure", _workspace, level="workspace")],
}

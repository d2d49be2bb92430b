"""The routes of comments and of share links."""

from typing import Any

import httpx

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World
from tests.kit.app import good


async def _task(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task()}


async def _by(client: httpx.AsyncClient, place: Place, task_id: str) -> tuple[Any, Any]:
    """The comment of whoever asks, if they may write one; else the keeper's, and the keeper."""
    path, body = f"/tasks/{task_id}/comments", {"body": "Work"}
    answer = await client.post(path, json=body)
    if answer.is_success:
        return answer.json(), client
    return good(await place.ask("POST", path, body)), place.keeper.client


async def _comment(_: World, place: Place, __: str) -> Params:
    """The keeper's."""
    task_id = await place.new_task()
    made, _who = await _by(place.keeper.client, place, task_id)
    return {"task_id": task_id, "comment_id": made["id"]}


async def _own_comment(world: World, place: Place, column: str) -> Params:
    task_id = await place.new_task()
    made, _who = await _by(world.asking(column), place, task_id)
    return {"task_id": task_id, "comment_id": made["id"]}


async def _own_deleted_comment(world: World, place: Place, column: str) -> Params:
    task_id = await place.new_task()
    made, who = await _by(world.asking(column), place, task_id)
    good(await who.delete(f"/comments/{made['id']}"))
    return {"task_id": task_id, "comment_id": made["id"]}


async def _project(_: World, place: Place, __: str) -> Params:
    return {"project_id": place.project_id}


async def _task_link(_: World, place: Place, __: str) -> Params:
    task_id = await place.new_task()
    made = await place.make(f"/tasks/{task_id}/links", access="read")
    return {"task_id": task_id, "link_id": made["id"]}


async def _project_link(_: World, place: Place, __: str) -> Params:
    made = await place.make(f"/projects/{place.project_id}/links", access="read")
    return {"project_id": place.project_id, "link_id": made["id"]}


async def _revoke(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    made = answer.json()
    where = f"tasks/{made['task_id']}" if made["task_id"] else f"projects/{made['project_id']}"
    good(await client.delete(f"/{where}/links/{made['id']}"))


def _said(_: Params) -> Any:
    return {"body": "Said"}


def _reading(_: Params) -> Any:
    return {"access": "read"}


TASKS, PROJECTS, COMMENTS = "/tasks/{task_id}", "/projects/{project_id}", "/comments/{comment_id}"
ROUTES: dict[str, list[Entry]] = {
    f"GET {TASKS}/comments": [Entry("comment.read", _comment)],
    f"POST {TASKS}/comments": [Entry("comment.create", _task, _said)],
    f"GET {TASKS}/mentionable": [Entry("comment.read", _task)],
    f"GET {COMMENTS}": [Entry("comment.read", _comment)],
    f"PATCH {COMMENTS}": [Entry("comment.update", _own_comment, _said, fresh=True)],
    f"DELETE {COMMENTS}": [
        Entry("comment.delete", _own_comment, fresh=True),
        Entry("comment.moderate", _comment),
    ],
    f"POST {COMMENTS}/restore": [Entry("comment.restore", _own_deleted_comment, fresh=True)],
    f"GET {COMMENTS}/history": [Entry("comment.read", _comment)],
    f"GET {TASKS}/links": [Entry("task_link.read", _task_link)],
    f"POST {TASKS}/links": [Entry("task_link.create", _task, _reading, after=_revoke)],
    f"DELETE {TASKS}/links/{{link_id}}": [Entry("task_link.revoke", _task_link)],
    f"GET {PROJECTS}/links": [Entry("project_link.read", _project_link)],
    f"POST {PROJECTS}/links": [Entry("project_link.create", _project, _reading, after=_revoke)],
    f"DELETE {PROJECTS}/links/{{link_id}}": [Entry("project_link.revoke", _project_link)],
}

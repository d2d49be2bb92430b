"""The routes of time tracking."""

from typing import Any

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World
from tests.kit.app import good


async def _task(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task(), "project_id": place.project_id}


async def _entry(world: World, place: Place, column: str) -> Params:
    """Of whoever asks, if they may have one; else the keeper's."""
    path, body = f"/tasks/{await place.new_task()}/time-entries", {"minutes": 5}
    answer = await world.asking(column).post(path, json=body)
    if not answer.is_success:
        answer = await place.ask("POST", path, body)
    return {"entry_id": good(answer)["id"]}


async def _keepers_entry(_: World, place: Place, __: str) -> Params:
    made = await place.make(f"/tasks/{await place.new_task()}/time-entries", minutes=5)
    return {"entry_id": made["id"]}


async def _running(world: World, place: Place, column: str) -> Params:
    """With a timer of whoever asks, if they may start one."""
    params = await _task(world, place, column)
    await world.asking(column).post(f"/tasks/{params['task_id']}/timer/start")
    return params


def _some(_: Params) -> Any:
    return {"minutes": 5}


def _of_task(params: Params) -> Any:
    return {"minutes": 5, "task_id": params["task_id"]}


def _in_project(params: Params) -> Params:
    return {"project_id": params["project_id"]}


TASKS, ENTRIES = "/tasks/{task_id}", "/time-entries"
ONE = f"{ENTRIES}/{{entry_id}}"
ROUTES: dict[str, list[Entry]] = {
    f"GET {ENTRIES}": [Entry("time.read", _task, query=_in_project)],
    f"POST {ENTRIES}": [Entry("time.create", _task, _of_task)],
    f"GET {ONE}": [Entry("time.read", _keepers_entry)],
    f"PATCH {ONE}": [Entry("time.update", _entry, _some, fresh=True)],
    f"DELETE {ONE}": [Entry("time.delete", _entry, fresh=True)],
    f"GET {TASKS}/time-entries": [Entry("time.read", _task)],
    f"POST {TASKS}/time-entries": [Entry("time.create", _task, _some)],
    f"POST {TASKS}/timer/start": [Entry("time.create", _task)],
    f"POST {TASKS}/timer/stop": [Entry("time.update", _running, fresh=True)],
}

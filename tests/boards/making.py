"""Short ways to boards, their columns and their cards."""

from typing import Any

import httpx

from tests.kit.app import Person, good
from tests.tasks.making import make_project


async def make_board(person: Person, project_id: str | None = None, **fields: Any) -> Any:
    """On a project of its own, unless told otherwise."""
    if project_id is None:
        project_id = (await make_project(person))["id"]
    body = {"name": "Board", **fields}
    return good(await person.client.post(f"/projects/{project_id}/boards", json=body))


async def show(person: Person, board: Any, **params: Any) -> Any:
    return good(await person.client.get(f"/boards/{board['id']}", params=params))


async def titles(person: Person, board: Any) -> dict[str, list[str]]:
    """By the columns' names."""
    whole = await show(person, board)
    return {
        column["name"]: [card["title"] for card in column["cards"]] for column in whole["columns"]
    }


def column(board: Any, name: str) -> Any:
    return next(each for each in board["columns"] if each["name"] == name)


async def ask_move(person: Person, task: Any, to: Any, **beside: Any) -> httpx.Response:
    body = {"column_id": to["id"], **{side: card["id"] for side, card in beside.items()}}
    return await person.client.post(f"/tasks/{task['id']}/move", json=body)


async def move(person: Person, task: Any, to: Any, **beside: Any) -> Any:
    return good(await ask_move(person, task, to, **beside))

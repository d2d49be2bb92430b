"""A board of 1,000 cards, made through the API, and what is asked of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bench.load import TASK_ID, Request, probe
from bench.scenarios import API, Account, Budget, Scenario

CARDS = 1_000
OPEN = ("backlog", "todo", "in_progress", "in_review")


@dataclass(frozen=True)
class BenchBoard:
    """`anchor` lies in the column `doing`; the other cards are moved above it."""

    account: Account
    board_id: str
    doing: str
    anchor: str
    cards: list[str]


def build(base: str, account: Account) -> BenchBoard:
    """In a project of its own, the cards spread over the open columns."""

    def post(path: str, body: Mapping[str, Any], expect: int = 201) -> Any:  # JSON
        heads = {"Content-Type": "application/json", **account.headers}
        request = Request(API + path, "POST", heads, json.dumps(body), expect=expect)
        return orjson.loads(probe(base, request))

    project = post("/projects", {"name": "Bench", "workspace_id": account.workspace_id})
    board = post(f"/projects/{project['id']}/boards", {"name": "Bench"})
    tasks = [_card(number, project["id"]) for number in range(CARDS)]
    made = post("/tasks/bulk", {"tasks": tasks}, 200)["results"]
    doing = next(column["id"] for column in board["columns"] if column["status"] == "in_progress")
    cards = [result["task"]["id"] for result in made]
    anchor = next(one["task"]["id"] for one in made if one["task"]["column_id"] == doing)
    return BenchBoard(account, board["id"], doing, anchor, [one for one in cards if one != anchor])


def _card(number: int, project_id: str) -> dict[str, Any]:
    return {
        "title": f"Look after the part of the work that has the number {number}",
        "description": "What it is about, in a sentence or two, as people write them.",
        "project_id": project_id,
        "status": OPEN[number % len(OPEN)],
        "tags": ["work", "later"] if number % 3 else [],
        "due_at": "2028-03-31T17:00:00Z" if number % 2 else None,
        "estimated_duration": 30,
    }


def scenarios(board: BenchBoard) -> list[Scenario]:
    shown = Request(f"{API}/boards/{board.board_id}", headers=board.account.headers)
    heads = {"Content-Type": "application/json", **board.account.headers}
    body = json.dumps({"column_id": board.doing, "before": board.anchor})
    moved = Request(f"{API}/tasks/{TASK_ID}/move", "POST", heads, body, board.cards)
    return [
        Scenario("board", shown, Budget(milliseconds=12)),
        Scenario("move", moved, Budget(milliseconds=3)),
    ]

"""What is arranged around tasks: boards, goals, promises, categories."""

from typing import Any
from uuid import uuid4

from bench.contract.world.builder import Builder, Places, named
from bench.contract.world.teams import PROJECT, Team

BOARD, GOAL, POLICY = "/boards/{board_id}", "/goals/{goal_id}", "/sla-policies/{policy_id}"
COLUMNS = f"{BOARD}/columns"
CATEGORY = "/classification/categories/{category_id}"


def build(builder: Builder, team: Team) -> None:
    _boards(builder)
    _goals(builder)
    _promises(builder)
    _categories(builder, team)


def _boards(builder: Builder) -> None:
    """In projects of their own: there may not be many in one."""
    places: Places = []
    for _ in range(8):
        board = _board(builder)
        places += named("column_id", [c["id"] for c in board["columns"]], board_id=board["id"])
    # Beside the tasks, so that they can lie on it.
    common = builder.good("POST", f"/projects/{builder.inbox}/boards", {"name": "Common"})
    builder.pool("board_id", [common["id"]])
    builder.pool("column_id", [column["id"] for column in common["columns"]])
    builder.places(f"PATCH {COLUMNS}/{{column_id}}", places)
    builder.places(f"DELETE {BOARD}", named("board_id", [_board(builder)["id"] for _ in range(25)]))
    builder.places(f"DELETE {COLUMNS}/{{column_id}}", _columns(builder))
    builder.pool(f"POST {PROJECT}/boards project_id", builder.made("/projects", 25))
    _order(builder)
    _moves(builder)


def _board(builder: Builder) -> Any:  # JSON
    return builder.good(
        "POST", f"/projects/{builder.made('/projects', 1)[0]}/boards", {"name": "B"}
    )


def _columns(builder: Builder) -> Places:
    """Empty ones, beside others of their status."""
    found: Places = []
    for _ in range(3):
        board = _board(builder)
        body = {"name": "More", "status": "todo"}
        for number in range(8):
            given = {**body, "name": f"More {number}"}
            made = builder.good("POST", f"/boards/{board['id']}/columns", given)
            more = [c["id"] for c in made["columns"] if c["name"] == given["name"]]
            found += named("column_id", more, board_id=board["id"])
    return found


def _order(builder: Builder) -> None:
    board = _board(builder)
    operation = f"PUT {COLUMNS}/order"
    builder.places(operation, named("board_id", [board["id"]]))
    ids = [column["id"] for column in board["columns"]]
    builder.fixed(operation, [{"column_ids": ids}, {"column_ids": ids[::-1]}])


def _moves(builder: Builder) -> None:
    """Cards of one board, and its columns."""
    board = _board(builder)
    operation = "POST /tasks/{task_id}/move"
    cards = builder.made("/tasks", 10, project_id=board["project_id"])
    builder.places(operation, named("task_id", cards))
    builder.pool(f"{operation} column_id", [column["id"] for column in board["columns"]])


def _goals(builder: Builder) -> None:
    """Beside the tasks, so that they can serve them."""
    builder.pool("goal_id", builder.made("/goals", 20, project_id=builder.inbox))
    kept, gone = builder.made("/goals", 30), builder.trashed("/goals", 30)
    builder.places(f"DELETE {GOAL}", named("goal_id", kept))
    builder.places(f"POST {GOAL}/restore", named("goal_id", gone))
    changed = builder.made("/goals", 20)
    parents = builder.made("/goals", 10)
    for operation in (f"PATCH {GOAL}", f"PUT {GOAL}"):
        builder.places(operation, named("goal_id", changed))
        builder.pool(f"{operation} parent_id", parents)
    for operation in ("POST /goals", "GET /goals"):
        builder.pool(f"{operation} parent_id", parents)


def _promises(builder: Builder) -> None:
    """One for each priority of a project at most."""

    def policies(count: int) -> list[str]:
        body, priorities = {"resolution_minutes": 60}, ["low", "medium", "high", "urgent", None]
        return [
            builder.good("POST", f"/projects/{one}/sla-policies", {**body, "priority": priority})[
                "id"
            ]
            for one in builder.made("/projects", count)
            for priority in priorities
        ]

    builder.pool("policy_id", policies(4))
    builder.places(f"DELETE {POLICY}", named("policy_id", policies(6)))
    free = builder.made("/projects", 30)
    builder.places(f"POST {PROJECT}/sla-policies", named("project_id", free))


def _categories(builder: Builder, team: Team) -> None:
    def categories(count: int) -> list[str]:
        return [
            builder.good("POST", "/classification/categories", {
                "workspace_id": team.workspace_id, "name": f"c {uuid4()}",
            })["id"]
            for _ in range(count)
        ]  # fmt: skip

    builder.pool("category_id", categories(10))
    taught = "/workspaces/{workspace_id}/classification/examples"
    builder.steady(f"DELETE {taught}", named("workspace_id", [team.workspace_id]))
    builder.places(f"DELETE {CATEGORY}", named("category_id", categories(25)))

"""Tasks and what hangs on them alone: dependencies, tags, operations, suggestions, time, files."""

from functools import partial
from typing import Any

from bench.contract.world.builder import Builder, named

TASK = "/tasks/{task_id}"
TAG = "red"
DAILY = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
SUGGESTED = {"title": "Garden"}
"""Of which one word says where it belongs: not enough to be sure."""


def build(builder: Builder) -> None:
    _plain(builder)
    _trash(builder)
    _waiting(builder)
    _operations(builder)
    _suggestions(builder)
    _time(builder)
    _files(builder)


def _plain(builder: Builder) -> None:
    builder.pool("task_id", builder.made("/tasks", 60))
    builder.pool("task_ids", builder.made("/tasks", 40))
    builder.pool("parent_id", builder.made("/tasks", 20))
    tagged = named("task_id", builder.made("/tasks", 40, tags=[TAG]), tag=TAG)
    builder.places(f"DELETE {TASK}/tags/{{tag}}", tagged)
    builder.places(f"POST {TASK}/skip", named("task_id", builder.made("/tasks", 40, **DAILY)))
    many = {"tasks": [{"title": "One"}, {"title": "Two", "tags": [TAG]}]}
    builder.bodies("POST /tasks/bulk", [many])


def _trash(builder: Builder) -> None:
    for prefix in ("", "/admin"):
        kept, gone = builder.made("/tasks", 40), builder.trashed("/tasks", 40)
        builder.places(f"DELETE {prefix}{TASK}", named("task_id", kept))
        builder.places(f"POST {prefix}{TASK}/restore", named("task_id", gone))


def _waiting(builder: Builder) -> None:
    hub, *waits = builder.made("/tasks", 31)
    for one in waits:
        builder.good("POST", f"/tasks/{hub}/dependencies", {"blocked_by": one})
    places = named("blocked_by_id", waits, task_id=hub)
    builder.places(f"DELETE {TASK}/dependencies/{{blocked_by_id}}", places)
    builder.pool("blocked_by", builder.made("/tasks", 20))


def _operations(builder: Builder) -> None:
    def operation() -> str:
        made = builder.good("POST", "/tasks/bulk", {"tasks": [{"title": "Made"}]})
        found: str = made["operation"]
        return found

    builder.pool("operation_id", [operation() for _ in range(3)])
    undone = [operation() for _ in range(30)]
    builder.places("POST /operations/{operation_id}/undo", named("operation_id", undone))


def _suggestions(builder: Builder) -> None:
    """The server is told to be unsure of everything, so that it only suggests."""
    for verb in ("accept", "dismiss"):
        ids = builder.made("/tasks", 20, **SUGGESTED)
        places = named("task_id", ids, field="category")
        builder.until(partial(_suggested, builder, ids), len(ids))
        builder.places(f"POST {TASK}/suggestions/{{field}}/{verb}", places)


def _suggested(builder: Builder, ids: list[str]) -> list[Any]:
    known = [builder.good("GET", f"/tasks/{one}/classification") for one in ids]
    return [one for one in known if one["classification"].get("category", {}).get("suggestion")]


def _time(builder: Builder) -> None:
    def entries(count: int) -> list[str]:
        task_id = builder.made("/tasks", 1)[0]
        path, body = f"/tasks/{task_id}/time-entries", {"minutes": 5}
        return [builder.good("POST", path, body)["id"] for _ in range(count)]

    builder.pool("entry_id", entries(20))
    builder.places("DELETE /time-entries/{entry_id}", named("entry_id", entries(30)))


def _files(builder: Builder) -> None:
    task_id = builder.made("/tasks", 1)[0]

    def files(count: int) -> list[str]:
        sent = [
            builder.http.post(
                f"/tasks/{task_id}/files", files={"file": (f"{number}.png", PICTURE)}
            ).raise_for_status()
            for number in range(count)
        ]
        return [answer.json()["id"] for answer in sent]

    builder.pool("file_id", files(15))
    builder.places("DELETE /files/{file_id}", named("file_id", files(30)))
    gone = files(30)
    for one in gone:
        builder.good("DELETE", f"/files/{one}")
    builder.places("POST /files/{file_id}/restore", named("file_id", gone))


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""One red point."""

"""What the server answers to changes of many tasks at once, and to taking them back."""

from typing import TypedDict


class Change(TypedDict):
    before: object
    after: object


class Refusal(TypedDict):
    status: int
    code: str
    detail: str


class EditResult(TypedDict, total=False):
    id: str
    key: str | None
    outcome: str
    changes: dict[str, Change] | None
    error: Refusal


class EditReply(TypedDict):
    operation: str | None
    dry_run: bool
    results: list[EditResult]
    changed: int
    unchanged: int
    refused: int
    also_changed: int


class Operation(TypedDict):
    id: str
    kind: str
    undone_by: str | None


class NotRestored(TypedDict):
    field: str | None
    code: str
    detail: str


class UndoResult(TypedDict):
    id: str
    key: str | None
    outcome: str
    not_restored: list[NotRestored]


class UndoReply(TypedDict):
    operation: str
    undoes: str
    results: list[UndoResult]
    restored: int
    partly: int
    kept: int

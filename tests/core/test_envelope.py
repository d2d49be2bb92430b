"""A sealed change on the wire."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from upnext.core.envelope import SECRET, envelope

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


@dataclass(frozen=True)
class Row:
    id: UUID = ONE
    seq: int | None = 7
    type: str = "task.updated"
    at: datetime = datetime(2026, 5, 4, 12, 0, 0, 5, tzinfo=UTC)
    workspace_id: UUID = TWO
    resource: str = "task"
    resource_id: UUID = THREE
    resource_version: int = 2
    actor: str = f"user:{ONE}"
    diff: dict[str, list[Any]] = field(default_factory=lambda: {"title": ["a", "b"]})


def test_all_of_it() -> None:
    assert envelope(Row(), ONE) == {
        "id": str(ONE),
        "seq": 7,
        "type": "task.updated",
        "occurred_at": "2026-05-04T12:00:00.000005Z",
        "workspace_id": str(TWO),
        "project_id": str(ONE),
        "resource": {"type": "task", "id": str(THREE), "version": 2},
        "actor": {"type": "user", "id": str(ONE)},
        "data": {"title": "b"},
        "previous": {"title": "a"},
    }


def test_what_was_not_there_before() -> None:
    made = envelope(Row(diff={"title": [None, "b"], "tags": [None, []]}), None)
    assert (made["previous"], made["project_id"]) == (None, None)
    assert made["data"] == {"title": "b", "tags": []}
    gone = envelope(Row(diff={"title": ["a", None]}), None)
    assert (gone["previous"], gone["data"]) == ({"title": "a"}, {"title": None})


def test_what_is_hidden_or_secret() -> None:
    diff: dict[str, list[Any]] = {
        "project_id": ["x", "y"], "secret_hash": ["s", "t"], "token": [None, True],
    }  # fmt: skip
    shown = envelope(Row(diff=diff), None, {"project_id": (True, False)})
    assert shown["previous"] == {"project_id": None, "secret_hash": SECRET, "token": None}
    assert shown["data"] == {"project_id": "y", "secret_hash": SECRET, "token": True}


def test_the_system_is_nobody() -> None:
    assert envelope(Row(actor="system"), None)["actor"] == {"type": "system", "id": None}


def test_only_what_is_sealed_has_a_place() -> None:
    with pytest.raises(ValueError, match="sealed"):
        envelope(replace(Row(), seq=None), None)

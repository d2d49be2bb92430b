"""From an item of a file to the fields of a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from upnext.core.errors import AppError
from upnext.imports.formats.items import Item
from upnext.tasks import series
from upnext.tasks.fields import Past
from upnext.tasks.recurring import Recurrence, said, stored

Raw = dict[str, Any]
"""As POST /tasks takes it."""

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_SAME = ("title", "status", "external_id", "description", "priority", "category", "energy")
_LISTS = ("tags", "context")


@dataclass(frozen=True, slots=True)
class Place:
    """What of an item had to be looked up."""

    project_id: UUID | None
    parent_id: UUID | None = None
    assignee_ids: Sequence[UUID] = ()
    goal_id: UUID | None = None
    column_id: UUID | None = None
    boardless: bool = False
    """On no board, though its project has some."""


def raw_task(item: Item, place: Place, zone: str) -> Raw:
    """Without what the item says nothing of."""
    raw: Raw = {name: value for name in _SAME if (value := getattr(item, name))}
    raw |= {name: list(value) for name in _LISTS if (value := getattr(item, name))}
    raw |= {"due_at": _wire(item.due), "start_at": _wire(item.start)}
    raw |= {"estimated_duration": item.estimate, "project_id": _id(place.project_id)}
    raw |= {"parent_id": _id(place.parent_id), "assignee_ids": list(map(str, place.assignee_ids))}
    raw |= {"goal_id": _id(place.goal_id), "column_id": _id(place.column_id)}
    raw = {name: value for name, value in raw.items() if value not in (None, [])}
    if place.boardless:
        raw["board_id"] = None
    if repeats := recurrence_of(item, zone):
        raw["recurrence"] = repeats
    return raw


def past_of(item: Item, place: Place) -> Past:
    """Its life before; times that no calendar of ours has are left out."""
    position = item.card.position if item.card and place.column_id else None
    return Past(_possible(item.created), _possible(item.completed), position, item.classification)


def recurrence_of(item: Item, zone: str) -> Mapping[str, Any] | None:
    """None: its words are no rule, or the rule is none of ours, and the run warns."""
    repeat = item.recurrence
    if repeat is None:
        return None
    rule = {"rrule": repeat.rrule, "basis": repeat.basis} if repeat.rrule else said(repeat.text)
    if rule is None:
        return None
    wanted = {**rule, "exdates": list(repeat.exdates), "timezone": repeat.zone or zone}
    try:
        series.check(stored(Recurrence.model_validate(wanted)), item.due)
    except (ValidationError, AppError):
        return None
    return wanted


def lost_repetition(item: Item, zone: str) -> str | None:
    """The sentence that tells of a repetition that does not come along."""
    if item.recurrence is None or recurrence_of(item, zone) is not None:
        return None
    return f"“{item.title}” repeats ({item.recurrence.text}); that is not imported"


def _possible(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment >= _FIRST else None


def _wire(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)

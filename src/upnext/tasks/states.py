"""What tasks can be called beside their fields, as conditions that are never NULL."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from upnext.tasks.models import CLOSED, Status, Task
from upnext.tasks.words import WANTED

Condition = ColumnElement[bool]


def one_of(words: Iterable[str]) -> Condition:
    """`words` as the wire has them: a status, or `open`, or `pending`."""
    return Task.status.in_(sorted({status for word in words for status in WANTED[word]}))


def completed(wanted: bool) -> Condition:
    return Task.status == Status.DONE if wanted else Task.status != Status.DONE


def blocked(wanted: bool) -> Condition:
    waits = and_(Task.blocker_count > 0, Task.status.not_in(CLOSED))
    return waits if wanted else not_(waits)


def overdue(wanted: bool, now: Any) -> Condition:
    """`now` is in microseconds, or a parameter that stands for it."""
    late = and_(Task.due_at.is_not(None), Task.due_key < now, Task.status.not_in(CLOSED))
    return late if wanted else not_(late)

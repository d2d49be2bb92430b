"""The events that people are told of, with what is chosen for whoever chose nothing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from upnext.notifications.models import Channel

APP, EMAIL, PUSH, APPRISE = Channel
LOUD: Final = (APP, EMAIL, PUSH, APPRISE)
CALM: Final = (APP, PUSH)
QUIET: Final = (APP,)


@dataclass(frozen=True, slots=True)
class Event:
    """`text` and `title` are filled with a notification's data."""

    title: str
    text: str
    defaults: tuple[Channel, ...]


CATALOG: Final[Mapping[str, Event]] = {
    "task.assigned": Event(
        "{key} is yours to do", "{actor} assigned “{title}” ({key}) to you.", LOUD
    ),
    "comment.mentioned": Event(
        "{actor} mentioned you in {key}", "{actor} mentioned you in “{title}” ({key}).", LOUD
    ),
    "task.due_soon": Event("{key} is due soon", "“{title}” ({key}) is due on {due}.", LOUD),
    "task.overdue": Event("{key} is overdue", "“{title}” ({key}) was due on {due}.", LOUD),
    "sla.warned": Event(
        "{key} is about to miss its promise",
        "The {target} of “{title}” ({key}) was promised by {due}.",
        LOUD,
    ),
    "sla.breached": Event(
        "{key} missed its promise",
        "The {target} of “{title}” ({key}) was promised by {due}, and is late.",
        LOUD,
    ),
    "task.completed": Event("{key} is done", "{actor} completed “{title}” ({key}).", CALM),
    "schedule_run.created": Event("{name} runs", "A run of “{name}” was started.", ()),
    "schedule_run.completed": Event("{name} has run", "A run of “{name}” was completed.", QUIET),
    "schedule_run.failed": Event("{name} failed", "A run of “{name}” failed: {error}", LOUD),
    "webhook.disabled": Event(
        "A webhook was switched off",
        "“{name}” was switched off ({disabled}). Once it works again, switch it on and replay.",
        LOUD,
    ),
    "reminder.due": Event("Reminder: {text}", "{text}", LOUD),
    "rule.notified": Event("{text}", "{text}", CALM),
}
DIGEST: Final = "digest"
"""Not an event of the matrix; but a mail that one can unsubscribe from."""

MISSING: Final = {
    "key": "A task",
    "title": "untitled",
    "actor": "Somebody",
    "due": "some day",
    "target": "resolution",
    "name": "A schedule",
    "error": "see its run.",
    "disabled": "it failed too often",
    "text": "Something wants your attention.",
}


def chosen(matrix: Mapping[str, Any], event: str) -> frozenset[Channel]:
    """Where to be told, by what was chosen, or else by default."""
    named = matrix.get(event)
    if named is None:
        return frozenset(CATALOG[event].defaults)
    return frozenset(Channel(one) for one in named if one in set(Channel))


def effective(matrix: Mapping[str, Any]) -> dict[str, list[Channel]]:
    """The whole matrix, in a stable order."""
    return {event: [c for c in Channel if c in chosen(matrix, event)] for event in CATALOG}


def title_of(event: str, data: Mapping[str, Any]) -> str:
    return _filled(CATALOG[event].title, data)


def text_of(event: str, data: Mapping[str, Any]) -> str:
    return _filled(CATALOG[event].text, data)


def _filled(words: str, data: Mapping[str, Any]) -> str:
    """`data` holds plain texts; no format of theirs is interpreted."""
    known = {name: str(data.get(name) or other) for name, other in MISSING.items()}
    return words.format_map(known)

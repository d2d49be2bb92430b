"""How the examples are written: `text => title | field value | …`, times on the wall in Berlin."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd import Understood, understand

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 12, 1, 10, 0, tzinfo=BERLIN).astimezone(UTC)


def examples(*blocks: str) -> list[tuple[str, str]]:
    """(text, what is expected of it)."""
    lines = [line for block in blocks for line in block.strip("\n").split("\n")]
    pairs = [line.split(" => ") for line in lines]
    assert all(len(pair) == 2 for pair in pairs), pairs
    return [(text, expected.strip()) for text, expected in pairs]


def read(text: str, language: str = "en", mode: str = "upnext", **more: Any) -> Understood:
    setting = {"now": TUESDAY, "zone": BERLIN, **more}
    return understand(text, language=language, mode=mode, **setting)


def spelled(task: Understood) -> set[str]:
    """The title and every field, in the examples' words."""
    fields = dict(task.fields)
    told = {task.title}
    for name, word in (("due_at", "due"), ("start_at", "start")):
        if moment := fields.pop(name, None):
            told.add(f"{word} {moment.astimezone(BERLIN):%Y-%m-%d %H:%M}")
    if repeat := fields.pop("recurrence", None):
        basis = "" if repeat["basis"] == "due" else f" {repeat['basis']}"
        told.add(f"repeat {repeat['rrule']}{basis}")
    for name in ("tags", "people"):
        if words := fields.pop(name, None):
            told.add(f"{name} {','.join(words)}")
    for name, word in (
        ("estimated_duration", "takes"),
        ("priority", "priority"),
        ("project", "project"),
    ):
        if name in fields:
            told.add(f"{word} {fields.pop(name)}")
    if task.note:
        told.add(f"note {task.note}")
    assert not fields
    return told


def wanted(expected: str) -> set[str]:
    return set(expected.split(" | "))

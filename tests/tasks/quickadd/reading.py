"""How the examples are written: `text => title | field value | …`, times on the wall in Berlin."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd import Understood, understand

BERLIN = ZoneInfo("Europe/Berlin")
WORDS = {
    "due_at": "due",
    "start_at": "start",
    "estimated_duration": "takes",
    "recurrence": "repeat",
}
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
    if task.note:
        fields["note"] = task.note
    return {task.title} | {f"{WORDS.get(name, name)} {_word(v)}" for name, v in fields.items()}


def _word(value: Any) -> str:  # of any field
    if isinstance(value, datetime):
        return f"{value.astimezone(BERLIN):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        basis = "" if value["basis"] == "due" else f" {value['basis']}"
        return f"{value['rrule']}{basis}"
    return ",".join(value) if isinstance(value, list) else str(value)


def wanted(expected: str) -> set[str]:
    return set(expected.split(" | "))

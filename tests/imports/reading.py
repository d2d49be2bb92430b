"""Files read without a server, and items as short dictionaries."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from upnext.imports.formats.items import Item, Repeat, Wishes
from upnext.imports.formats.registry import FORMATS, detect
from upnext.imports.reading import Reading
from upnext.imports.reading import read as read_file

DATA = Path(__file__).parents[1] / "data"
BERLIN = ZoneInfo("Europe/Berlin")
_DEFAULTS = {field.name: field.default for field in fields(Item)}


def read(data: str | bytes, kind: str | None = None, **more: Any) -> Reading:
    """As a run would, in Berlin; the format is found out unless it is named."""
    raw = data.encode() if isinstance(data, str) else data
    source = more.pop("source", None)
    wishes = Wishes(zone=BERLIN, **more)
    return read_file(raw, FORMATS[kind] if kind else detect(raw), wishes, source=source)


def fixture(name: str) -> bytes:
    return (DATA / name).read_bytes()


def said(item: Item) -> dict[str, Any]:
    """What an item says beside its line; times as text in UTC."""
    return {
        name: _plain(getattr(item, name))
        for name, default in _DEFAULTS.items()
        if name != "line" and getattr(item, name) != default
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")
    if isinstance(value, Repeat):
        return (value.text, value.rrule, value.basis)
    return list(value) if isinstance(value, tuple) else value


def errors(reading: Reading) -> list[tuple[int, str]]:
    return [(error.line, error.detail) for error in reading.errors]


def remarks(reading: Reading) -> list[str]:
    return [remark.detail for remark in reading.remarks]


def titles(reading: Reading) -> list[str]:
    return [item.title for item in reading.items]


def named(reading: Reading, title: str) -> Item:
    return next(item for item in reading.items if item.title == title)

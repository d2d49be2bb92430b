"""JSON whose entries are known by their line, and of which a broken one costs no other."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from upnext.imports.formats.items import MOST_ROWS, FormatError, storable, too_many

Entry = dict[str, Any]  # JSON of a stranger
Placed = tuple[int, Any]
"""A value, behind the line on which it begins."""
Reader = Callable[[int], tuple[Any, int]]
"""From a position to the value there and the position behind it."""

DEEP = "The file is nested too deeply to be an export."
_SPACE = re.compile(r"[ \t\r\n]*")
_ITEM = re.compile(r"[^\s,\[\]]")


class Broken(str):
    """What is wrong where an entry should be."""

    __slots__ = ()


class Scanner:
    """Reads values by position, so that the lines of chosen ones are known."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._decode = json.JSONDecoder().raw_decode
        self._line, self._counted = 1, 0

    def line(self, at: int) -> int:
        """Of a position that is not before the last one asked for."""
        self._line += self.text.count("\n", self._counted, at)
        self._counted = max(at, self._counted)
        return self._line

    def skip(self, at: int) -> int:
        """Behind white space."""
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, at: int) -> tuple[Any, int]:
        """Raises FormatError for what is no JSON."""
        try:
            return self._decode(self.text, at)
        except RecursionError as error:
            raise FormatError(DEEP) from error
        except ValueError as error:
            raise self.wrong(at, getattr(error, "msg", str(error))) from error

    def wrong(self, at: int, why: str) -> FormatError:
        line = self.text.count("\n", 0, at) + 1
        return FormatError(f"Line {line} is not JSON: {why}.", code="bad_json")

    def members(self, at: int, readers: Mapping[str, Reader]) -> tuple[Any, int]:
        """An object, some of whose values are read by `readers`; any other value as it is."""
        if self.text[at : at + 1] != "{":
            return self.value(at)
        found: Entry = {}
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "}":
            name, at = self.value(at)
            at = self.skip(at)
            if not isinstance(name, str) or self.text[at : at + 1] != ":":
                raise self.wrong(at, "a name and a colon are missing")
            read = readers.get(name, self.value)
            found[name], at = read(self.skip(at + 1))
            at = self._next(at, "}")
        return found, at + 1

    def entries(self, at: int, read: Reader | None = None) -> tuple[Any, int]:
        """An array as a list of Placed; anything else as it is."""
        if self.text[at : at + 1] != "[":
            return self.value(at)
        found: list[Placed] = []
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "]":
            line = self.line(at)
            value, at = (read or self.value)(at)
            found.append((line, value))
            if len(found) > MOST_ROWS:
                raise too_many()
            at = self._next(at, "]")
        return found, at + 1

    def _next(self, at: int, end: str) -> int:
        """Behind a comma, or at the end."""
        at = self.skip(at)
        sign = self.text[at : at + 1]
        if sign == ",":
            return self.skip(at + 1)
        if sign != end:
            raise self.wrong(at, "a comma is missing" if sign else "it ends too early")
        return at


def stream(text: str) -> Iterator[Placed]:
    """The objects of an array, or one after another; what is broken as Broken, then a new line."""
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while match := _ITEM.search(text, at):
        at = match.start()
        line += text.count("\n", counted, at)
        counted = at
        try:
            entry, at = decoder.raw_decode(text, at)
        except RecursionError as error:
            raise FormatError(DEEP) from error
        except ValueError as error:
            yield line, Broken(f"is not JSON: {getattr(error, 'msg', error)}")
            broken = text.find("\n", at)
            at = len(text) if broken < 0 else broken
        else:
            yield line, entry


def text_of(entry: Entry, *names: str) -> str:
    """The first of these members that says something."""
    for name in names:
        value = entry.get(name)
        if value is not None and not isinstance(value, dict | list) and value != "":
            return storable(str(value)).strip()
    return ""


def dict_of(entry: Entry, name: str) -> Entry:
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def dicts_of(entry: Entry, name: str) -> list[Entry]:
    """The objects in a list."""
    return [each for each in list_of(entry, name) if isinstance(each, dict)]


def list_of(entry: Entry, name: str) -> list[Any]:
    value = entry.get(name)
    return value if isinstance(value, list) else []


def number_of(entry: Entry, name: str) -> int | None:
    """A whole number; also one that is written as a text."""
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None

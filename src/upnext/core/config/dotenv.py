"""Reads a `.env` file: NAME=VALUE lines, `export`, comments, quotes. Nothing is expanded in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(?P<value>.*)")
BARE_END = re.compile(r"\s#")
QUOTED = {
    "'": re.compile(r"'([^']*)'\s*(?:#.*)?"),
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?'),
}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment; `value` is None if the line cannot be understood."""

    number: int
    name: str
    value: str | None


def read(file: Path) -> Iterator[Line]:
    """Raises OSError if the file cannot be read and UnicodeDecodeError if it is not UTF-8."""
    # Split at line feeds only: splitlines() also splits at characters that a value may contain.
    for number, line in enumerate(file.read_text("utf-8-sig").split("\n"), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield _line(number, text)


def _line(number: int, text: str) -> Line:
    match = LINE.fullmatch(text)
    if match is None:
        return Line(number, "", None)
    return Line(number, match["name"], _value(match["value"]))


def _value(text: str) -> str | None:
    quote = text[:1]
    if quote not in QUOTED:
        # Only after white space does a number sign begin a comment: URLs and passwords have it.
        return "" if quote == "#" else BARE_END.split(text, maxsplit=1)[0].rstrip()
    match = QUOTED[quote].fullmatch(text)
    if match is None:
        return None
    if quote == "'":
        return match[1]
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), match[1])

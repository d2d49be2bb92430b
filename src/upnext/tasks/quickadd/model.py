"""What was understood of a text, and where it stands in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd.languages.table import Language
from upnext.tasks.quickadd.modes import Mode

TAKEN = "\0"
"""Stands, in the text that is searched, for every character that has its meaning already."""

_BEFORE_PUNCTUATION = re.compile(r"(?: ?\0){1,20}(?= ?(?:[.,;:!?)\]]+(?:\s|$)|$))")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the text, and what they mean.

    Kinds: `project, tag, person, priority, due, start, duration, repeat, note`, and three that say
    nothing of the task: `quote` and `escape` (marks around literal text), `bullet`.
    """

    kind: str
    start: int
    end: int
    value: Any = None  # of the kind's own type

    def shifted(self, by: int) -> "Span":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Characters that look like more than words, and stay in the title all the same."""

    kind: str
    start: int
    end: int
    reason: str

    def shifted(self, by: int) -> "Ignored":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One task. `fields` may hold `project, tags, people` (names as written), `priority,
    estimated_duration, due_at, start_at` (UTC) and `recurrence`; its line is `start` to `end`."""

    title: str
    fields: Mapping[str, Any]  # each field has its own type
    spans: tuple[Span, ...]
    note: str
    start: int
    end: int
    ignored: tuple[Ignored, ...] = ()
    children: tuple["Understood", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the meaning of words depends on. `local` is the wall's time, without a zone."""

    now: datetime
    zone: ZoneInfo
    local: datetime
    language: Language
    mode: Mode


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with its characters within `spans` TAKEN; as long as it was."""
    for start, end in spans:
        text = text[:start] + TAKEN * (end - start) + text[end:]
    return text


def lowered(text: str) -> str:
    """In small letters, character by character, so that places stay what they are."""
    return "".join(low if len(low := each.lower()) == 1 else each for each in text)


def title_of(text: str, start: int, end: int, spans: Iterable[Span]) -> str:
    """The line without its spans, in single spaces. The marks of literals leave no space."""
    line = text[start:end].replace(TAKEN, " ")
    for span in sorted(spans, key=lambda each: -each.start):
        if not (start <= span.start and span.end <= end):
            continue
        filling = "" if span.kind in {"quote", "escape"} else TAKEN
        line = line[: span.start - start] + filling + line[span.end - start :]
    # A comma behind what was taken out moves to the word before.
    line = _BEFORE_PUNCTUATION.sub("", " ".join(line.split()))
    return " ".join(line.replace(TAKEN, " ").split())

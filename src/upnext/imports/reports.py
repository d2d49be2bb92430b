"""What a run has to tell, line by line, within bounds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from upnext.imports.formats.besides import KeptFilter, OpenHours, Promise
from upnext.imports.formats.items import Item, shortened
from upnext.imports.reading import Reading

MOST_NOTES = 1_000
_LONGEST = 500
Note = dict[str, Any]
"""A line (or none) and a sentence."""


@dataclass(kw_only=True)
class Report:
    """The stored form of schemas.Report."""

    errors: list[Note] = field(default_factory=list)
    more_errors: int = 0
    warnings: list[Note] = field(default_factory=list)
    more_warnings: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    projects_created: list[Note] = field(default_factory=list)
    goals_created: list[Note] = field(default_factory=list)
    boards_created: list[Note] = field(default_factory=list)
    brought: dict[str, int] = field(default_factory=dict)
    there: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Report":
        """A copy, so that the row notices what is added."""
        return cls(**{n: v.copy() if hasattr(v, "copy") else v for n, v in stored.items()})

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def error(self, line: int | None, detail: str) -> None:
        if len(self.errors) < MOST_NOTES:
            self.errors.append(_note(line, detail))
        else:
            self.more_errors += 1

    def warn(self, line: int | None, detail: str) -> None:
        """The same sentence without a line is said once."""
        note = _note(line, detail)
        if line is None and note in self.warnings:
            return
        if len(self.warnings) < MOST_NOTES:
            self.warnings.append(note)
        else:
            self.more_warnings += 1

    def bring(self, what: str) -> None:
        self.brought[what] = self.brought.get(what, 0) + 1

    def find(self, what: str) -> None:
        self.there[what] = self.there.get(what, 0) + 1

    def leave_out(self, what: str, count: int = 1) -> None:
        self.left_out[what] = self.left_out.get(what, 0) + count


def _note(line: int | None, detail: str) -> Note:
    return {"line": line, "detail": shortened(detail, _LONGEST)}


def report_on(reading: Reading) -> Report:
    """What is known once the file is read, before anything is written."""
    report = Report()
    for error in reading.errors:
        report.error(error.line, error.detail)
    for remark in reading.remarks:
        report.warn(remark.line, remark.detail)
    for what, count in reading.left_out.items():
        report.leave_out(what, count)
    return report


def besides_of(reading: Reading) -> dict[str, int]:
    """What a file holds beside tasks and projects, counted."""
    kinds = {Promise: "sla_policies", OpenHours: "calendars", KeptFilter: "saved_filters"}
    counts = Counter(kinds[type(each)] for each in reading.besides)
    counts["goals"], counts["boards"] = len(reading.goals), len(reading.boards)
    counts["comments"] = sum(len(talk.said) for talk in reading.talks)
    counts["time_entries"] = sum(len(spent.sittings) for spent in reading.spent)
    return {kind: number for kind, number in counts.items() if number}


def projects_of(items: Iterable[Item]) -> list[str]:
    """The names of projects, each once in whatever case, as first written."""
    names: dict[str, str] = {}
    for item in items:
        if item.project:
            names.setdefault(item.project.casefold(), item.project)
    return list(names.values())

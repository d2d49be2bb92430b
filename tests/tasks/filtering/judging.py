"""A second opinion on what a filter finds: over tasks as the API shows them, without any SQL.

It shares the tree with the compiler and nothing else: dates are counted by dateutil.
"""

import re
from calendar import MONDAY
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import MO, relativedelta

from upnext.core.text import fold
from upnext.tasks.filtering.tree import (
    All,
    Comparison,
    Flag,
    Minutes,
    Missing,
    Node,
    Not,
    Op,
    Some,
    Value,
    When,
    Word,
)

Task = dict[str, Any]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
RANKS = {
    "priority": ["low", "medium", "high", "urgent"],
    "energy": ["low", "medium", "high"],
    "status": ["backlog", "todo", "in_progress", "in_review", "done", "cancelled"],
}
GROUPS = {"pending": {"backlog", "todo"}, "open": set(RANKS["status"][:4])}
DATES = {"due": "due_at", "start": "start_at", "created": "created_at", "updated": "updated_at",
         "completed_at": "completed_at"}  # fmt: skip


def _without(key: str) -> Callable[[Task], bool]:
    return lambda task: task[key] is None


MISSING: dict[str, Callable[[Task], bool]] = {
    **{name: _without(key) for name, key in DATES.items()},
    "energy": lambda task: task["energy"] is None,
    "duration": lambda task: task["estimated_duration"] is None,
    "description": lambda task: task["description"] == "",
    "tag": lambda task: not task["tags"],
    "context": lambda task: not task["context"],
    "label": lambda task: not task["tags"] and not task["context"],
    "assignee": lambda task: not task["assignee_ids"],
    "reporter": lambda task: task["reporter_id"] is None,
    "parent": lambda task: task["parent_id"] is None,
    "external_id": lambda task: task["external_id"] is None,
}
ORDERS: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: lambda one, other: one == other,
    Op.LT: lambda one, other: one < other,
    Op.LE: lambda one, other: one <= other,
    Op.GT: lambda one, other: one > other,
    Op.GE: lambda one, other: one >= other,
}


@dataclass(frozen=True)
class Judge:
    """`home` is the personal workspace of `me`; `projects` and `people` say what each is called."""

    now: datetime
    zone: ZoneInfo
    me: str
    home: str
    projects: Mapping[str, tuple[str, ...]]
    people: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, str]

    def finds(self, node: Node, task: Task) -> bool:
        if isinstance(node, Not):
            return not self.finds(node.term, task)
        if isinstance(node, All):
            return all(self.finds(term, task) for term in node.terms)
        if isinstance(node, Some):
            return any(self.finds(term, task) for term in node.terms)
        if isinstance(node, Missing):
            return MISSING[node.field](task) is not node.denied
        return self._compared(node, task)

    def _compared(self, node: Comparison, task: Task) -> bool:
        denied = node.op in {Op.NE, Op.NOT_IN, Op.NOT_LIKE}
        op = {Op.NE: Op.EQ, Op.IN: Op.EQ, Op.NOT_IN: Op.EQ, Op.NOT_LIKE: Op.LIKE}.get(
            node.op, node.op
        )
        return any(self._one(node.field, op, value, task) for value in node.values) is not denied

    def _one(self, field: str, op: Op, value: Value, task: Task) -> bool:
        if isinstance(value, When):
            return self._dated(task[DATES[field]], op, value)
        if isinstance(value, Minutes):
            given = task["estimated_duration"]
            return given is not None and ORDERS[op](given, value.count)
        if isinstance(value, Flag):
            return self._flagged(field, task) is value.on
        assert isinstance(value, Word)
        if field in RANKS:
            return self._ranked(task[field], field, op, value.text)
        if op is Op.LIKE or field in {"title", "category"}:
            return _texts(field, op, value.text, task)
        return self._named(field, value.text, task)

    def _ranked(self, given: str | None, field: str, op: Op, word: str) -> bool:
        if given is None:
            return False
        if word in GROUPS:
            return given in GROUPS[word]
        ranks = RANKS[field]
        return ORDERS[op](ranks.index(given), ranks.index(word))

    def _named(self, field: str, name: str, task: Task) -> bool:
        tags = {fold(tag) for tag in task["tags"]}
        context = "@" + name.removeprefix("@").lower().replace(" ", "-")
        judged: dict[str, Callable[[], bool]] = {
            "tag": lambda: fold(name) in tags,
            "context": lambda: context in task["context"],
            "label": lambda: fold(name) in tags or context in task["context"],
            "project": lambda: self._in_project(name, task["project_id"]),
            "assignee": lambda: any(self._is(each, name) for each in task["assignee_ids"]),
            "reporter": lambda: self._is(task["reporter_id"], name),
            "parent": lambda: self._below(name, task["parent_id"]),
        }
        return judged.get(field, lambda: bool(name == task[field]))()

    def _flagged(self, field: str, task: Task) -> bool:
        if field == "recurring":
            return task["recurrence"] is not None
        return self._mine(task) if field == "mine" else bool(task[field])

    def _mine(self, task: Task) -> bool:
        nobodys = not task["assignee_ids"] and task["workspace_id"] == self.home
        return self.me in task["assignee_ids"] or nobodys

    def _in_project(self, name: str, project: str) -> bool:
        return name == project or fold(name) in {fold(each) for each in self.projects[project]}

    def _below(self, name: str, above: str | None) -> bool:
        return above is not None and name in {above, self.keys.get(above)}

    def _is(self, person: str | None, name: str) -> bool:
        if person is None or name == "me":
            return person == self.me
        called = (person, *self.people.get(person, ()))
        return name.casefold() in {each.casefold() for each in called}

    # Times

    def _dated(self, given: str | None, op: Op, when: When) -> bool:
        if given is None:
            return False
        at = datetime.fromisoformat(given)
        start, end = self._stretch(when)
        if end is None:
            return ORDERS[op](at, start)
        within = {
            Op.EQ: start <= at < end,
            Op.LT: at < start,
            Op.LE: at < end,
            Op.GT: at >= end,
            Op.GE: at >= start,
        }
        return within[op]

    def _stretch(self, when: When) -> tuple[datetime, datetime | None]:
        start: date | datetime
        start, end = self._anchor(when.anchor)
        single = end is not None and end - start == timedelta(days=1)
        for shift in when.shifts:
            if shift.unit in {"h", "m"}:
                step = timedelta(minutes=shift.amount * (60 if shift.unit == "h" else 1))
                start, end = self._moment(start).astimezone(UTC) + step, None
                continue
            name = {"d": "days", "w": "weeks", "mo": "months", "y": "years"}[shift.unit]
            delta = relativedelta(**{name: shift.amount})
            if isinstance(start, datetime):
                wall = start.astimezone(self.zone).replace(tzinfo=None)
                start = (wall + delta).replace(tzinfo=self.zone)
            else:
                assert end is not None
                start, end = start + delta, end + delta
                end = start + timedelta(days=1) if single else end
        return self._moment(start), None if end is None else self._moment(end)

    def _moment(self, given: date | datetime) -> datetime:
        if not isinstance(given, datetime):
            given = datetime(given.year, given.month, given.day, tzinfo=self.zone)
        # In UTC: two moments of one zone compare by their wall clocks.
        return given.astimezone(UTC)

    def _anchor(self, text: str) -> Any:  # two dates, or a moment and None
        if text == "now":
            return self.now, None
        if ":" in text and not text[0].isdigit():
            words, _, clock = text.rpartition(" ")
            day, _ = self._anchor(words)
            return datetime.combine(day, time.fromisoformat(clock), self.zone), None
        if "T" in text:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)), None
        today, day = self.now.astimezone(self.zone).date(), timedelta(days=1)
        near = {"yesterday": -day, "today": day * 0, "tomorrow": day}
        if text in near or text[0].isdigit():
            first = today + near[text] if text in near else date.fromisoformat(text)
            return first, first + day
        return self._worded(text.split(), today, day)

    def _worded(self, words: list[str], today: date, day: timedelta) -> tuple[date, date]:
        if words[1] in DAYS:
            step = day if words[0] == "next" else -day
            found = today + step
            while DAYS[found.weekday()] != words[1]:
                found += step
            return found, found + day
        if words[0] not in {"start", "end"}:
            return self._period(words[1], words[0], today)
        first, after = self._period(words[-1], words[2] if len(words) > 3 else "this", today)
        return (first, first + day) if words[0] == "start" else (after - day, after)

    def _period(self, name: str, turn: str, today: date) -> tuple[date, date]:
        first = {
            "week": today + relativedelta(weekday=MO(-1)),
            "month": today.replace(day=1),
            "year": today.replace(day=1, month=1),
        }[name]
        assert name != "week" or first.weekday() == MONDAY
        one = {"week": relativedelta(weeks=1), "month": relativedelta(months=1),
               "year": relativedelta(years=1)}[name]  # fmt: skip
        first = {"last": first - one, "this": first, "next": first + one}[turn]
        return first, first + one


def _texts(field: str, op: Op, text: str, task: Task) -> bool:
    given = {
        "title": fold(task["title"])[:200],
        "category": fold(task["category"])[:100],
        "description": fold(task["description"]),
        "text": fold(task["title"]) + "\n" + fold(task["description"]),
    }[field]
    if op is Op.EQ:
        return given == fold(text)
    wild = ".*".join(re.escape(fold(part)) for part in text.split("*"))
    whole = "*" in text and field in {"title", "category"}
    found = re.fullmatch if whole else re.search
    return found(wild, given, re.DOTALL) is not None

"""Whatever the text: nothing is raised, and what is not understood stays in the title."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.effort import tries
from tests.tasks.quickadd.reading import read
from tests.tasks.quickadd.test_examples import ENGLISH, GERMAN, TODOIST, VIKUNJA
from upnext.identity import schemas as account
from upnext.tasks.quick_shapes import HINTS
from upnext.tasks.quickadd import MODES, Understood
from upnext.tasks.quickadd.languages import LANGUAGES
from upnext.tasks.quickadd.outline import MOST_LINES, understand
from upnext.tasks.words import read_instant

WORDS = sorted(
    {word for text, _ in (*ENGLISH, *GERMAN, *TODOIST, *VIKUNJA) for word in text.split(" ")}
)
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["\n", "\n  ", "\n- ", "\t", "  ", "\\", '"', "{", "}", "//", "#", "\0", "İ"]),
    st.text(max_size=8),
)
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(PIECES, max_size=25).map(" ".join), st.text('#@+!p1{}\\"/ 5h')
)
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 (made aware)
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)


def _tasks(root: Understood) -> list[Understood]:
    return [root, *(task for child in root.children for task in _tasks(child))]


def _outside(text: str, task: Understood) -> str:
    line = "".join(
        each
        for place, each in enumerate(text)
        if task.start <= place < task.end
        and not any(span.start <= place < span.end for span in task.spans)
    )
    return "".join(line.replace("\0", " ").split())


@settings(max_examples=tries(120, 1_000), deadline=None)
@given(
    text=TEXTS,
    language=st.sampled_from(sorted(LANGUAGES)),
    mode=st.sampled_from(sorted(MODES)),
    zone=st.sampled_from(ZONES),
    now=MOMENTS,
)
def test_any_text(text: str, **setting: Any) -> None:
    root = read(text, **setting | {"zone": ZoneInfo(setting["zone"])})
    places = sorted((span.start, span.end) for task in _tasks(root) for span in task.spans)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= two[0] for one, two in pairwise(places))
    for task in _tasks(root):
        assert "".join(task.title.split()) == _outside(text, task)
        assert task.title == " ".join(task.title.split())
        assert task.title or not text.replace("\0", "").strip()
        for each in task.ignored:
            assert 0 <= each.start < each.end <= len(text)
            assert each.reason in HINTS
        for name in ("due_at", "start_at"):
            if moment := task.fields.get(name):
                assert moment.tzinfo is UTC
                assert read_instant(moment.isoformat()) == moment
        assert 1 <= task.fields.get("estimated_duration", 1) <= 10_080


@settings(max_examples=tries(50, 500), deadline=None)
@given(text=st.lists(PIECES, max_size=20).map(" ".join), now=MOMENTS)
def test_rules_are_rules(text: str, now: datetime) -> None:
    for language in LANGUAGES:
        for task in _tasks(read(text, language, now=now)):
            if repeat := task.fields.get("recurrence"):
                rule = rrulestr(repeat["rrule"], dtstart=now)
                assert rule is not None
                assert repeat["basis"] in {"due", "completion"}
                assert task.fields["due_at"]


def test_nothing_but_signs_is_the_title() -> None:
    root = read("tomorrow 9am #home @bills p1")
    assert (root.title, root.fields, root.spans) == ("tomorrow 9am #home @bills p1", {}, ())


def test_a_line_too_many_is_no_subtask() -> None:
    root = read("first" + "\n  more" * (MOST_LINES + 5))
    assert len(root.children) == MOST_LINES - 1
    assert root.note.split("\n") == ["more"] * 6


def test_accounts_know_the_same_modes_and_languages() -> None:
    for annotation, known in ((account.Language, LANGUAGES), (account.QuickAddMode, MODES)):
        literal = annotation.__origin__  # type: ignore[attr-defined]  # of an Annotated alias
        assert set(literal.__args__) == set(known)


SHIFTS = [
    ("tomorrow", 1),
    ("in 3 days", 3),
    ("in 2 weeks", 14),
    ("day after tomorrow", 2),
    ("in ten days", 10),
    ("übermorgen", 2),
    ("in vierzehn tagen", 14),
    ("in einer woche", 7),
    ("in 100 tagen", 100),
]


@pytest.mark.parametrize(("words", "days"), SHIFTS)
def test_the_library_counts_days_as_the_calendar_does(words: str, days: int) -> None:
    language = "en" if words.isascii() and not words.endswith(("tagen", "woche")) else "de"
    zone = ZoneInfo("Europe/Berlin")
    for _ in range(200):
        now = datetime(2024, 1, 1, 12, tzinfo=zone) + timedelta(days=random.randrange(3_000))
        due = understand(f"x {words}", now=now, zone=zone, language=language).fields["due_at"]
        assert due.astimezone(zone).date() == now.date() + timedelta(days=days)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_weekday_and_month_by_every_name(language: str) -> None:
    zone, table = ZoneInfo("Europe/Berlin"), LANGUAGES[language]
    now = datetime(2026, 12, 1, 10, tzinfo=zone)
    on = next(word for word, role in table.prefixes.items() if role == "on")
    for place, names in enumerate(table.weekdays):
        for name in names:
            due = understand(f"x {on} {name}", now=now, zone=zone, language=language).fields
            ahead = (place - now.weekday() - 1) % 7 + 1
            assert due["due_at"].astimezone(zone).date() == now.date() + timedelta(days=ahead), name
    for month, names in enumerate(table.months, 1):
        for name in names:
            for day in (1, 12, 28):
                fields = understand(f"x {day} {name}", now=now, zone=zone, language=language).fields
                year = 2026 if month == 12 else 2027
                found = fields["due_at"].astimezone(zone).date()
                assert (found.year, found.month, found.day) == (year, month, day), name

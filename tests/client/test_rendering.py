"""How answers look: on a narrow and a wide terminal, in a pipe, and to a program."""

import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console, RenderableType

from upnext.client import cards, choices, tables
from upnext.client.session import Moment
from upnext.client.shapes import Choice, Dependencies, NextAction, Project, Task
from upnext.client.terminal import Terminal

MOMENT = Moment(now=datetime(2026, 11, 25, 9, 0, tzinfo=UTC), zone=ZoneInfo("UTC"))


def task(key: str = "HOME-12", **changes: object) -> Task:
    made: dict[str, object] = {
        **{"id": f"id-{key}", "key": key, "title": "Pay rent", "status": "todo"},
        **{"priority": "urgent", "due_at": "2026-11-27T17:00:00Z", "estimated_duration": 80},
        **{"tags": ["money"], "context": ["@desk"], "overdue": False, "blocked": False},
        **changes,
    }
    return made  # type: ignore[return-value]  # a TypedDict made of parts


def printed(*parts: RenderableType, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    for part in parts:
        console.print(part)
    output = console.file
    assert isinstance(output, io.StringIO)
    return [line.rstrip() for line in output.getvalue().splitlines()]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal(as_json=False)


def test_a_sentence_has_what_matters_for_the_order() -> None:
    assert cards.sentence("Added", task(), MOMENT).plain == (
        "Added HOME-12 Pay rent · urgent · due Fri 17:00 (in 2 days) · 1 h 20 · @desk #money"
    )
    bare = task(priority="medium", due_at=None, estimated_duration=None, tags=[], context=[])
    assert cards.sentence("Added", bare, MOMENT).plain == "Added HOME-12 Pay rent"


def test_a_narrow_table_cuts_titles_and_nothing_else(terminal: Terminal) -> None:
    items = [
        task(title="Write " + "very " * 30 + "long"),
        task("HOME-13", title="Tidy", blocked=True, priority="low", due_at=None),
        task("HOME-14", title="Ship", status="in_progress", estimated_duration=None),
    ]
    assert printed(tables.tasks(terminal, items, MOMENT)) == [
        "Key      Task                                        Due        Priority   Takes",
        "HOME-12  Write very very very very very very very …  Fri 17:00  urgent    1 h 20",
        "HOME-13  [waits] Tidy                                           low       1 h 20",
        "HOME-14  [in progress] Ship                          Fri 17:00  urgent",
    ]
    assert printed(tables.tasks(terminal, items[1:], MOMENT)) == [
        "Key      Task                Due                    Priority   Takes",
        "HOME-13  [waits] Tidy                               low       1 h 20",
        "HOME-14  [in progress] Ship  Fri 17:00 (in 2 days)  urgent",
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    terminal = Terminal(as_json=False)
    items = [task(title="Ünï 漢字 " * 40, tags=["long-tag-" * 9])]
    lines = printed(tables.tasks(terminal, items, MOMENT), width=width)
    assert all(Console().measure(line).maximum <= width for line in lines)
    assert ("Labels" in lines[0]) is (width >= 100)


def test_a_pipe_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    terminal = Terminal(as_json=False)
    title = "word " * 100 + "end"
    lines = printed(tables.tasks(terminal, [task(title=title)], MOMENT), width=terminal.width)
    assert title in lines[1]


def choice(key: str, score: float, **changes: object) -> Choice:
    reasons = [
        {"term": "priority", "value": 2.0794, "text": "Urgent: counts 8 times"},
        {"term": "slack", "value": -0.5001, "text": "1 h 20 of work time to spare"},
        {"term": "goal", "value": 0.0, "text": "no goal"},
    ]
    made: dict[str, object] = {"task": task(key), "score": score, "reasons": reasons}
    made.update(changes)
    return made  # type: ignore[return-value]  # a TypedDict made of parts


def test_the_next_action_says_what_why_and_what_else() -> None:
    found: NextAction = {
        "action": choice("HOME-12", 1.5793),
        "runners_up": [
            choice("WEB-3", 1.2, would_win_if=[
                {"code": "due_earlier", "text": "it were due by Thu 12:00"},
                {"code": "priority", "text": "its priority were urgent"},
            ]),
        ],
        "ineligible_count": 3,
    }  # fmt: skip
    assert printed(*choices.answer(found, MOMENT)) == [
        "HOME-12 Pay rent",
        "urgent · due Fri 17:00 (in 2 days) · 1 h 20 · @desk #money",
        "",
        "Why",
        "  +2.08  Urgent: counts 8 times",
        "  \N{MINUS SIGN}0.50  1 h 20 of work time to spare",
        "   0.00  no goal",
        "   1.58  score",
        "",
        "Close behind",
        "  1.20  WEB-3 Pay rent",
        "        urgent · due Fri 17:00 (in 2 days) · 1 h 20 · @desk #money",
        "        would win if it were due by Thu 12:00, or if its priority were urgent",
    ]
    assert choices.hints(found) == [
        "3 tasks not possible now: upnext next --ineligible",
        "When it is done: upnext done HOME-12",
        "Begin: upnext start. Not now: upnext skip --reason too_long, upnext snooze",
    ]


def test_nothing_to_do_says_why() -> None:
    found: NextAction = {
        "action": None,
        "runners_up": [],
        "ineligible_count": 1,
        "ineligible": [{"task": task(), "code": "blocked", "text": "waits for HOME-2 Earn"}],
    }
    assert printed(*choices.answer(found, MOMENT)) == [
        "Nothing to do right now.",
        "",
        "Not possible now",
        "  HOME-12 Pay rent  waits for HOME-2 Earn",
    ]
    assert choices.hints(found) == []
    nothing: NextAction = {"action": None, "runners_up": [], "ineligible_count": 0}
    assert choices.hints(nothing) == ['Add work: upnext add "Pay rent" --due friday']


def test_a_card_leaves_out_what_is_empty() -> None:
    links: Dependencies = {
        "blocked_by": [{"id": "b", "key": "HOME-2", "title": "Earn", "status": "in_progress"}],
        "blocks": [
            {"id": "c", "key": "HOME-3", "title": "Move in", "status": "todo"},
            {"id": "d", "key": "HOME-4", "title": "Party", "status": "backlog"},
        ],
    }
    whole = task(
        description="More\x1b[2J words",
        created_at="2026-11-24T08:00:00Z",
        energy=None,
    )
    assert printed(*cards.card(whole, cards.Around(project="Home", links=links), MOMENT)) == [
        "HOME-12 Pay rent",
        "Status     to do",
        "Priority   urgent",
        "Due        Fri 17:00 (in 2 days)",
        "Takes      1 h 20",
        "Project    Home",
        "Tags       #money",
        "Context    @desk",
        "Waits for  HOME-2 Earn (in progress)",
        "Needed by  HOME-3 Move in (to do)",
        "           HOME-4 Party (backlog)",
        "Added      yesterday 08:00",
        "Id         id-HOME-12",
        "",
        "More[2J words",
    ]


def test_projects(terminal: Terminal) -> None:
    items: list[Project] = [
        {"id": "1", "key": "HOME", "name": "Home"},
        {"id": "2", "key": "OLD", "name": "Old", "archived_at": "2026-01-01T00:00:00Z"},
    ]
    assert printed(tables.projects(terminal, items)) == [
        "Key   Project",
        "HOME  Home",
        "OLD   Old (archived)",
    ]


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(as_json=True)
    terminal.show("not this")
    terminal.hint("nor this")
    terminal.data({"title": "Zoë"})
    terminal.warn("but this")
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"title": "Zoë"}
    assert "Zoë" in captured.out
    assert captured.err == "Note: but this\n"

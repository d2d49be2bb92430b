"""Goals from a terminal: with a real server, and how they look."""

import json
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from tests.client.conftest import Person
from tests.client.test_rendering import printed
from upnext.client import aims
from upnext.client.session import Moment
from upnext.client.shapes import Goal
from upnext.client.terminal import Terminal

MOMENT = Moment(now=datetime(2026, 3, 4, 9, 0, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))


def told(person: Person, *words: str) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(person.does(*words, "--json")))


def test_a_goal_and_its_tasks(person: Person) -> None:
    words = ["--weight", "1.5", "--target", "2030-06-01", "--description", "Run."]
    assert person.does("goal", "add", "Fit", "by", "summer", *words) == "Added goal Fit by summer\n"
    person.does("goal", "add", "Swim", "--parent", "fit BY summer")
    task = told(person, "add", "Buy goggles 30m", "--goal", "swim")
    person.does("add", "Stretch", "--plain", "-d", "30m", "--goal", "Fit by summer")
    person.does("done", "INBOX-1")
    shown = told(person, "goal", "show", "fit by summer")
    assert cast("dict[str, object]", shown["progress"])["ratio"] == 0.5
    listed = person.does("goal", "list").splitlines()
    assert listed[1].startswith("Fit by summer     1.5  █████░░░░░  50 %  30 min  1 Jun 2030")
    assert listed[2].startswith("  Swim              1  ██████████ 100 %")
    card = person.does("goal", "show", "Fit by summer")
    assert "INBOX-2  Stretch" in card
    assert "Run." in card
    assert "Pace      30 min a week" in card
    serving = json.loads(person.does("list", "--goal", "swim", "-s", "any", "--json"))["items"]
    assert [one["id"] for one in serving] == [task["id"]]
    assert "serves 'Fit by summer'" in person.does("next")


def test_a_goal_from_its_making_to_its_end(person: Person) -> None:
    made = told(person, "goal", "add", "Tidy", "--target", "+1w")
    assert told(person, "goal", "edit", "tidy", "--weight", "2", "--no-target")["weight"] == 2
    assert told(person, "goal", "edit", str(made["id"]), "--title", "Clean")["title"] == "Clean"
    task = told(person, "add", "Sweep", "--goal", "Clean")
    assert task["goal_id"] == made["id"]
    assert told(person, "edit", "INBOX-1", "--no-goal")["goal_id"] is None
    assert person.does("goal", "done", "Clean") == "Completed goal Clean\n"
    assert told(person, "goal", "list")["items"] == []
    assert "Clean (completed)" in person.does("goal", "list", "--all")
    assert person.does("goal", "delete", "Clean") == "Deleted goal Clean\n"
    assert person.does("goal", "restore", "Clean") == "Restored goal Clean\n"


def test_what_cannot_be(person: Person) -> None:
    person.does("goal", "add", "Twice")
    person.does("goal", "add", "Twice")
    for words, said in (
        (["goal", "show", "Twice"], "2 goals are called"),
        (["goal", "show", "Twic"], "Did you mean Twice"),
        (["add", "x", "--goal", "none"], "There is no goal"),
        (["goal", "edit", "Twice"], "Nothing to change"),
        (["goal", "add", "x", "--target", "soonish"], "--target"),
        (["goal", "add", "x", "--weight", "9"], "weight"),
        (["goal", "edit", "Twice", "--status", "gone"], "no status of a goal"),
    ):
        result = person.types(*words)
        assert result.exit_code != 0
        assert said in result.stderr, words


def goal(number: int, **changes: object) -> Goal:
    made: dict[str, object] = {
        **{"id": str(number), "parent_id": None, "project_id": None, "workspace_id": "w"},
        **{"title": f"Goal {number}", "description": "", "weight": 1.0, "status": "open"},
        "target_date": "2026-06-01",
        "progress": {
            **{"task_count": 12, "done_count": 5, "total_minutes": 600},
            **{"done_minutes": 240, "ratio": 0.4},
        },
        "forecast": {
            **{"earliest": "2026-05-06", "likely": "2026-05-20", "latest": "2026-06-10"},
            **{"minutes_per_week": 60.0, "reason": None},
        },
        "outlook": "at_risk",
        **changes,
    }
    return made  # type: ignore[return-value]  # a TypedDict made of parts


NO_FORECAST = {
    **{"earliest": None, "likely": None, "latest": None, "minutes_per_week": None},
    "reason": "no_pace",
}


def test_the_table_nests_and_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        goal(1),
        goal(2, parent_id="1", forecast=NO_FORECAST, outlook=None, weight=1.25),
        goal(3, parent_id="gone", status="completed", outlook=None),
    ]
    monkeypatch.setenv("COLUMNS", "110")
    wide = printed(aims.table(Terminal(as_json=False), items, MOMENT), width=110)
    begin = "████░░░░░░  40 %   6 h  1 Jun   "
    assert wide[1:] == [
        f"Goal 1                   1  {begin}20 May (6 May to 10 Jun) at risk",
        f"  Goal 2              1.25  {begin}nothing done in eight weeks",
        f"Goal 3 (completed)       1  {begin}20 May (6 May to 10 Jun)",
    ]
    monkeypatch.setenv("COLUMNS", "78")
    narrow = printed(aims.table(Terminal(as_json=False), items, MOMENT), width=78)
    assert narrow[1].endswith("1 Jun   20 May at risk")
    assert max(map(len, narrow)) <= 78

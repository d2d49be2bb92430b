"""Plans, pins and busy times, typed."""

import json
from datetime import UTC, datetime, timedelta

from tests.client.conftest import Person


def tomorrow(clock: str) -> str:
    return f"tomorrow {clock}"


def works_always(person: Person) -> None:
    """Whenever the test runs, there is work time, and it is noon where they live."""
    behind = datetime.now(UTC).hour - 12
    hours = [[[0, 1440]]] * 7
    person.asks("PATCH", "auth/me", {"working_hours": hours, "timezone": f"Etc/GMT{behind:+d}"})


def test_a_plan_is_shown_and_given_as_json(person: Person) -> None:
    works_always(person)
    person.does("add", "Write report", "--duration", "1h", "--due", "+3d")
    shown = person.does("plan", "--days", "2")
    assert "Write report" in shown
    assert "1 h of" in shown
    answer = json.loads(person.does("plan", "--json"))
    assert [one["title"] for one in answer["blocks"]] == ["Write report"]
    assert len(answer["load"]) == 7
    again = person.does("replan")
    assert "Write report" in again
    assert "blocks; cost" in again
    later = datetime.now(UTC) + timedelta(days=3)
    first = json.loads(person.does("plan", "--from", f"{later:%Y-%m-%d}", "--json"))
    assert first["from"] == f"{later:%Y-%m-%d}"
    assert person.types("plan", "--days", "15").exit_code == 2
    assert person.types("plan", "--from", "someday").exit_code == 2


def test_what_does_not_fit_is_said(person: Person) -> None:
    works_always(person)
    person.does("add", "Far too much", "--duration", "100h", "--due", "+1h")
    shown = person.does("plan", "--days", "1")
    assert "Too late" in shown
    assert "No room" in shown
    assert "full" in shown


def test_risks(person: Person) -> None:
    works_always(person)
    assert "No date of yours" in person.does("risks")
    person.does("add", "Far too much", "--duration", "100h", "--due", "+1h")
    person.does("add", "Easy", "--duration", "10m", "--due", "+9d")
    shown = person.does("risks").splitlines()
    assert [word for line in shown for word in ("Far too much", "Easy") if word in line] == [
        "Far too much",
        "Easy",
    ]
    assert "0%" in next(line for line in shown if "Far too much" in line)
    answer = json.loads(person.does("risks", "--json"))
    assert [one["outlook"] for one in answer["items"]] == ["late", "on_track"]


def test_pins(person: Person) -> None:
    works_always(person)
    key = json.loads(person.does("add", "Call the bank", "--duration", "30m", "--json"))["key"]
    assert "Pinned" in person.does("pin", key, tomorrow("14:00"))
    assert "Call the bank (pinned)" in person.does("plan", "--days", "3")
    other = json.loads(person.does("add", "Other", "--json"))["key"]
    refused = person.types("pin", other, tomorrow("14:15"))
    assert (refused.exit_code, "is there already" in refused.stderr) == (5, True)
    assert "Unpinned" in person.does("unpin", key)
    assert person.types("unpin", key).exit_code == 4


def test_busy_times(person: Person) -> None:
    assert person.does("busy", "list") == ""
    assert "Busy tomorrow 14:00 to 15:00" in person.does(
        "busy", "add", "Dentist", tomorrow("14:00"), "1h"
    )
    (entry,) = json.loads(person.does("busy", "list", "--json"))["items"]
    assert "Dentist" in person.does("busy", "list")
    assert "Removed Dentist" in person.does("busy", "remove", entry["id"][-8:])
    assert person.types("busy", "remove", entry["id"]).exit_code == 4


def test_calendars(person: Person) -> None:
    refused = person.types("busy", "subscribe", "Work", "http://10.0.0.1/calendar.ics")
    assert (refused.exit_code, "no public address" in refused.stderr) == (1, True)
    assert json.loads(person.does("busy", "calendars", "--json"))["items"] == []
    assert person.does("busy", "calendars") == ""
    assert person.types("busy", "unsubscribe", "work").exit_code == 4


def test_a_link_to_the_plan(person: Person) -> None:
    made = json.loads(person.does("feed", "add", "My plan", "--plan", "--json"))
    assert made["kind"] == "plan"
    assert "your plan" in person.does("feed", "list")


def test_why(person: Person) -> None:
    person.does("add", "One", "--priority", "high")
    person.does("add", "Two", "--priority", "low")
    assert "counts 1" not in person.does("next")
    assert "counts 1" in person.does("next", "--why")
    person.does("add", "Ring the plumber", "--duration", "20m", "--context", "@phone")
    person.does("add", "Too long", "--duration", "2h", "--priority", "urgent")
    short = ("next", "--why", "--minutes", "25", "--context", "@phone")
    assert person.does(*short).splitlines()[0].endswith("Ring the plumber")
    assert "Too long" not in person.does(*short)
    asked = person.does("next", "--about", "INBOX-2")
    assert "stands at" in asked
    assert "would win if" in asked.partition("stands at")[2]
    assert "is the first already" in person.does("next", "--about", "INBOX-4")
    assert "not possible now: needs 2 h" in person.does("next", "-m", "25", "--about", "INBOX-4")

"""Tasks that repeat, from a terminal."""

import pytest

from tests.client.conftest import Person
from upnext.client.errors import Usage
from upnext.client.repeating import recurrence

SHORT = {
    "daily": "FREQ=DAILY",
    "Weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "3d": "FREQ=DAILY;INTERVAL=3",
    "+2 W": "FREQ=WEEKLY;INTERVAL=2",
    "12h": "FREQ=HOURLY;INTERVAL=12",
    "6m": "FREQ=MONTHLY;INTERVAL=6",
    "1y": "FREQ=YEARLY;INTERVAL=1",
    "FREQ=DAILY": "FREQ=DAILY",
    " every friday ": "every friday",
}


@pytest.mark.parametrize(("text", "sent"), SHORT.items())
def test_short_forms(text: str, sent: str) -> None:
    assert recurrence(text, after_done=False) == sent
    assert recurrence(text, after_done=True) == {"rrule": sent, "basis": "completion"}


def test_nothing_said() -> None:
    assert recurrence(None, after_done=False) is None
    with pytest.raises(Usage):
        recurrence(None, after_done=True)


def test_a_task_that_repeats(person: Person) -> None:
    words = ["--due", "2035-05-08 09:00", "--repeat", "2w"]
    assert "· repeats" in person.does("add", "Water the plants", *words)
    assert "Water the plants ↻" in person.does("list")
    card = person.does("show", "INBOX-1")
    assert "Repeats   every 2 weeks\n" in card
    assert "Then      22 May 2035 09:00" in card
    done = person.does("done", "INBOX-1").splitlines()
    assert done[0] == "Done INBOX-1 Water the plants"
    assert done[1].startswith("Next INBOX-2 Water the plants · due 22 May 2035 09:00")
    skipped = person.does("skip", "INBOX-2").splitlines()
    assert skipped[0] == "Skipped INBOX-2 Water the plants"
    assert skipped[1].startswith("Next INBOX-3 Water the plants · due 5 Jun 2035 09:00")
    person.does("edit", "INBOX-3", "--title", "Water them well", "--occurrences", "this")
    removed = person.does("rm", "INBOX-3", "--occurrences", "this").splitlines()
    assert removed[0] == "In the trash INBOX-3 Water them well"
    assert removed[1].startswith("Next INBOX-4 Water the plants · due 19 Jun 2035 09:00")
    assert "repeats" in person.does("edit", "INBOX-4", "--title", "Water the plants", "-t", "x")
    assert "Repeats" not in person.does("edit", "INBOX-4", "--no-repeat")
    assert person.does("done", "INBOX-4") == "Done INBOX-4 Water the plants\n"


def test_the_last_time_and_refusals(person: Person) -> None:
    person.does("add", "Once more", "--due", "fri", "--repeat", "FREQ=DAILY;COUNT=1")
    assert person.does("done", "INBOX-1").endswith("It was the last time.\n")
    person.does("add", "Plain")
    assert person.types("skip", "INBOX-2").exit_code == 5
    assert person.types("rm", "INBOX-2", "--occurrences", "some").exit_code == 2
    refused = person.types("add", "Often", "--due", "fri", "--repeat", "FREQ=MINUTELY")
    assert (refused.exit_code, "once an hour" in refused.stderr) == (1, True)
    assert person.types("add", "Odd", "--after-done").exit_code == 2

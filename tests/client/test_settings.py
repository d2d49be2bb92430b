"""One's own settings, typed; and working hours in words."""

import json

import pytest

from tests.client.conftest import Person
from upnext.client import hours


def test_settings_are_shown_and_changed(person: Person) -> None:
    shown = person.does("account", "show")
    assert "mon-fri 9:00-17:00" in shown
    words = ["--language", "de", "--quick-add-mode", "todoist", "--timezone", "Asia/Tokyo"]
    week = ["--working-hours", "mon-thu 8:30-12,13-17", "--working-hours", "sat 10:00-12:15"]
    changed = json.loads(person.does("account", "set", *words, *week, "--json"))
    assert (changed["language"], changed["quick_add_mode"]) == ("de", "todoist")
    assert changed["timezone"] == "Asia/Tokyo"
    assert changed["working_hours"][0] == [[510, 720], [780, 1020]]
    assert changed["working_hours"][4:] == [[], [[600, 735]], []]
    # What is typed is read that way from now on.
    person.does("add", "Miete zahlen morgen p1")
    (task,) = json.loads(person.does("list", "--json"))["items"]
    assert (task["title"], task["priority"]) == ("Miete zahlen", "urgent")
    name = f"name-{person.name}"
    assert f"Username       {name}" in person.does("account", "set", "--username", name)


def test_settings_that_make_no_sense(person: Person) -> None:
    assert person.types("account", "set").exit_code == 2
    assert person.types("account", "set", "--working-hours", "someday 9-17").exit_code == 2
    refused = person.types("account", "set", "--language", "xx")
    assert refused.exit_code == 1
    assert person.types("account", "set", "--timezone", "Nowhere/Town").exit_code == 1


@pytest.mark.parametrize(
    ("texts", "week"),
    [
        (["mon 9-17"], {0: [[540, 1020]]}),
        (["mon-wed 9:30-10:00"], {day: [[570, 600]] for day in range(3)}),
        (["sat-mon 10-11"], {day: [[600, 660]] for day in (5, 6, 0)}),
        (["monday,Friday 9-10, 11-12"], {day: [[540, 600], [660, 720]] for day in (0, 4)}),
        (["tue 20-24", "tue 8-9"], {1: [[480, 540], [1200, 1440]]}),
    ],
)
def test_hours_in_words(texts: list[str], week: dict[int, list[list[int]]]) -> None:
    read = hours.read(texts)
    assert read == [week.get(day, []) for day in range(7)]
    assert hours.read(hours.show(read).split("; ")) == read


@pytest.mark.parametrize(
    "text", ["", "mon", "mon 9", "mon 17-9", "mon 9:75-10", "mon 9-25", "x 9-10"]
)
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="Write it like"):
        hours.read([text])

"""The text of iCalendar, read back by the icalendar library."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tests.exports.asking import asked, read_todos, todos
from tests.kit.app import Person
from tests.tasks.making import make
from upnext.exports import icalendar

INJECTIONS = [
    "Tea\nEND:VTODO\nBEGIN:VALARM\nACTION:PROCEDURE",
    "Tea\r\nATTACH:https://evil.example/x",
    "a;b,c\\d:e",
    "\\n is no line",
    "\\;\\,\\\\",
    '"quoted";PARAM="x"',
    "日本語" * 40,
    "🌱" * 60,
    "é" * 200,
    "x" * 200,
]


@pytest.mark.parametrize("words", INJECTIONS)
async def test_text_stays_text(person: Person, words: str) -> None:
    task = await make(
        person, title=words[:200], description=words, tags=[words[:50]], category=words[:50]
    )
    (todo,) = await todos(person)
    assert str(todo["SUMMARY"]) == task["title"]
    assert str(todo["DESCRIPTION"]) == task["description"]
    assert todo.categories == [*task["tags"], task["category"]]
    assert todo.subcomponents == []
    assert "ATTACH" not in todo
    content = (await asked(person, "ical")).content
    _check_lines(content)


def _check_lines(content: bytes) -> None:
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert [line for line in lines if len(line) > 75] == []
    assert [line for line in lines if b"\n" in line or b"\r" in line] == []
    # Each is whole UTF-8 by itself, though programs put them together before they decode.
    assert all(line.decode() for line in lines)


async def test_a_name_cannot_break_the_head(person: Person) -> None:
    body = {"name": "A;B,C\\ BEGIN:VTODO"}
    made: Any = (await person.client.post("/workspaces", json=body)).json()
    answer = await asked(person, "ical", workspace_id=made["id"])
    calendar = Calendar.from_ical(answer.content)
    # The library knows no type of these, and so leaves them as they are written.
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == icalendar.text(body["name"])
    assert calendar.subcomponents == []


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"))


@given(TEXT)
def test_every_text_comes_back(value: str) -> None:
    content = _calendar(icalendar.line("SUMMARY", icalendar.text(value)))
    _check_lines(content)
    (todo,) = Calendar.from_ical(content).walk("VTODO")
    assert str(todo["SUMMARY"]) == value


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=5))
def test_every_list_comes_back(values: list[str]) -> None:
    content = _calendar(icalendar.line("CATEGORIES", icalendar.texts(values)))
    (todo,) = read_todos(content)
    assert todo.categories == values


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_text_makes_a_line_of_its_own(value: str) -> None:
    lines = icalendar.line("SUMMARY", icalendar.text(value)).split("\r\n")
    assert all(line.startswith(("SUMMARY:", " ")) for line in lines[:-1])
    assert lines[-1] == ""
    assert not any(set("\r\n\0\x0b\x0c") & set(line) for line in lines)


def _calendar(line: str) -> bytes:
    todo = icalendar.component("VTODO", [icalendar.line("UID", "1"), line])
    return (icalendar.head("") + todo + icalendar.FOOT).encode()

"""Exports through the API, as data."""

import csv
import io
from typing import Any

import httpx
from icalendar import Calendar

from tests.kit.app import Person


async def asked(person: Person, form: str, **params: str) -> httpx.Response:
    answer = await person.client.get("/exports", params={"format": form, **params})
    assert answer.status_code == 200, answer.text
    return answer


async def document(person: Person, **params: str) -> Any:  # JSON
    return (await asked(person, "json", **params)).json()


async def rows(person: Person, **params: str) -> list[dict[str, str]]:
    text = (await asked(person, "csv", **params)).content.decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


async def todos(person: Person, **params: str) -> list[Any]:  # properties are of many types
    return read_todos((await asked(person, "ical", **params)).content)


def read_todos(content: bytes) -> list[Any]:  # as above
    """By the icalendar library, which has to find nothing to complain about."""
    calendar = Calendar.from_ical(content)
    found = calendar.walk("VTODO")
    assert [one.errors for one in (calendar, *found) if one.errors] == []
    return list(found)

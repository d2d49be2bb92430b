"""Feeds through the API, as data."""

from typing import Any

import httpx
from icalendar import Calendar

from tests.kit.app import Person, good


async def make_feed(person: Person, **fields: Any) -> Any:  # JSON
    return good(await person.client.post("/feeds", json={"name": "Phone", **fields}))


async def read(calendar: httpx.AsyncClient, feed: Any, **params: str) -> Any:  # icalendar's own
    """The calendar behind it, in which the icalendar library finds nothing to complain about."""
    answer = await calendar.get(feed["url"], params=params)
    assert answer.status_code == 200, answer.text
    found = Calendar.from_ical(answer.content)
    assert [one.errors for one in found.walk() if one.errors] == []
    return found


async def titles(calendar: httpx.AsyncClient, feed: Any, **params: str) -> list[str]:
    found = await read(calendar, feed, **params)
    return [str(one["SUMMARY"]) for one in found.subcomponents]

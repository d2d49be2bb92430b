"""Tasks that repeat, in iCalendar: in their zone, and the same again when they come back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from tests.exports.asking import asked, document, todos
from tests.imports.asking import begin, work
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import make
from upnext.core.runtime import Runtime

BERLIN = ZoneInfo("Europe/Berlin")
# Rule, due, start, duration, left out; the clocks of Berlin change on 25 October 2026.
CASES: dict[str, dict[str, Any]] = {
    "over a change of clocks": {"rrule": "FREQ=WEEKLY;BYDAY=TU", "due": "2026-10-20T09:00"},
    "with a start on the day": {
        "rrule": "FREQ=WEEKLY;BYDAY=TU", "due": "2026-10-20T09:00", "start": "2026-10-20T07:30",
    },
    "with a start days before": {
        "rrule": "FREQ=WEEKLY;BYDAY=TU", "due": "2026-10-20T09:00", "start": "2026-10-17T08:00",
    },
    "a plain distance with a start days before": {
        "rrule": "FREQ=DAILY;INTERVAL=10", "due": "2026-10-20T09:00", "start": "2026-10-18T09:00",
    },
    "with dates left out": {
        "rrule": "FREQ=DAILY", "due": "2026-10-23T09:00", "duration": 45,
        "exdates": ["2026-10-24T07:00:00Z", "2026-10-26T08:00:00Z"],
    },
    "until a day": {"rrule": "FREQ=DAILY;UNTIL=20261028", "due": "2026-10-23T09:00"},
    "until a moment": {"rrule": "FREQ=DAILY;UNTIL=20261027T080000Z", "due": "2026-10-23T09:00"},
    "at the end of the day": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "due": "2026-10-31T23:59"},
    "early in the day": {
        "rrule": "FREQ=WEEKLY;BYDAY=TU", "due": "2026-10-20T00:10", "duration": 60,
    },
    "so many times": {"rrule": "FREQ=WEEKLY;COUNT=3", "due": "2026-10-20T09:00"},
}  # fmt: skip


async def repeating(person: Person, case: dict[str, Any]) -> Any:  # a task as JSON
    def at(name: str) -> str | None:
        given = case.get(name)
        return given and datetime.fromisoformat(given).replace(tzinfo=BERLIN).isoformat()

    recurrence = {
        "rrule": case["rrule"],
        "exdates": case.get("exdates", []),
        "timezone": "Europe/Berlin",
    }
    more = {"due_at": at("due"), "start_at": at("start")}
    more |= {"estimated_duration": case.get("duration")}
    return await make(person, title="Again", recurrence=recurrence, **more)


def dues(todo: Any) -> list[datetime]:  # the library has no types for this
    """When a calendar program finds it due, the rule counted out by python-dateutil."""
    begins, due = todo["DTSTART"].dt, todo["DUE"].dt
    wall = begins.replace(tzinfo=None)
    rule = dict(todo["RRULE"])
    if until := rule.pop("UNTIL", None):
        assert until[0].tzinfo is not None
        last = until[0].astimezone(BERLIN).replace(tzinfo=None)
        rule["UNTIL"] = [last]
    text = ";".join(f"{k}={','.join(_spelled(v) for v in values)}" for k, values in rule.items())
    found = rrulestr(text, dtstart=wall)
    left_out = {each.dt.replace(tzinfo=None) for each in getattr(todo.get("EXDATE"), "dts", ())}
    lead = due.replace(tzinfo=None) - wall
    walls = [each for each in found[:12] if each not in left_out]
    return [(each + lead).replace(tzinfo=BERLIN).astimezone(UTC) for each in walls]


def _spelled(value: object) -> str:
    return f"{value:%Y%m%dT%H%M%S}" if isinstance(value, datetime) else str(value)


@pytest.mark.parametrize("name", CASES)
async def test_calendars_find_it_due_when_it_is(person: Person, name: str) -> None:
    task = await repeating(person, CASES[name])
    (todo,) = await todos(person)
    assert todo["DTSTART"].params["TZID"] == todo["DUE"].params["TZID"] == "Europe/Berlin"
    assert todo["DTSTART"].dt < todo["DUE"].dt
    assert todo["DUE"].dt == datetime.fromisoformat(task["due_at"])
    found = dues(todo)
    ahead = good(await person.client.get(f"/tasks/{task['id']}/occurrences"))["items"]
    told = [datetime.fromisoformat(each["due_at"]) for each in ahead]
    assert found[0] == datetime.fromisoformat(task["due_at"])
    later = [each for each in found if each > max(found[0], datetime.now(UTC))][: len(told)]
    assert later == told[: len(later)]


async def test_each_zone_is_described_once(person: Person) -> None:
    for zone in ("Europe/Berlin", "Europe/Berlin", "America/Havana", "UTC"):
        recurrence = {"rrule": "FREQ=DAILY", "timezone": zone}
        await make(person, due_at="2030-03-01T12:00:00Z", recurrence=recurrence)
    await make(person, due_at="2030-03-01T12:00:00Z")
    content = (await asked(person, "ical")).content
    calendar: Any = Calendar.from_ical(content)
    zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    assert sorted(zones) == ["America/Havana", "Europe/Berlin", "UTC"]
    assert calendar.errors == []
    # And it is right about its clocks, also for whoever does not know the name.
    (berlin,) = [one for one in calendar.walk("VTIMEZONE") if one["TZID"] == "Europe/Berlin"]
    described = berlin.to_tz(lookup_tzid=False)
    for month in (1, 7):
        day = datetime(2030, month, 15, 12, tzinfo=BERLIN)
        assert day.replace(tzinfo=described).utcoffset() == day.utcoffset()
    plain = [todo for todo in calendar.walk("VTODO") if "RRULE" not in todo]
    assert "TZID" not in plain[0]["DUE"].params


async def test_what_counts_from_completion_has_no_rule_there(person: Person) -> None:
    recurrence = {"rrule": "FREQ=DAILY;INTERVAL=3", "basis": "completion"}
    await make(person, due_at="2030-03-01T12:00:00Z", recurrence=recurrence)
    (todo,) = await todos(person)
    assert "RRULE" not in todo
    assert "TZID" not in todo["DUE"].params


@pytest.mark.parametrize("name", CASES)
async def test_it_comes_back_the_same(
    person: Person, make_user: MakeUser, runtime: Runtime, name: str
) -> None:
    task = await repeating(person, CASES[name])
    other = await make_user()
    content = (await asked(person, "ical")).content
    await begin(other, content.decode(), name="tasks.ics")
    await work(runtime)
    (copy,) = (await document(other))["tasks"]
    for field in ("title", "due_at", "start_at", "completed_at"):
        assert copy[field] == task[field], field
    mine, theirs = task["recurrence"], copy["recurrence"]
    assert theirs["timezone"] == "Europe/Berlin"
    assert theirs["exdates"] == mine["exdates"]
    if "UNTIL" not in mine["rrule"]:
        assert theirs["rrule"] == mine["rrule"]
    else:
        assert theirs["rrule"].partition("UNTIL")[2].endswith("Z")
    path = "/tasks/{}/occurrences?limit=20"
    ahead = good(await person.client.get(path.format(task["id"])))["items"]
    assert good(await other.client.get(path.format(copy["id"])))["items"] == ahead


async def test_a_feed_names_the_zone_as_well(person: Person) -> None:
    await repeating(person, CASES["with dates left out"])
    made = good(await person.client.post("/feeds", json={"name": "Phone"}))
    answer = await person.client.get(f"http://localhost/feeds/{made['token']}.ics")
    calendar: Any = Calendar.from_ical(answer.content)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    (todo,) = calendar.walk("VTODO")
    assert todo["EXDATE"].params["TZID"] == "Europe/Berlin"
    assert todo["DUE"].dt - todo["DTSTART"].dt == timedelta(minutes=45)

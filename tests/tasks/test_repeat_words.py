"""What a rule is called is understood as that rule again, in both languages."""

from datetime import UTC, datetime

import pytest

from tests.kit.app import Person, good
from upnext.tasks.quickadd import read_repeat
from upnext.tasks.recurrence.describing import describe
from upnext.tasks.recurrence.reading import parse

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULES = [
    "FREQ=HOURLY",
    "FREQ=HOURLY;INTERVAL=6",
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=5",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=MO",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;BYDAY=SA,SU",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=3",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=2",
    "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5",
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("basis", ["due", "completion"])
@pytest.mark.parametrize("rule", RULES)
def test_words_lead_back_to_their_rule(rule: str, basis: str, language: str) -> None:
    words = describe(rule, basis, language)
    read = read_repeat(words, language)
    assert read is not None, words
    assert (str(parse(read[0])), read[1]) == (str(parse(rule)), basis), words


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_end_is_the_same_day(language: str) -> None:
    words = describe("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231T235959Z", "due", language)
    read = read_repeat(words, language, now=NOW)
    assert read is not None
    assert describe(*read, language) == words


async def test_the_api_takes_words_for_a_rule(person: Person) -> None:
    body = {"title": "Water", "due_at": "2030-01-01T09:00:00Z"}
    for words, rule in (
        ("every 3 days after done", ("FREQ=DAILY;INTERVAL=3", "completion")),
        ("jeden 2. Dienstag", ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "due")),
        ("FREQ=MONTHLY", ("FREQ=MONTHLY", "due")),
        ("every week 10 times", ("FREQ=WEEKLY;COUNT=10", "due")),
        ("every day until 2031-12-31", ("FREQ=DAILY;UNTIL=20311231", "due")),
        ("jeden Tag, bis 2031-12-31", ("FREQ=DAILY;UNTIL=20311231", "due")),
        (
            "every 3 days after done until 2031-12-31",
            ("FREQ=DAILY;INTERVAL=3;UNTIL=20311231", "completion"),
        ),
    ):
        task = good(await person.client.post("/tasks", json={**body, "recurrence": words}))
        assert (task["recurrence"]["rrule"], task["recurrence"]["basis"]) == rule
    for words in (
        "now and then",
        "every day until friday",
        "every day until 2031-02-31",
        "every day 5 times until 2031-12-31",
        "every week for 3 months",
    ):
        refused = await person.client.post("/tasks", json={**body, "recurrence": words})
        assert refused.status_code == 422, words
        assert refused.json()["errors"][0]["pointer"].startswith("/recurrence")

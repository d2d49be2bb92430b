"""Which rules are read, and what the others are told."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tasks.recurrence.rules import FREQS, OFTEN, random_rule
from upnext.tasks.recurrence.reading import check_pace, parse
from upnext.tasks.recurrence.rules import RuleError

SPELLED = {
    "freq=daily": "FREQ=DAILY",
    "RRULE:FREQ=WEEKLY;BYDAY=FR,MO;INTERVAL=2": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
    "FREQ=DAILY;INTERVAL=1;": "FREQ=DAILY",
    "FREQ=MONTHLY;BYDAY=-1FR,+2TU": "FREQ=MONTHLY;BYDAY=-1FR,2TU",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15,1,15": "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=DAILY;UNTIL=20261231": "FREQ=DAILY;UNTIL=20261231",
    "FREQ=DAILY;UNTIL=20261231T090000": "FREQ=DAILY;UNTIL=20261231T090000",
    "FREQ=DAILY;UNTIL=20261231T090000Z": "FREQ=DAILY;UNTIL=20261231T090000Z",
    "FREQ=DAILY;BYSECOND=60": "FREQ=DAILY;BYSECOND=59",
    "FREQ=DAILY;WKST=MO;COUNT=3": "FREQ=DAILY;COUNT=3",
    "FREQ=WEEKLY;WKST=SU": "FREQ=WEEKLY;WKST=SU",
}


@pytest.mark.parametrize(("text", "canonical"), SPELLED.items())
def test_every_rule_has_one_spelling(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert str(parse(canonical)) == canonical


BAD = {
    "": "FREQ is one of",
    "FREQ": "looks like",
    "FREQ=": "looks like",
    "INTERVAL=2": "FREQ is one of",
    "FREQ=DAILY;FREQ=DAILY": "twice",
    "FREQ=DAILY;BYEASTER=1": "no part of a rule",
    "FREQ=DAILY;INTERVAL=0": "from 1 to 1000",
    "FREQ=DAILY;INTERVAL=1001": "from 1 to 1000",
    "FREQ=DAILY;INTERVAL=٣": "from 1 to 1000",
    "FREQ=DAILY;COUNT=0": "from 1 to 10000",
    "FREQ=DAILY;COUNT=99999999999": "from 1 to 10000",
    "FREQ=DAILY;COUNT=2;UNTIL=20261231": "not both",
    "FREQ=DAILY;UNTIL=20260230": "not a day that exists",
    "FREQ=DAILY;UNTIL=tomorrow": "a day or a time",
    "FREQ=DAILY;BYMONTH=13": "from 1 to 12",
    "FREQ=MONTHLY;BYMONTHDAY=0": "counts from 1",
    "FREQ=MONTHLY;BYMONTHDAY=32": "from -31 to 31",
    "FREQ=DAILY;BYHOUR=24": "from 0 to 23",
    "FREQ=DAILY;BYHOUR=-1": "from 0 to 23",
    "FREQ=YEARLY;BYDAY=0MO": "lists days",
    "FREQ=YEARLY;BYDAY=MONDAY": "lists days",
    "FREQ=YEARLY;BYDAY=54MO": "at most 53",
    "FREQ=MONTHLY;BYDAY=6MO": "at most 5",
    "FREQ=WEEKLY;BYDAY=2TU": "MONTHLY or YEARLY only",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=2TU": "not with BYWEEKNO",
    "FREQ=MONTHLY;BYWEEKNO=20": "FREQ=YEARLY only",
    "FREQ=DAILY;BYYEARDAY=1": "does not go with",
    "FREQ=WEEKLY;BYMONTHDAY=1": "does not go with",
    "FREQ=DAILY;BYSETPOS=1": "chooses among",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367": "from -366 to 366",
    "FREQ=DAILY;WKST=XX": "is one of",
    "FREQ=DAILY;BYMINUTE=" + ",".join(["1"] * 300): "at most 500 characters",
}


@pytest.mark.parametrize(("text", "sentence"), BAD.items())
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        parse(text)


TOO_OFTEN = [
    "FREQ=SECONDLY;INTERVAL=1000",
    "FREQ=MINUTELY;INTERVAL=60",
    "FREQ=HOURLY;BYMINUTE=0,30",
    "FREQ=DAILY;BYHOUR=9;BYMINUTE=0,59",
    "FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,30",
    "FREQ=YEARLY;BYSECOND=1,2",
]


@pytest.mark.parametrize("text", TOO_OFTEN)
def test_a_task_comes_once_an_hour_at_most(text: str) -> None:
    with pytest.raises(RuleError, match="at most once an hour"):
        check_pace(parse(text))


@pytest.mark.parametrize("text", ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=0,1,22,23", "FREQ=YEARLY"])
def test_once_an_hour_is_not_too_often(text: str) -> None:
    check_pace(parse(text))


@given(st.text(alphabet="FREQ=DAILYBMONTHU;,0123456789-:+WKSP", max_size=60) | st.text())
def test_any_text_is_a_rule_or_a_rule_error(text: str) -> None:
    with suppress(RuleError):
        rule = parse(text)
        assert parse(str(rule)) == rule


@given(st.randoms(use_true_random=False))
def test_a_rule_is_read_as_it_is_written(random: object) -> None:
    rule = parse(random_rule(random, [*FREQS, *OFTEN]))  # type: ignore[arg-type]  # hypothesis's own
    assert parse(str(rule)) == rule

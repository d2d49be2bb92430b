"""What can be written, and what it means: each filter beside its plainest form."""

import pytest

from tests.kit.effort import cpu_below
from upnext.tasks.filtering import FIELDS, FilterError, Kind, parse, refusal, render
from upnext.tasks.filtering.kinds import OPERATORS, Field
from upnext.tasks.filtering.tree import All, Comparison, Flag, Missing, Not, Op, Some, When
from upnext.tasks.states import completed

MEANINGS = {
    # words
    "p1": "priority = urgent",
    "P2 or p3 or p4": "priority = high or priority = medium or priority = low",
    "today": "due = today",
    "tomorrow": "due = tomorrow",
    "this week": "due = this week",
    "2026-12-01": "due = 2026-12-01",
    "friday": "due = next friday",
    "overdue": "overdue",
    "blocked": "blocked",
    "completed": "completed",
    "not blocked": "not blocked",
    "mine": "mine",
    "unassigned": "no assignee",
    "open": "status = open",
    "done": "status = done",
    "@home": "@home",
    "#web": "project = web",
    '@"two words"': '@"two words"',
    '#"My web site"': 'project = "My web site"',
    "no date": "no due",
    "no due": "no due",
    "no due date": "no due",
    "no start date": "no start",
    "no tags": "no tag",
    "'pay rent'": 'text like "pay rent"',
    # comparisons
    "priority=HIGH": "priority = high",
    "priority == high": "priority = high",
    "priority<>p1": "priority != urgent",
    "priority >= high": "priority >= high",
    "status = Pending": "status = pending",
    "status = completed": "status = done",
    "status = processing": "status = in_progress",
    "status in (failed, todo)": "status in (cancelled, todo)",
    "status not in todo, done": "status not in (todo, done)",
    "tag in (a, a, 'b c')": 'tag in (a, "b c")',
    "tags = x": "tag = x",
    "due_at is null": "no due",
    "due is not null": "due is not null",
    "due is empty": "no due",
    "completed = yes": "completed",
    "completed = false": "completed = false",
    "overdue != true": "overdue != true",
    "duration < 90": "duration < 1h30m",
    "estimate >= 2h": "duration >= 2h",
    "estimated_duration = 1.5h": "duration = 1h30m",
    "duration = 30min": "duration = 30m",
    "duration > 0": "duration > 0m",
    "key in (home-1, HOME-2)": "key in (HOME-1, HOME-2)",
    "parent = home-1": "parent = HOME-1",
    "context = Home": 'context = "@home"',
    "label = @x": "@x",
    "assignee = ME": "assignee = me",
    "assignee in (mia@example.com, me)": "assignee in (mia@example.com, me)",
    "title like 'a*b'": 'title like "a*b"',
    "description not like rent": "description not like rent",
    'title = "say \\"hi\\" \\\\ there"': 'title = "say \\"hi\\" \\\\ there"',
    'title = "and"': 'title = "and"',
    "title = mum's": 'title = "mum\'s"',
    # dates
    "due < now + 7 days": "due < now+7d",
    "due < now 7d": "due < now+7d",
    "due<now+7d-2h": "due < now+7d-2h",
    "due >= today -1w": "due >= today-1w",
    "due <= end of the month": "due <= end of month",
    "due <= end of this week": "due <= end of week",
    "due < start of next year+1mo": "due < start of next year+1mo",
    "due in (today, next monday, 2026-12-01)": "due in (today, next monday, 2026-12-01)",
    "due = last friday": "due = last friday",
    "created > 2026-12-01t17:00:00z": "created > 2026-12-01T17:00:00Z",
    "updated_at > 2026-12-01T17:00+02:00+1d": "updated > 2026-12-01T17:00+02:00+1d",
    "due < 'end of week'": "due < end of week",
    "completed_at > yesterday": "completed_at > yesterday",
    "due < tomorrow 17:00": "due < tomorrow 17:00",
    "due < tomorrow at 9:30": "due < tomorrow 09:30",
    "due <= 'next friday 17:00'": "due <= next friday 17:00",
    "due < friday 17:00 + 1w": "due < next friday 17:00+1w",
    "due < today+1d 17:00": "due < today 17:00+1d",
    "due < end of month 17:00:30": "due < end of month 17:00:30",
    "due = 2026-12-01 09:30": "due = 2026-12-01T09:30",
    "due in (2026-12-01 9:30, today 24h)": "due in (2026-12-01T09:30, today+24h)",
    "due < tomorrow 17:00 and p1": "due < tomorrow 17:00 and priority = urgent",
    "recurring": "recurring",
    "repeats and not overdue": "recurring and not overdue",
    "repeating = no": "recurring = false",
    # logic
    "p1 && @a || !blocked": "priority = urgent and @a or not blocked",
    "p1 & @a | @b": "priority = urgent and @a or @b",
    "p1 and (@a or @b)": "priority = urgent and (@a or @b)",
    "not (p1 or @a)": "not (priority = urgent or @a)",
    "not (p1)": "not priority = urgent",
    "((p1))": "priority = urgent",
    "p1 and (@a and @b)": "priority = urgent and @a and @b",
    "NOT NOT p1": "not not priority = urgent",
    "!p1&&!@a": "not priority = urgent and not @a",
}


@pytest.mark.parametrize("text", MEANINGS)
def test_what_a_filter_means(text: str) -> None:
    node = parse(text, FIELDS)
    assert render(node) == MEANINGS[text]
    assert parse(render(node), FIELDS) == node


def test_the_tree() -> None:
    week = Comparison("due", Op.EQ, (When("this week"),))
    mine = Comparison("mine", Op.EQ, (Flag(True),))
    tree = Some((All((week, Not(mine))), Missing("due")))
    assert parse("this week and not mine or no due", FIELDS) == tree


# Filter > the part that is wrong, a part of the sentence, the suggestion.
ERRORS: dict[str, tuple[str, str, str | None]] = {
    "prioritty = high": ("prioritty", "There is no field `prioritty`", "priority"),
    "a = 1 && due < now+7d || tag in (x, y)": ("a", "There is no field `a`", None),
    "p1 and goal = 3": ("goal", "There is no field `goal`", None),
    "board = x": ("board", "There is no field `board`", None),
    "sla_breached": ("sla_breached", "no word of the filter language", None),
    "priority = hihg": ("hihg", "there are low, medium, high, urgent", "high"),
    "status > open": ("open", "stands for several values", None),
    "status = nonsense": ("nonsense", "is no status", None),
    "overdu": ("overdu", "no word of the filter language", "overdue"),
    "rent": ("rent", "put it in quotes", "parent"),
    "priority:high": ("priority:high", "written with `=`", "priority = high"),
    "p1 p2": ("p2", "Before `p2` comes `and` or `or`", None),
    "and p1": ("and", "a condition is missing", None),
    "p1 and": ("", "Here a condition is missing", None),
    "(p1": ("(", "not closed", None),
    "p1)": (")", "makes no sense here", None),
    "()": (")", "makes no sense here", None),
    "tag in (a": ("(", "not closed", None),
    "tag in (a b)": ("b", "a comma or the closing bracket", None),
    "tag in ()": (")", "value for `tag` is missing", None),
    "tag = ": ("", "value for `tag` is missing", None),
    "tag = null": ("null", "Nothing is equal to `null`", "tag is null"),
    "due != null": ("null", "Nothing is equal to `null`", "due is not null"),
    "tag": ("tag", "comes a comparison, such as `tag = home`", None),
    "tag > a": (">", "does not go with `>`", None),
    "tag like a": ("like", "does not go with `like`", None),
    "completed > today": (">", "`completed_at`", None),
    "completed = today": ("today", "`completed_at`", None),
    "text = x": ("=", "write `like`", None),
    "status is null": ("status", "Every task has a value", None),
    "due is high": ("high", "comes `null` or `not null`", "="),
    "no tagg": ("tagg", "nothing that a task can be without", "no tag"),
    "no status": ("status", "Every task has a value", None),
    "due < next mnday": ("next mnday", "is not a date", None),
    "due < tomorow": ("tomorow", "is not a date", "tomorrow"),
    "due < tomorrow 5pm": ("tomorrow 5pm", "`5pm` is a time of day", None),
    "due < tomorrow 25:00": ("tomorrow 25:00", "`25:00` is no time of day", None),
    "due < this week 17:00": ("this week 17:00", "is no single day", None),
    "due < now 17:00": ("now 17:00", "is no single day", None),
    "due < 2026-12-01T17:00 18:00": ("2026-12-01T17:00 18:00", "is no single day", None),
    "due < tomorrow 17:00 18:00": ("tomorrow 17:00 18:00", "says no time", None),
    "17:00": ("17:00", "no word of the filter language", None),
    "tomorrow 17:00": ("tomorrow", "is a moment", "due < tomorrow 17:00"),
    "recurring = daily": ("daily", "How it repeats cannot be compared", None),
    "due < 2026-02-30": ("2026-02-30", "not a date that exists", None),
    "due < now+7q": ("now+7q", "no unit of time", None),
    "due < now+": ("now+", "is not a date", "now"),
    "due < 99999d": ("99999d", "is not a date", None),
    "now": ("now", "is a moment", "due < now"),
    "2026-12-01T17:00:00Z": ("2026-12-01T17:00:00Z", "is a moment", "due < 2026-12-01T17:00:00Z"),
    "duration < long": ("long", "no duration", None),
    "duration < 9999999": ("9999999", "no duration", None),
    'title = "x': ('"', "has no end", None),
    "title = ''": ("''", "has 1 to 200 characters", None),
    "#": ("#", "comes a name", None),
    "@''": ("@", "comes a name", None),
    "id = 5": ("5", "An id looks like", None),
    "context = @": ("@", "a name is missing", None),
    "a\0b": ("\0", "NUL", None),
    "\0": ("\0", "NUL", None),
    "": ("", "empty", None),
    "  \n ": ("", "empty", None),
}


@pytest.mark.parametrize("text", ERRORS)
def test_what_is_wrong_and_where(text: str) -> None:
    wrong, sentence, suggestion = ERRORS[text]
    with pytest.raises(FilterError) as caught:
        parse(text, FIELDS)
    error = caught.value
    assert sentence in error.message
    assert error.suggestion == suggestion
    assert text[error.position : error.position + len(wrong)] == wrong
    assert suggestion is None or f"`{suggestion}`" in error.message


def test_a_client_is_told_line_and_column() -> None:
    text = "p1 and\n  (overdue\n   or prio = 1)"
    with pytest.raises(FilterError) as caught:
        parse(text, FIELDS)
    told = refusal(caught.value, text, "?filter")
    assert told.params["line"] == 3
    assert told.params["column"] == 7
    assert (told.params["position"], told.params["length"]) == (text.index("prio"), 4)
    assert told.errors[0]["pointer"] == "?filter"
    assert told.status == 422


BOMBS = {
    "nesting": "(" * 900 + "p1" + ")" * 900,
    "nots": "not " * 400 + "p1",
    "marks": "!" * 1_900 + "p1",
    "length": "p1 or " * 1_700,
    "one word": "x" * 10_000,
    "quote": '"' + "\\" * 9_999,
    "quotes": '""' * 1_000,
    "conditions": "||".join(["p1"] * 400),
    "values": "tag in (" + ",".join("ab" for _ in range(500)) + ")",
    "shifts": "due<now" + "+1d" * 600 + "?",
    "blanks": " " * 1_999 + "(",
}


@pytest.mark.parametrize("name", BOMBS)
def test_too_much_is_refused_fast(name: str) -> None:
    with cpu_below(0.5), pytest.raises(FilterError):
        parse(BOMBS[name], FIELDS)


def test_a_domain_above_adds_its_fields() -> None:
    field = Field(name="goal", kind=Kind.FLAG, compare=lambda _, __, ___: completed(True))
    more = {**FIELDS, "goal": field}
    assert render(parse("p1 and goal", more)) == "priority = urgent and goal"
    assert render(parse("goal = false", more)) == "goal = false"


def test_every_kind_of_field_has_operators() -> None:
    assert OPERATORS.keys() == set(Kind)

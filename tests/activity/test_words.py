"""Every language says the same things, and has words for all that can be told."""

import string
from uuid import UUID

import pytest

from upnext.activity.languages.english import ENGLISH
from upnext.activity.languages.table import Words
from upnext.activity.naming import Names
from upnext.activity.telling import FIELDS, HIDDEN, Kind, Phrase, tell
from upnext.activity.wording import LANGUAGES, phrase, reader, sentence
from upnext.core.auth import WorkspaceRole
from upnext.tasks.models import Energy, Priority, Status

CODES = ("set", "changed", "cleared", "touched", "added", "removed")
TABLES = ("types", "does", "fields", "values")


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_the_tables_have_the_same_keys(words: Words) -> None:
    for name in TABLES:
        assert getattr(words, name).keys() == getattr(ENGLISH, name).keys()
    assert words.fields.keys() == FIELDS.keys()
    assert words.values.keys() == {*map(str, (*Status, *Priority, *Energy, *WorkspaceRole))}
    assert {*CODES} <= words.does.keys()
    assert len(words.months) == 12
    assert all(key.partition(".")[0] in FIELDS for key in words.does if "." in key)


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_the_sentences_name_the_same_things(words: Words) -> None:
    for key, template in words.does.items():
        assert _braces(template) == _braces(ENGLISH.does[key]), key
    for name in ("sentence", "about", "other", "instant", "minutes", "quoted"):
        assert _braces(getattr(words, name)) == _braces(getattr(ENGLISH, name)), name


def _braces(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_can_be_told(language: str) -> None:
    to = reader(language, "Europe/Berlin", Names())
    person = "01a1fde4-a689-7f8d-a412-f6bfd6768919"
    examples = {
        Kind.TEXT: ("a", "b"), Kind.WORD: ("low", "high"), Kind.MINUTES: (1, 2),
        Kind.INSTANT: ("2031-01-01T09:00:00Z", "2031-02-01T09:00:00Z"), Kind.LONG: ("a", "b"),
        Kind.FLAG: (False, True), Kind.LIST: (["a"], ["b"]), Kind.PEOPLE: ([], [person]),
        Kind.TASK: (None, person), Kind.PROJECT: (person, None), Kind.GOAL: (None, person),
        Kind.BOARD: (None, person), Kind.COLUMN: (None, person),
    }  # fmt: skip
    for field, kind in FIELDS.items():
        before, after = examples[kind]
        for sides in ([before, after], [after, before], [None, after], [before, None]):
            told = tell("task.updated", {field: sides}, Names())
            text = sentence("task.updated", "Ada", told, to)
            assert text.startswith("Ada ")
            assert "{" not in text
            assert "None" not in text


def test_what_nobody_knows_is_told_all_the_same() -> None:
    to = reader("en", "UTC", Names())
    assert sentence("sla.breached", "Upnext", [], to) == "Upnext recorded “sla breached”"
    assert sentence("task.updated", "Ada", [], to) == "Ada changed it"
    assert tell("task.updated", {"series": [None, {}], "due_key": [1, 2]}, Names()) == []


def test_a_hidden_value_is_no_value() -> None:
    names = Names()
    one = "01a1fde4-a689-7f8d-a412-f6bfd6768919"
    names.hidden.add(UUID(one))
    (told,) = tell("task.updated", {"blocked_by": [None, one]}, names)
    assert (told.before, told.after) == (None, None)
    assert told.phrases == [Phrase("set", "blocked_by", None, HIDDEN)]
    assert phrase(told, reader("en", "UTC", names)) == "made it wait for a task that you cannot see"

"""From what is told to sentences, in the reader's language and time zone. Plain text."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from upnext.activity.languages.english import ENGLISH
from upnext.activity.languages.german import GERMAN
from upnext.activity.languages.table import Words
from upnext.activity.naming import Names
from upnext.activity.telling import FIELDS, HIDDEN, Kind, Phrase, Told

LANGUAGES = {"en": ENGLISH, "de": GERMAN}
SYSTEM = "Upnext"
_WHOLE = (".created", ".deleted", ".restored", ".purged", ".removed")
"""Of these types it goes without saying what became of each field."""
_NAMING = ("file.created", "file.deleted")
"""But of these the field is what happened."""


class Reader(NamedTuple):
    words: Words
    zone: ZoneInfo
    names: Names


def reader(language: str, zone: str, names: Names) -> Reader:
    return Reader(LANGUAGES.get(language, ENGLISH), ZoneInfo(zone), names)


def sentence(kind: str, who: str, told: Sequence[Told], to: Reader) -> str:
    """`kind` is the change's type, `who` the actor as `actor` names them."""
    words = to.words
    done = [words.types[kind]] if kind in words.types else []
    if kind in _NAMING or not (kind.endswith(_WHOLE) or kind.startswith("sla.")):
        done += [text for one in told if (text := phrase(one, to))]
    if not done:
        known = kind.endswith(".updated")
        done = [words.something if known else words.other.format(type=_spoken(kind))]
    return words.sentence.format(actor=who, done=_joined(done, words))


def about(subject: str, text: str, to: Reader) -> str:
    return to.words.about.format(subject=subject, sentence=text)


def phrase(told: Told, to: Reader) -> str:
    """What was done to one field. Empty when nothing of it can be told."""
    return _joined([_said(one, to) for one in told.phrases], to.words)


def actor(kind: str, user_id: UUID | None, to: Reader) -> str:
    if user_id in to.names.people:
        return to.names.people[user_id].name
    if kind == "system":
        return SYSTEM
    return to.words.anonymous if kind == "anonymous" else to.words.somebody


def _said(one: Phrase, to: Reader) -> str:
    does = to.words.does
    template = does.get(f"{one.field}.{one.code}") or does[one.code]
    return template.format(
        field=to.words.fields[one.field],
        before=_spelled(one.field, one.before, to),
        after=_spelled(one.field, one.after, to),
    )


def _spelled(field: str, value: Any, to: Reader) -> str:  # JSON, or HIDDEN
    spell = _SPELLINGS.get(FIELDS[field], _quoted)
    return "" if value is None else spell(value, to)


def _quoted(value: object, to: Reader) -> str:
    return to.words.quoted.format(text=value)


def _people(value: Sequence[str], to: Reader) -> str:
    return _joined([_person(each, to) for each in value], to.words)


def _list(value: Sequence[str], to: Reader) -> str:
    return _joined([_quoted(each, to) for each in value], to.words)


def _task(value: Any, to: Reader) -> str:  # an id, or HIDDEN
    if value is HIDDEN:
        return to.words.hidden_task
    found = to.names.tasks.get(UUID(value))
    return f"{found.key} {_quoted(found.name, to)}" if found else to.words.gone_task


def _project(value: Any, to: Reader) -> str:  # as above
    if value is HIDDEN:
        return to.words.hidden_project
    found = to.names.projects.get(UUID(value))
    return found.name if found else to.words.gone_project


def _goal(value: Any, to: Reader) -> str:  # as above
    return _other(value, (to.words.hidden_goal, to.words.gone_goal), to)


def _board(value: Any, to: Reader) -> str:
    return _other(value, (to.words.hidden_board, to.words.gone_board), to)


def _column(value: Any, to: Reader) -> str:
    return _other(value, (to.words.hidden_column, to.words.gone_column), to)


def _other(value: Any, missing: tuple[str, str], to: Reader) -> str:
    hidden, gone = missing
    if value is HIDDEN:
        return hidden
    found = to.names.others.get(UUID(value))
    return _quoted(found.name, to) if found else gone


def _person(value: str, to: Reader) -> str:
    found = to.names.people.get(UUID(value))
    return found.name if found else to.words.somebody


def _moment(value: str, to: Reader) -> str:
    at = datetime.fromisoformat(value).astimezone(to.zone)
    month = to.words.months[at.month - 1]
    return to.words.instant.format(day=at.day, month=month, year=at.year, time=f"{at:%H:%M}")


_SPELLINGS: dict[Kind, Callable[[Any, Reader], str]] = {
    Kind.TASK: _task,
    Kind.PROJECT: _project,
    Kind.GOAL: _goal,
    Kind.BOARD: _board,
    Kind.COLUMN: _column,
    Kind.INSTANT: _moment,
    Kind.MINUTES: lambda value, to: to.words.minutes.format(minutes=value),
    Kind.PEOPLE: _people,
    Kind.LIST: _list,
    Kind.WORD: lambda value, to: to.words.values.get(value, str(value)),
}


def _joined(parts: Sequence[str], words: Words) -> str:
    *first, last = parts or [""]
    return words.last.join([words.comma.join(first), last]) if first else last


def _spoken(kind: str) -> str:
    return kind.replace(".", " ").replace("_", " ")

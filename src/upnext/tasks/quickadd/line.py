"""One line: each step takes the words that it understands out of what the next ones see."""

import re
from collections.abc import Mapping
from decimal import Decimal

from upnext.tasks.quickadd.dates import TRIES, Chosen, read_dates
from upnext.tasks.quickadd.draft import Draft
from upnext.tasks.quickadd.literals import Literals, scan
from upnext.tasks.quickadd.model import Setting, Understood, lowered, masked, title_of
from upnext.tasks.quickadd.moments import DAY_END, moment_of, whole_phrase
from upnext.tasks.quickadd.repeats import Recurring, find_repeat, impossible
from upnext.tasks.quickadd.vocabulary import BEGIN, Vocabulary, apart, find, vocabulary

MOST_MINUTES = 10_080
_PUNCTUATION = " .,;:!?()[]{}-/\"'"
_DEADLINE = re.compile(r"\{([^{}]*)\}")


def read_line(line: str, setting: Setting) -> Understood:
    """Places count from the line's beginning. If every word is understood, none is left for a
    title: then the whole line is the title and means nothing else."""
    words = vocabulary(setting.language.code)
    found = scan(line, setting.mode)
    draft = Draft(line, masked(lowered(line), found.covered), found.spans, found.ignored)
    for pattern in words.names:
        draft.text = masked(draft.text, (each.span() for each in pattern.finditer(draft.text)))
    _read_names(draft, found)
    _read_priority(draft, setting.mode.priorities)
    deadline = _read_deadline(draft, setting, words)
    repeat = _read_repeat(draft, setting, words)
    read_dates(draft, deadline, repeat, setting, words)
    _read_duration(draft, words)
    return _finished(draft)


def _finished(draft: Draft) -> Understood:
    line, end = draft.line, len(draft.line)
    title = title_of(line, 0, end, draft.spans)
    if draft.spans and not title.strip(_PUNCTUATION):
        plain = " ".join(line.replace("\0", " ").split())
        return Understood(title=plain, fields={}, spans=(), note="", start=0, end=end)
    spans = tuple(sorted(draft.spans, key=lambda span: span.start))
    ignored = tuple(sorted(draft.ignored, key=lambda each: each.start))
    note = next((str(span.value) for span in spans if span.kind == "note"), "")
    return Understood(
        title=title, fields=draft.fields, spans=spans, note=note, start=0, end=end, ignored=ignored
    )


def _read_names(draft: Draft, found: Literals) -> None:
    named = {"project": "project", "tag": "tags", "person": "people"}
    for span in found.spans:
        if span.kind == "project":
            draft.fields["project"] = span.value
        elif span.kind in named:
            draft.fields.setdefault(named[span.kind], []).append(span.value)


def _read_priority(draft: Draft, priorities: Mapping[str, str]) -> None:
    known = "|".join(re.escape(word) for word in sorted(priorities, key=len, reverse=True))
    pattern = re.compile(f"{BEGIN}(?:{known})(?=[.,;:)\\]]*(?:\\s|$))")
    matches = list(pattern.finditer(draft.text))
    for match in matches[:-1]:
        draft.leave("priority", *match.span(), "said_again")
    if matches:
        draft.fields["priority"] = priorities[matches[-1][0]]
        draft.take("priority", *matches[-1].span(), draft.fields["priority"])


def _read_deadline(draft: Draft, setting: Setting, words: Vocabulary) -> Chosen | None:
    """A date in braces is when the task has to be done; the last one that is a date counts."""
    deadline = None
    for match in list(_DEADLINE.finditer(draft.text))[: -TRIES - 1 : -1]:
        phrase = whole_phrase(match[1].strip(), words) if deadline is None else None
        moment = moment_of(phrase, setting, words, DAY_END) if phrase else None
        if phrase is None or moment is None:
            draft.leave("due", *match.span(), "said_again" if deadline else "no_date")
        else:
            deadline = Chosen(phrase, (), moment)
            draft.take("due", *match.span(), moment)
    return deadline


def _read_repeat(draft: Draft, setting: Setting, words: Vocabulary) -> Recurring | None:
    for found in impossible(draft.text, words):
        draft.leave("repeat", found.start, found.end, "never")
    repeat = find_repeat(draft.text, setting, words)
    if repeat is None:
        return None
    value = {"rrule": repeat.rrule(setting.zone), "basis": repeat.basis}
    draft.fields["recurrence"] = value
    draft.take("repeat", repeat.start, repeat.end, value)
    return repeat


def _read_duration(draft: Draft, words: Vocabulary) -> None:
    """The last one that a task may have."""
    for found in reversed(
        apart(find(((each, "duration") for each in words.durations), draft.text))
    ):
        minutes = _minutes(found.words, words)
        if 1 <= minutes <= MOST_MINUTES:
            draft.fields["estimated_duration"] = minutes
            draft.take("duration", found.start, found.end, minutes)
            return


def _minutes(given: Mapping[str, str], words: Vocabulary) -> int:
    if "decimal" in given:
        return round(Decimal(given["decimal"].replace(",", ".")) * 60)
    if "n" in given:
        return words.number(given["n"]) * words.small[given["small"]]
    return int(given.get("hours", 0)) * 60 + int(given.get("minutes", 0))

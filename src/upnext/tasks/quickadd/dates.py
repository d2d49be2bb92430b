"""Which of a line's dates says when a task is due, and which when it may start.

A plain date says when it is due. Beside a deadline in braces, or with a word such as "from", it
says when to start. Of several the last one counts; the others stay in the title.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from upnext.tasks.quickadd.draft import Draft
from upnext.tasks.quickadd.model import Setting
from upnext.tasks.quickadd.moments import DAY_END, DAY_START, Phrase, moment_of, phrases, time_of
from upnext.tasks.quickadd.repeats import Recurring, first_due
from upnext.tasks.quickadd.vocabulary import Vocabulary

TRIES = 8
"""How many phrases that name no real day are looked at before the rest is left alone."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A phrase, the places its words stand in, and what they mean."""

    phrase: Phrase
    places: tuple[tuple[int, int], ...]
    moment: datetime


def read_dates(
    draft: Draft,
    deadline: Chosen | None,
    repeat: Recurring | None,
    setting: Setting,
    words: Vocabulary,
) -> None:
    found = phrases(draft.text, words)
    starts = [phrase for phrase in found if phrase.role == "start"]
    others = [phrase for phrase in found if phrase.role != "start"]
    if deadline and not starts:
        starts, others = others, []
    start = _choose(starts, DAY_START, setting, words)
    chosen = deadline or _choose(others, _default(repeat), setting, words)
    if chosen and start and start.moment > chosen.moment:
        chosen = _following(chosen, start.moment, setting, words)
    if chosen:
        _take(draft, "due", chosen)
        draft.correct("due", chosen.moment)
    due = _due(draft, chosen, repeat, setting, words)
    if due:
        draft.fields["due_at"] = due
    _start(draft, start, due)
    _leave_rest(draft, found)


def _start(draft: Draft, start: Chosen | None, due: datetime | None) -> None:
    if start is None:
        return
    _take(draft, "start", start)
    if due and start.moment > due:
        draft.give_back("start", "after_due")
    else:
        draft.fields["start_at"] = start.moment


def _default(repeat: Recurring | None) -> time:
    return repeat.clock if repeat and repeat.clock else DAY_END


def _following(due: Chosen, start: datetime, setting: Setting, words: Vocabulary) -> Chosen:
    """ "From monday to friday": a weekday is the first one after the start."""
    if due.phrase.day is None or "weekday" not in due.phrase.day.words:
        return due
    local = start.astimezone(setting.zone).replace(tzinfo=None)
    later = replace(setting, now=start, local=local)
    moment = moment_of(due.phrase, later, words, DAY_END)
    return replace(due, moment=moment) if moment else due


def _due(
    draft: Draft,
    chosen: Chosen | None,
    repeat: Recurring | None,
    setting: Setting,
    words: Vocabulary,
) -> datetime | None:
    """Also the first time of a repeat; one that ends before it is none."""
    if repeat is None:
        return chosen.moment if chosen else None
    due = chosen.moment if chosen else first_due(repeat, None, setting)
    if chosen and chosen.phrase.clock and chosen.phrase.day is None:
        # A time alone is that of the repeat: "9am every monday".
        due = first_due(repeat, time_of(chosen.phrase.clock, words), setting)
        draft.correct("due", due)
    last = repeat.last(setting.zone)
    if due and last and due > last:
        del draft.fields["recurrence"]
        draft.give_back("repeat", "never")
        return chosen.moment if chosen else None
    return due


def _choose(
    found: Sequence[Phrase], default: time, setting: Setting, words: Vocabulary
) -> Chosen | None:
    """The last phrase that is a moment, with its day or its time from elsewhere in the line."""
    for phrase in list(found)[: -TRIES - 1 : -1]:
        other = _other_half(phrase, found)
        whole, places = phrase, [(phrase.start, phrase.end)]
        if other:
            day = phrase.day or other.day
            role = phrase.role if phrase.day else other.role
            whole = replace(phrase, day=day, clock=phrase.clock or other.clock, role=role)
            places.append((other.start, other.end))
        moment = moment_of(whole, setting, words, default)
        if moment:
            return Chosen(whole, tuple(places), moment)
    return None


def _other_half(phrase: Phrase, found: Sequence[Phrase]) -> Phrase | None:
    if phrase.exact:
        return None
    if phrase.day is None:
        fitting = [one for one in found if one.day and not one.timed]
    elif not phrase.timed:
        fitting = [one for one in found if one.clock and not one.day]
    else:
        return None
    return fitting[-1] if fitting else None


def _take(draft: Draft, kind: str, chosen: Chosen) -> None:
    for start, end in chosen.places:
        draft.take(kind, start, end, chosen.moment)


def _leave_rest(draft: Draft, found: Iterable[Phrase]) -> None:
    told = {one.start for one in draft.spans} | {one.start for one in draft.ignored}
    chosen = any(span.kind in {"due", "start"} for span in draft.spans)
    for phrase in found:
        if phrase.start not in told:
            reason = "said_again" if chosen else "no_date"
            draft.leave("due", phrase.start, phrase.end, reason)

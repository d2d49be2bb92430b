"""Priority and duration by what people write: rules that can be told in a sentence."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from upnext.classification.embedded.words import stem, words

SOON: Final = timedelta(hours=24)
URGENT = re.compile(
    r"!!!|!!(?!\w)|\b(urgent(ly)?|asap|emergency|immediately|right away|dringend|sofort|eilt)\b",
    re.IGNORECASE,
)
NOT_URGENT = re.compile(
    r"\b(not|isn't|no|nicht|un)[- ]?(that |so )?(urgent|dringend)\b", re.IGNORECASE
)
HIGH = re.compile(
    r"\b(important|critical|crucial|high[- ]priority|must|today|tonight|deadline|overdue)\b",
    re.IGNORECASE,
)
LOW = re.compile(
    r"\b(some ?day|maybe|eventually|nice[- ]to[- ]have|no rush|when(ever)? (i|you|we) have time"
    r"|low[- ]priority|one day|irgendwann|vielleicht)\b",
    re.IGNORECASE,
)
AMOUNT = r"(?P<amount>\d{1,3}(?:[.,]\d{1,2})?)"
UNIT = (
    r"(?P<unit>hours?|hrs?|h|minutes?|mins?|min|stunden?|minuten?|days?)"
    r"(?:\s*(?P<rest>\d{1,2})\s*(?:minutes?|mins?|min|m)?)?"
)
SAID = re.compile(
    rf"(?<![\w.,:/-])(?:~|about |ca\.? ?)?{AMOUNT}\s*-?\s*{UNIT}(?![\w/])", re.IGNORECASE
)
HALF = re.compile(r"\bhalf an hour\b|\bhalbe stunde\b", re.IGNORECASE)
# What the unit is not: an age, a time of the day, "in 2 days", "every 3 hours", "for 30 days".
OTHERWISE = re.compile(r"\b(in|within|every|after|next|last|alle|nach)\s+$", re.IGNORECASE)
LEAST, MOST, WORKDAY = 1, 10_080, 480


class Reading(NamedTuple):
    """`value`: a priority, or minutes. `confidence` 0 is for what had to be said."""

    value: str | int
    confidence: float
    reason: str


def priority(text: str, due_at: datetime | None, now: datetime) -> Reading | None:
    """What a rule says; None: nothing does. Due within a day, it is high at least."""
    calm = NOT_URGENT.search(text)
    if (found := URGENT.search(text)) and not calm:
        return Reading("urgent", 0.95, f"says “{found[0]}”")
    if due_at is not None and due_at <= now + SOON:
        return Reading("high", 0.8, "overdue" if due_at < now else "due within 24 hours")
    if calm or (found := LOW.search(text)):
        return Reading("low", 0.75, f"says “{(calm or found or [''])[0]}”")
    if found := HIGH.search(text):
        return Reading("high", 0.6, f"says “{found[0]}”")
    return None


def duration(text: str) -> Reading | None:
    """What the text says itself, such as `2h` or `30 min`."""
    if found := HALF.search(text):
        return Reading(30, 0.9, f"says “{found[0]}”")
    for match in SAID.finditer(text[:2_000]):
        if OTHERWISE.search(text[: match.start()]):
            continue
        minutes = _minutes(match)
        if LEAST <= minutes <= MOST:
            return Reading(minutes, 0.9, f"says “{match[0].strip()}”")
    return None


def _minutes(match: re.Match[str]) -> int:
    amount = float(match["amount"].replace(",", "."))
    unit = match["unit"].casefold()
    if unit.startswith("d"):
        return round(amount * WORKDAY)
    if unit.startswith(("h", "st")):
        return round(amount * 60) + int(match["rest"] or 0)
    return round(amount)


# How long such things take most people: a first guess, which own times replace.
BY_VERB: Final[Mapping[str, int]] = {
    stem(word): minutes
    for minutes, verbs in {
        10: "call phone text reply email mail ask tell remind confirm pay order water feed send"
        " message check anrufen",
        20: "book schedule print sign sort update register invoice buy transfer refund",
        45: "clean wash shop mow review compare cook read practice practise exercise run meet",
        60: "write draft prepare plan test fix debug study learn research investigate visit paint"
        " repair watch discuss",
        120: "implement build design create refactor develop deploy migrate organize install"
        " renovate translate",
    }.items()
    for word in verbs.split()
}
PRIOR_CONFIDENCE = 0.3


def prior(title: str) -> Reading | None:
    """By the first word that says what is to be done."""
    for word in words(title)[:4]:
        if minutes := BY_VERB.get(stem(word)):
            return Reading(minutes, PRIOR_CONFIDENCE, f"“{word}” usually takes about so long")
    return None


def spread(minutes: int, *, sure: bool) -> tuple[int, int]:
    """Between which the real time lies more often than not."""
    factor = 1.3 if sure else 2.2
    return max(LEAST, round(minutes / factor)), min(MOST, round(minutes * factor))

"""What was learned, as it is told."""

from typing import Any

from upnext.planning.engine.taste import HEAVIEST, MOST
from upnext.planning.learning import durations
from upnext.planning.learning.durations import Learned
from upnext.planning.learning.weights import FEATURES, FEWEST, Replay, Taste

Wire = dict[str, Any]


def taste_wire(taste: Taste) -> Wire:
    count = len(taste.gains)
    return {
        "weights": {name: taste.weights.get(name, 0.0) for name in FEATURES},
        "bounds": [-HEAVIEST, HEAVIEST],
        "most": MOST,
        "picks": taste.picks,
        "used": taste.used,
        "gain": sum(taste.gains) / count if count else None,
        "note": _note(taste),
    }


def _note(taste: Taste) -> str:
    if taste.used:
        return "They predict your picks better than the order without them, and are used."
    if len(taste.gains) < FEWEST:
        return f"They are not used before {FEWEST} picks: {len(taste.gains)} so far."
    return "They do not clearly predict your picks better, so they are not used."


def replay_wire(found: Replay) -> Wire:
    def share(counts: tuple[int, int]) -> Wire:
        first, three = counts
        some = max(1, found.picks)
        return {"first": first / some, "first_three": three / some}

    return {
        "picks": found.picks,
        "plain": share(found.plain),
        "learned": share(found.learned),
        "used_where_better": share(found.guarded),
        "weights": taste_wire(found.taste),
    }


def durations_wire(learned: Learned) -> Wire:
    return {
        "tasks": learned.count,
        "with_estimate": learned.estimated,
        "ratio": learned.ratio,
        "correction": learned.correction,
        "corrected": learned.correction != 1,
        "error_saved": learned.gain,
        "p80_factor": learned.factor,
        "p80_factor_without_estimate": learned.wide_factor,
        "without_estimate": learned.expected(None, "", ""),
        "categories": _groups(learned, learned.categories),
        "projects": _groups(learned, learned.projects),
        "text": durations.text(learned),
    }


def _groups(learned: Learned, groups: durations.Groups) -> list[Wire]:
    return [
        {"name": name, "p50": minutes, "p80": minutes * learned.wide_factor}
        for name, minutes in groups.items()
    ]

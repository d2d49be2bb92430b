"""Category by words: a linear model whose weights are the lexicon's, and those that the example
phrases give by naive Bayes. Built once, then a few look-ups per word.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from upnext.classification.embedded.lexicon import HEAD, LEXICON, LIKELY, PHRASE, SURE
from upnext.classification.embedded.phrases import PHRASES
from upnext.classification.embedded.words import STOP, stem, words

VERSION: Final = "t0-1"
CATEGORIES: Final = tuple(LEXICON)
Weights = dict[str, float]

# Sums of evidence are over-confident: words of one text are no independent witnesses.
TEMPERATURE: Final = 0.8
SMOOTHING: Final = 0.35
# How much the phrases count beside the lexicon, and the description beside the title.
PHRASE_SHARE: Final = 0.55
DESCRIPTION_SHARE: Final = 0.25
# What a task is more likely to be, if its words say nothing.
PRIOR: Final[Mapping[str, float]] = {
    "development": 0.3, "work": 0.2, "home": 0.2, "communication": 0.2, "personal": 0.1,
    "general": -0.5, "research": -0.3, "design": -0.3, "testing": -0.3, "documentation": -0.3,
    "deployment": -0.3, "maintenance": -0.5,
}  # fmt: skip


class Guess(NamedTuple):
    """`reason` are the words that spoke for it. No word did: the confidence is 0."""

    label: str
    confidence: float
    reason: str


class Model(NamedTuple):
    heads: Mapping[str, Weights]
    single: Mapping[str, Weights]
    runs: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


@cache
def model() -> Model:
    heads: dict[str, Weights] = {}
    single: dict[str, Weights] = {}
    runs: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for label, entry in LEXICON.items():
        for kind, weight in ((entry.likely, LIKELY), (entry.sure, SURE)):
            for word in kind.split():
                single.setdefault(stem(word), {})[label] = weight
        for word in entry.heads.split():
            heads.setdefault(stem(word), {})[label] = HEAD
        for phrase in filter(None, (each.strip() for each in entry.phrases.split(","))):
            first, *rest = (stem(word) for word in words(phrase))
            runs.setdefault(first, []).append(((first, *rest), label))
    _share(heads)
    _share(single)
    _learn(single)
    return Model(heads, single, {word: tuple(found) for word, found in runs.items()})


def _share(weights: Mapping[str, Weights]) -> None:
    """What speaks for several categories says less for each."""
    for found in weights.values():
        if len(found) > 1:
            for label in found:
                found[label] /= math.sqrt(len(found))


def _learn(single: dict[str, Weights]) -> None:
    counts = {
        label: Counter(stem(word) for text in texts for word in words(text) if word not in STOP)
        for label, texts in PHRASES.items()
    }
    known = {word for found in counts.values() for word in found}
    totals = {label: found.total() + SMOOTHING * len(known) for label, found in counts.items()}
    for word in known:
        odds = {
            label: math.log((counts[label][word] + SMOOTHING) / totals[label]) for label in counts
        }
        middle = sum(odds.values()) / len(odds)
        into = single.setdefault(word, {})
        for label, value in odds.items():
            if value > middle:
                into[label] = into.get(label, 0.0) + PHRASE_SHARE * (value - middle)


def guess(title: str, description: str = "", labels: Collection[str] = CATEGORIES) -> Guess:
    """The likeliest of `labels`. Those that it does not know it cannot propose."""
    found, spoke = _weighed(title, description, labels)
    if not found:
        return Guess("general", 0.0, "")
    label = max(found, key=found.__getitem__)
    if not any(spoke.values()):
        return Guess(label, 0.0, "")
    peak = found[label]
    total = sum(math.exp((score - peak) / TEMPERATURE) for score in found.values())
    return Guess(label, round(1.0 / total, 3), ", ".join(sorted(spoke.get(label, ()))[:4]))


def scores(title: str, description: str, labels: Collection[str]) -> Weights:
    """What the words say for each of `labels` that this knows."""
    return _weighed(title, description, labels)[0]


def _weighed(
    title: str, description: str, labels: Collection[str]
) -> tuple[Weights, dict[str, set[str]]]:
    """The evidence for each label, and the words that spoke for it."""
    found = {label: PRIOR.get(label, 0.0) for label in CATEGORIES if label in labels}
    spoke: dict[str, set[str]] = {}
    if found:
        _add(found, words(title), 1.0, spoke)
        if description:
            _add(found, words(description), DESCRIPTION_SHARE, spoke)
    return found, spoke


def _add(into: Weights, found: Sequence[str], share: float, spoke: dict[str, set[str]]) -> None:
    """Every further word counts less, so that a long text is not surer than it should be."""
    heads, single, runs = model()
    stems = [stem(word) for word in found]
    share /= math.sqrt(max(1.0, len(stems) / 6))
    for place, word in enumerate(stems):
        if place == 0:
            _give(into, heads.get(word), share, (spoke, found[0]))
        if found[place] not in STOP:
            _give(into, single.get(word), share, (spoke, found[place]))
        for run, label in runs.get(word, ()):
            if tuple(stems[place : place + len(run)]) == run:
                _give(into, {label: PHRASE}, share, (spoke, " ".join(run)))


def _give(
    into: Weights,
    weights: Mapping[str, float] | None,
    share: float,
    who: tuple[dict[str, set[str]], str],
) -> None:
    spoke, word = who
    for label, weight in (weights or {}).items():
        if label in into:
            into[label] += share * weight
            spoke.setdefault(label, set()).add(word)

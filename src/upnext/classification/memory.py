"""What a workspace taught: by the tasks nearest to a new one, its usual priority and durations.

Neighbours, not averages: plain centroid updates made a well-seeded taxonomy worse, while exact and
near repeats and categories of one's own are where corrections pay. Pure.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final, NamedTuple

from upnext.classification.embedded.model import guess
from upnext.classification.embedded.words import STOP, stem, words
from upnext.classification.predictions import Custom, Prediction

NEAR: Final = 0.5
"""Share of words in common from which two tasks are about the same."""
FEWEST_PRIORITIES, USUAL = 5, 0.6
SHRINK, CENTRE = 5, 30
FEWEST_TO_JUDGE: Final = 10


class Lesson(NamedTuple):
    """What a user set; in the order of time."""

    text: str
    field: str
    value: str
    category: str = ""


class Memory:
    def __init__(
        self,
        lessons: Iterable[Lesson] = (),
        custom: Sequence[Custom] = (),
        *,
        learning: bool = True,
    ) -> None:
        self._known: list[tuple[frozenset[str], str]] = []
        self._priorities: Counter[str] = Counter()
        self._durations: list[tuple[frozenset[str], str, int]] = []
        for each in custom:
            self._known += [(bag(text), each.name) for text in (each.name, *each.examples)]
            if each.description:
                self._known.append((bag(each.description), each.name))
        for lesson in lessons if learning else ():
            self.learn(lesson)

    def learn(self, lesson: Lesson) -> None:
        if lesson.field == "category":
            self._known.append((bag(lesson.text), lesson.value))
        elif lesson.field == "priority":
            self._priorities[lesson.value] += 1
        else:
            self._durations.append((bag(lesson.text), lesson.category, int(lesson.value)))

    def category(self, title: str) -> Prediction | None:
        """That of the nearest; of several as near, the one that comes up most."""
        asked = bag(title)
        votes: defaultdict[str, float] = defaultdict(float)
        best = 0.0
        for known, label in self._known:
            near = likeness(asked, known)
            if near >= NEAR:
                votes[label] += near**3
                best = max(best, near)
        if not votes:
            return None
        label = max(votes, key=votes.__getitem__)
        confidence = round(best * votes[label] / sum(votes.values()), 3)
        return Prediction(label, min(confidence, 0.98), "memory", "like tasks you sorted before")

    def priority(self) -> Prediction | None:
        total = self._priorities.total()
        if total < FEWEST_PRIORITIES:
            return None
        value, count = self._priorities.most_common(1)[0]
        # Urgency is for people and their words to say, not for a habit.
        if count / total < USUAL or value == "urgent":
            return None
        return Prediction(value, round(count / total, 3), "memory", "what you mostly set")

    def duration(self, title: str, category: str) -> Prediction | None:
        asked = bag(title)
        near = [minutes for known, _, minutes in self._durations if likeness(asked, known) >= NEAR]
        if near:
            value = round(median(near))
            return Prediction(value, 0.7, "memory", "what similar tasks took")
        same = [minutes for _, label, minutes in self._durations if label == category]
        if len(same) < FEWEST_PRIORITIES:
            return None
        logs = math.fsum(math.log(minutes) for minutes in same) + SHRINK * math.log(CENTRE)
        value = max(1, round(math.exp(logs / (len(same) + SHRINK))))
        return Prediction(value, 0.45, "memory", f"what your tasks in {category} take")


def bag(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's."""
    if not one or not other:
        return 0.0
    return len(one & other) / len(one | other)


class Judgement(NamedTuple):
    """Looking back in time: each example was predicted by what was known before it."""

    examples: int
    without: int
    with_memory: int

    @property
    def helps(self) -> bool:
        """Until there is something to judge by, it is given a chance."""
        return self.examples < FEWEST_TO_JUDGE or self.with_memory >= self.without


def look_back(lessons: Sequence[Lesson], custom: Sequence[Custom] = ()) -> Judgement:
    memory = Memory(custom=custom)
    plain = right = count = 0
    for lesson in (each for each in lessons if each.field == "category"):
        count += 1
        embedded = guess(lesson.text).label
        found = memory.category(lesson.text)
        plain += embedded == lesson.value
        right += (found.value if found else embedded) == lesson.value
        memory.learn(lesson)
    return Judgement(count, plain, right)

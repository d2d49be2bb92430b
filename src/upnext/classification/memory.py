"""What a workspace taught: by the tasks nearest to a new one, its usual priority and durations.

Neighbours, not averages: plain centroid updates made a well-seeded taxonomy worse, while exact and
near repeats and categories of one's own are where corrections pay. Pure.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from statistics import median
from typing import Final, Generic, NamedTuple, TypeVar

from upnext.classification.embedded.model import guess
from upnext.classification.embedded.words import STOP, stem, words
from upnext.classification.predictions import Custom, Prediction

V = TypeVar("V", str, int)
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


class Shelf(Generic[V]):
    """What was said of texts, found again by the words that they have in common."""

    def __init__(self) -> None:
        self._places: dict[frozenset[str], int] = {}
        self._said: list[tuple[int, Counter[V]]] = []
        """Of each bag how many words it has, and what was said of it."""
        self._of_word: defaultdict[str, list[int]] = defaultdict(list)

    def put(self, words_of: frozenset[str], value: V) -> None:
        place = self._places.get(words_of)
        if place is None:
            place = self._places[words_of] = len(self._said)
            self._said.append((len(words_of), Counter()))
            for word in words_of:
                self._of_word[word].append(place)
        self._said[place][1][value] += 1

    def near(self, words_of: frozenset[str]) -> Iterator[tuple[float, Counter[V]]]:
        """What was said of texts with at least the share NEAR of words in common (Jaccard's), with
        that share. Earlier texts come first."""
        if not self._said:
            return
        found = (self._of_word.get(word, ()) for word in words_of)
        shared = Counter(chain.from_iterable(found))
        for place, common in sorted(shared.items()):
            count, said = self._said[place]
            likeness = common / (len(words_of) + count - common)
            if likeness >= NEAR:
                yield likeness, said


class Memory:
    def __init__(
        self,
        lessons: Iterable[Lesson] = (),
        custom: Sequence[Custom] = (),
        *,
        learning: bool = True,
    ) -> None:
        self._categories: Shelf[str] = Shelf()
        self._priorities: Counter[str] = Counter()
        self._minutes: Shelf[int] = Shelf()
        self._durations: defaultdict[str, list[int]] = defaultdict(list)
        for each in custom:
            for text in (each.name, *each.examples, each.description):
                self._categories.put(bag(text), each.name)
        for lesson in lessons if learning else ():
            self.learn(lesson)

    def learn(self, lesson: Lesson) -> None:
        if lesson.field == "category":
            self._categories.put(bag(lesson.text), lesson.value)
        elif lesson.field == "priority":
            self._priorities[lesson.value] += 1
        else:
            minutes = int(lesson.value)
            self._minutes.put(bag(lesson.text), minutes)
            self._durations[lesson.category].append(minutes)

    def category(self, title: str) -> Prediction | None:
        """That of the nearest; of several as near, the one that comes up most."""
        votes: defaultdict[str, float] = defaultdict(float)
        best = 0.0
        for near, labels in self._categories.near(bag(title)):
            for label, count in labels.items():
                votes[label] += count * near**3
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
        near = [
            minutes for _, some in self._minutes.near(bag(title)) for minutes in some.elements()
        ]
        if near:
            value = round(median(near))
            return Prediction(value, 0.7, "memory", "what similar tasks took")
        same = self._durations.get(category, [])
        if len(same) < FEWEST_PRIORITIES:
            return None
        logs = math.fsum(math.log(minutes) for minutes in same) + SHRINK * math.log(CENTRE)
        value = max(1, round(math.exp(logs / (len(same) + SHRINK))))
        return Prediction(value, 0.45, "memory", f"what your tasks in {category} take")


@lru_cache(maxsize=4_000)
def bag(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP)


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

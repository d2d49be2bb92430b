"""What stands between us and a provider: a breaker, a bound on requests under way, and what was
answered before. All of it per process, as each finds out by itself within seconds; what may cost
money, the budget, is counted in the database.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from upnext.classification.predictions import Prediction, TaskText
from upnext.classification.providers.errors import Asked
from upnext.classification.providers.redacting import redacted

FAILURES, WITHIN = 5, 30.0
FIRST_REST, LONGEST_REST, REFUSED_REST = 60.0, 900.0, 3_600.0
MOST_KEPT: Final = 5_000

Clock = Callable[[], float]
"""Seconds that only go forward."""


@dataclass(slots=True)
class Breaker:
    """Five failures within 30 s: nobody is asked for a minute, then twice as long, up to a quarter
    of an hour. What a retry cannot mend (token, credits, model): for an hour."""

    clock: Clock
    failed: list[float] = field(default_factory=list)
    rest: float = FIRST_REST
    until: float = 0.0
    why: str = ""

    @property
    def open(self) -> bool:
        return self.clock() < self.until

    def succeed(self) -> None:
        self.failed.clear()
        self.rest, self.why = FIRST_REST, ""

    def fail(self, error: Asked) -> None:
        now = self.clock()
        self.why = error.code
        if error.lasting:
            self.until = now + REFUSED_REST
            return
        self.failed = [at for at in self.failed if at > now - WITHIN] + [now]
        if error.wait is not None:
            self.until = max(self.until, now + min(error.wait, LONGEST_REST))
        if len(self.failed) >= FAILURES:
            self.until = now + self.rest
            self.rest = min(self.rest * 2, LONGEST_REST)
            self.failed.clear()


class Answers:
    """The latest by the hash of what was asked: text, labels, model."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Prediction] = OrderedDict()

    @staticmethod
    def key(text: TaskText, labels: Mapping[str, str], model: str) -> bytes:
        said = " ".join(f"{text.title}\n{text.description}".casefold().split())
        parts = [model, said, *(f"{name}={labels[name]}" for name in sorted(labels))]
        return hashlib.sha256("\0".join(parts).encode()).digest()

    def get(self, key: bytes) -> Prediction | None:
        return self._kept.get(key)

    def put(self, key: bytes, prediction: Prediction) -> None:
        self._kept[key] = prediction
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def told(text: TaskText) -> str:
    """What a provider is told of a task."""
    whole = f"{text.title}. {text.description}" if text.description else text.title
    return redacted(whole)

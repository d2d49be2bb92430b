"""How good the embedded classifier is on labelled data, beside what costs nothing."""

import csv
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from upnext.classification.embedded.model import guess

LEVELS: Final = (0.2, 0.4, 0.6, 0.8)
BINS: Final = 10


class Labelled(NamedTuple):
    title: str
    description: str
    category: str


class Covered(NamedTuple):
    """Of the predictions of at least that confidence: their share, and how many were right."""

    least: float
    share: float
    accuracy: float


class Evaluation(NamedTuple):
    """`constant` and `majority` are the accuracies of `general` and of the most frequent label;
    the times are in milliseconds per task."""

    tasks: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    coverage: Sequence[Covered]
    constant: float
    majority: float
    median_ms: float
    slowest_ms: float


def read_labelled(path: Path) -> list[Labelled]:
    """CSV with `title`, `category`, maybe `description`. Raises ValueError, with what is wrong."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if not {"title", "category"} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path} needs the columns title and category.")
        rows = [Labelled(r["title"], r.get("description") or "", r["category"]) for r in reader]
    if not rows:
        raise ValueError(f"{path} has no rows.")
    return rows


def evaluate(rows: Sequence[Labelled]) -> Evaluation:
    """Among the labels that the data has: a label that nobody gave can only be wrong."""
    labels = {row.category for row in rows}
    guess("")
    guesses, times = [], []
    for row in rows:
        began = time.perf_counter()
        guesses.append(guess(row.title, row.description, labels))
        times.append((time.perf_counter() - began) * 1_000)
    right = [found.label == row.category for found, row in zip(guesses, rows, strict=True)]
    sure = [found.confidence for found in guesses]
    counts = Counter(row.category for row in rows)
    times.sort()
    return Evaluation(
        tasks=len(rows),
        accuracy=_share(right),
        macro_f1=macro_f1([row.category for row in rows], [found.label for found in guesses]),
        calibration_error=calibration_error(sure, right),
        coverage=[_covered(least, sure, right) for least in LEVELS],
        constant=counts["general"] / len(rows),
        majority=counts.most_common(1)[0][1] / len(rows),
        median_ms=times[len(times) // 2],
        slowest_ms=times[-1],
    )


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def _covered(least: float, sure: Sequence[float], right: Sequence[bool]) -> Covered:
    chosen = [good for how, good in zip(sure, right, strict=True) if how >= least]
    return Covered(least, len(chosen) / len(right), _share(chosen))


def macro_f1(labels: Sequence[str], found: Sequence[str]) -> float:
    """The mean over the labels of the harmonic mean of precision and recall."""
    scores = []
    for label in set(labels):
        hits = sum(a == b == label for a, b in zip(labels, found, strict=True))
        scores.append(2 * hits / (list(labels).count(label) + list(found).count(label)))
    return sum(scores) / len(scores)


def calibration_error(sure: Sequence[float], right: Sequence[bool]) -> float:
    """The expected one, over ten bins: how far confidence and accuracy lie apart."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for how, good in zip(sure, right, strict=True):
        bins[min(int(how * BINS), BINS - 1)].append((how, good))
    gaps = (
        abs(sum(how for how, _ in each) / len(each) - _share([good for _, good in each]))
        * len(each)
        for each in bins
        if each
    )
    return sum(gaps) / len(sure)

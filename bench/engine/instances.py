"""Problems to judge by: published ones from files, random ones from seeds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from upnext.planning.engine.columns import Floats
from upnext.planning.engine.problem import Problem, build_problem

DATA = Path(__file__).parents[2] / "tests" / "data" / "orlib"
SPREADS = (0.2, 0.4, 0.6, 0.8, 1.0)
Edges = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Published:
    """A problem with the best cost that anyone has found, which is proven to be least for most."""

    problem: Problem
    best: float


def published(size: int, folder: Path = DATA) -> list[Published]:
    """The instances of one size: any `wt<size>.txt` in the OR-Library's format, with its costs.

    The file of costs is `wtopt<size>.txt` or `wtbest<size>*.txt`, one number for each instance.
    """
    costs = [*folder.glob(f"wtopt{size}.txt"), *sorted(folder.glob(f"wtbest{size}*.txt"))]
    if not costs:
        raise FileNotFoundError(f"no wtopt{size}.txt or wtbest{size}*.txt in {folder}")
    return read(folder / f"wt{size}.txt", size, costs[0])


def read(file: Path, size: int, costs: Path | None = None) -> list[Published]:
    """Any file in the OR-Library's format: of each problem `size` durations, then as many weights,
    then as many due dates. Without `costs` the best is NaN: nobody has told it.

    ValueError if the numbers do not come out even.
    """
    numbers = np.array(file.read_text().split(), dtype=np.float64)
    if not size or not len(numbers) or len(numbers) % (3 * size):
        raise ValueError(f"{file}: {len(numbers)} numbers are no problems of {size} tasks")
    rows = numbers.reshape(-1, 3, size)
    best = [float("nan")] * len(rows)
    if costs is not None:
        best = [float(cost) for cost in costs.read_text().split()]
    if len(best) != len(rows):
        raise ValueError(f"{file}: {len(rows)} problems, but {len(best)} costs in {costs}")
    return [
        Published(build_problem(*columns), cost) for columns, cost in zip(rows, best, strict=True)
    ]


def sizes(folder: Path = DATA) -> list[int]:
    """Of the files `wt<size>.txt` in a folder."""
    stems = (path.stem.removeprefix("wt") for path in folder.glob("wt*.txt"))
    return sorted(int(stem) for stem in stems if stem.isdigit())


def dependencies(size: int, random: np.random.Generator, mean: float = 0.5) -> Edges:
    """About `mean` successors for each task, near it in a random line."""
    line = random.permutation(size)
    return frozenset(
        (int(line[place]), int(line[random.integers(place + 1, min(size, place + 12))]))
        for place in range(size - 1)
        for _ in range(random.poisson(mean))
    )


def with_dependencies(problem: Problem, random: np.random.Generator) -> Problem:
    edges = sorted(dependencies(len(problem), random))
    return build_problem(problem.minutes, problem.weight, problem.deadline, problem.release, edges)


def with_releases(problem: Problem, random: np.random.Generator, share: float = 0.5) -> Problem:
    """Half of the tasks are released at some time in the first half of the work."""
    later = random.random(len(problem)) < share
    release = np.where(later, random.uniform(0, problem.minutes.sum() / 2, len(problem)), 0).round()
    return replace(problem, release=release)


def random_problems(size: int, count: int, seed: int) -> Iterator[Problem]:
    """As the OR-Library's were made: due dates by relative range and tardiness factor."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        minutes = random.integers(1, 101, size).astype(np.float64)
        weight = random.integers(1, 11, size).astype(np.float64)
        yield build_problem(minutes, weight, _deadlines(minutes.sum(), size, random))


def _deadlines(work: float, size: int, random: np.random.Generator) -> Floats:
    width, tardy = random.choice(SPREADS), random.choice(SPREADS)
    first, last = work * (1 - tardy - width / 2), work * (1 - tardy + width / 2)
    return random.integers(int(first), int(last) + 1, size).astype(np.float64)

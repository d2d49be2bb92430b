"""`python -m bench.deriving`: what classification costs whoever makes a task.

Two servers, one in the mode `off` and one in `async`, are asked in turns to make tasks. What is
compared are the answers' times; what the job takes a moment later is CPU of the same process, and
told beside. Then the embedded classifier alone, per task. Fails when the median answer is later by
more than `MOST` of it, or a task takes the classifier a millisecond.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

from bench.alone import Alone, server
from bench.processes import cpu_seconds, settle
from bench.scenarios import API
from upnext.classification.embedded.model import guess

ROUNDS, AT_ONCE = 12, 50
MOST = 0.05
MODES = ("off", "async")
TITLE = "Pay the electricity bill and tell the landlord, 20 min, number {number}"


class Maker:
    """One person who makes tasks on one connection, one after the other."""

    def __init__(self, target: Alone) -> None:
        self._target = target
        self._connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
        self.times: list[float] = []
        self.cpu = 0.0

    def make(self, count: int) -> None:
        before = cpu_seconds([self._target.child.pid])
        for number in range(count):
            body = json.dumps({"title": TITLE.format(number=number)})
            headers = {**self._target.headers, "Content-Type": "application/json"}
            began = time.perf_counter()
            self._connection.request("POST", f"{API}/tasks", body, headers)
            answer = self._connection.getresponse()
            answer.read()
            self.times.append(time.perf_counter() - began)
            if answer.status != 201:
                sys.exit(f"bench: a task was answered {answer.status}")
        # Whatever it does afterwards must not fall into the other's turn.
        settle([self._target.child.pid])
        self.cpu += cpu_seconds([self._target.child.pid]) - before

    @property
    def median(self) -> float:
        return statistics.median(self.times) * 1_000

    @property
    def cpu_each(self) -> float:
        return self.cpu / len(self.times) * 1_000


def compare(rounds: int) -> dict[str, Maker]:
    with ExitStack() as stack:
        makers = {
            mode: Maker(stack.enter_context(server(TASK_CLASSIFICATION_MODE=mode)))
            for mode in MODES
        }
        for maker in makers.values():
            maker.make(AT_ONCE)
            maker.times.clear()
            maker.cpu = 0.0
        for number in range(rounds):
            for mode in MODES if number % 2 else reversed(MODES):
                makers[mode].make(AT_ONCE)
    return makers


def per_task(classify: Callable[[str], object], tasks: int = 2_000) -> float:
    """Milliseconds, the median of single ones."""
    classify("warm up")
    times = []
    for number in range(tasks):
        began = time.perf_counter()
        classify(TITLE.format(number=number))
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.deriving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    makers = compare(parser.parse_args().rounds)
    for mode, maker in makers.items():
        print(
            f"{mode:<6} POST /tasks median {maker.median:.2f} ms; "
            f"CPU with the job {maker.cpu_each:.2f} ms"
        )
    more = makers["async"].median / makers["off"].median - 1
    embedded = per_task(guess)
    print(f"async answers later by {more:+.1%}; the embedded classifier takes {embedded:.3f} ms")
    return 0 if more <= MOST and embedded < 1 else 1


if __name__ == "__main__":
    sys.exit(main())

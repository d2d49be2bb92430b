"""What Prometheus reads from `/metrics`.

With several worker processes a scrape reaches any one of them, so each writes its figures into
memory-mapped files of one directory, and whichever is asked adds up all of them. The client
library settles at import whether it does that: `share()` therefore runs in the process that starts
the workers, before they start.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

SWITCH = "PROMETHEUS_MULTIPROC_DIR"
LABELS = ("method", "route", "status")
SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def share(directory: Path) -> None:
    """Before worker processes start: an empty place for their figures, and the switch to use it."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    os.environ[SWITCH] = str(directory)  # noqa: TID251 - written for the workers, not read


class Metrics:
    """One per process. `directory` is what `share()` got, None where there is one process only."""

    def __init__(self, directory: Path | None = None) -> None:
        if directory is not None and not _sharing():
            raise RuntimeError("metrics.share() must run before the worker processes start")
        self._directory = directory
        self.registry = CollectorRegistry()
        self.in_flight = Gauge(
            "http_requests_in_flight",
            "Requests being answered now.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._requests = Counter(
            "http_requests", "Requests answered.", LABELS, registry=self.registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the request's head to the last byte of its answer.",
            LABELS,
            registry=self.registry,
            buckets=SECONDS,
        )
        self.job_failures = Counter(
            "job_failures", "Attempts of jobs that failed.", ("kind",), registry=self.registry
        )
        self._job_seconds = Histogram(
            "job_duration_seconds",
            "Time of an attempt of a job, from its claim on.",
            ("kind",),
            registry=self.registry,
            buckets=(*SECONDS, 60.0, 600.0),
        )
        self.webhooks = Counter(
            "webhook_deliveries", "Calls of webhooks.", ("outcome",), registry=self.registry
        )
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """`method` and `route` are from closed sets: each pair becomes a series for good."""
        key = (method, route, status // 100)
        series = self._series.get(key)
        if series is None:
            labels = (method, route, f"{key[2]}xx")
            series = (self._requests.labels(*labels), self._seconds.labels(*labels))
            self._series[key] = series
        series[0].inc()
        series[1].observe(seconds)

    def worked(self, kind: str, seconds: float) -> None:
        self._job_seconds.labels(kind).observe(seconds)

    def render(self, more: Iterable[Metric] = ()) -> tuple[bytes, str]:
        """The page and its content type, of all workers together, and `more` as it is."""
        registry = self.registry
        if self._directory is None:
            processes = Processes([os.getpid()])
        else:
            _forget_dead(self._directory)
            registry = CollectorRegistry()
            files = str(self._directory)
            MultiProcessCollector(registry, files)  # type: ignore[no-untyped-call] # it has none
            processes = Processes(_pids(self._directory))
        own = CollectorRegistry()
        own.register(processes)
        own.register(Given(more))
        return generate_latest(registry) + generate_latest(own), CONTENT_TYPE_LATEST


class Given(Collector):
    """What was measured by whoever asks for the page."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


class Processes(Collector):
    """Memory, CPU and open files of each worker, told apart by its process id."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterator[Metric]:
        merged: dict[str, Metric] = {}
        for pid in self._pids:
            for metric in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                family = merged.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    family.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        yield from merged.values()


def _sharing() -> bool:
    return bool(getattr(values.ValueClass, "_multiprocess", False))


def _pids(directory: Path) -> list[int]:
    return sorted({int(path.stem.rpartition("_")[2]) for path in directory.glob("*.db")})


def _forget_dead(directory: Path) -> None:
    """A worker that was killed leaves its requests in flight behind; its totals stay true."""
    for path in directory.glob("gauge_live*.db"):
        if not _alive(int(path.stem.rpartition("_")[2])):
            path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

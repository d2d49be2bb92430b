"""What Prometheus gets to read: from one process, and from several together."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from upnext.core.metrics import Metrics

SHARE = """
import sys
from pathlib import Path
from upnext.core import metrics
metrics.share(Path(sys.argv[1]))
"""
WORKER = """
import os, sys, time
from pathlib import Path
from upnext.core.metrics import Metrics
metrics = Metrics(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
metrics.in_flight.inc()
for _ in range(int(sys.argv[1])):
    metrics.count("GET", "/api/v1/tasks/{task_id}", 200, 0.003)
print("ready", flush=True)
sys.stdin.readline()
if sys.argv[2] == "render":
    print(metrics.render()[0].decode(), flush=True)
"""


def samples(page: str | bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = page if isinstance(page, str) else page.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_one_process() -> None:
    metrics = Metrics()
    metrics.count("GET", "/api/v1/tasks", 200, 0.003)
    metrics.count("GET", "/api/v1/tasks", 201, 0.2)
    metrics.count("GET", "/api/v1/tasks", 404, 9.0)
    page, media_type = metrics.render()
    assert media_type.startswith("text/plain")
    found = samples(page)
    labels = {("method", "GET"), ("route", "/api/v1/tasks")}
    good, bad = frozenset(labels | {("status", "2xx")}), frozenset(labels | {("status", "4xx")})
    assert found["http_requests_total", good] == 2
    assert found["http_requests_total", bad] == 1
    assert found["http_request_duration_seconds_sum", good] == pytest.approx(0.203)
    assert found["http_request_duration_seconds_bucket", good | {("le", "0.005")}] == 1
    assert found["http_request_duration_seconds_bucket", good | {("le", "+Inf")}] == 2
    assert found["http_requests_in_flight", frozenset()] == 0
    own = frozenset({("pid", str(os.getpid()))})
    assert found["process_resident_memory_bytes", own] > 1_000_000
    assert found["process_cpu_seconds_total", own] > 0


def test_instances_do_not_share_by_accident() -> None:
    one, two = Metrics(), Metrics()
    one.count("GET", "/", 200, 0.1)
    assert b'route="/"' not in two.render()[0]


def test_a_directory_without_the_switch_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="share"):
        Metrics(tmp_path)


def start(directory: Path, hits: int, end: str) -> subprocess.Popen[str]:
    # In a process of its own, since the switch decides when the library is imported.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    if not directory.exists():
        subprocess.run([sys.executable, "-c", SHARE, str(directory)], check=True, env=environment)
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(hits), end],
        env={**environment, "PROMETHEUS_MULTIPROC_DIR": str(directory)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_any_worker_answers_for_all_of_them(tmp_path: Path) -> None:
    directory = tmp_path / "metrics"
    killed = start(directory, 5, "die")
    killed.kill()
    killed.communicate()
    other, asked = start(directory, 7, "wait"), start(directory, 11, "render")
    page, _ = asked.communicate("\n")
    pid = other.pid
    other.communicate("\n")
    found = samples(page)
    labels = frozenset({("method", "GET"), ("route", "/api/v1/tasks/{task_id}"), ("status", "2xx")})
    # What the killed one had answered stays counted; its request in flight does not.
    assert found["http_requests_total", labels] == 23
    assert found["http_requests_in_flight", frozenset()] == 2
    processes = {dict(key[1])["pid"] for key in found if key[0] == "process_resident_memory_bytes"}
    assert processes == {str(pid), str(asked.pid)}


def test_a_new_start_forgets_the_figures_of_the_last(tmp_path: Path) -> None:
    directory = tmp_path / "metrics"
    directory.mkdir()
    (directory / "counter_1.db").write_bytes(b"old")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", SHARE, str(directory)], check=True, env=environment)
    assert list(directory.iterdir()) == []

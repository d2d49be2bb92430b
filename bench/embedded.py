"""One server process as a household runs it: how fast it is there, and what it keeps."""

import time
from collections.abc import Sequence
from statistics import median

from bench.instance import Launcher, Target, timed_start
from bench.processes import cpu_seconds, pss_megabytes, settle
from bench.report import Check
from bench.rounds import Measurement
from bench.scenarios import Scenario

STARTS = 3
LOADS = 3
SECONDS_PER_SCENARIO = 1
CONNECTIONS = 32
IDLE_SECONDS = 3.0
# Growth from the second load to the last that is the allocator's breathing, not a leak.
STEADY_MEGABYTES = 5
BUDGETS = {"start": 4.0, "idle": 150.0, "loaded": 250.0}


def weigh(
    launcher: Launcher, measurement: Measurement, scenarios: Sequence[Scenario]
) -> tuple[list[Check], list[str]]:
    starts = []
    for number in range(STARTS):
        server, seconds = timed_start(launcher, 1)
        starts.append(seconds)
        if number < STARTS - 1:
            launcher.stop(server)
    busy = idle_cpu(server, measurement)
    memory = [pss_megabytes(server.child.pid)]
    for _ in range(LOADS):
        _load(server, measurement, scenarios)
        memory.append(pss_megabytes(server.child.pid))
    launcher.stop(server)
    idle, *loaded = memory
    checks = [
        Check("one process: start to /health/ready", median(starts), BUDGETS["start"], "s"),
        Check("one process: PSS idle", idle, BUDGETS["idle"], "MB"),
        Check("one process: PSS after load", max(loaded), BUDGETS["loaded"], "MB"),
        Check(
            "one process: PSS growth, load 2 to 3", loaded[-1] - loaded[1], STEADY_MEGABYTES, "MB"
        ),
    ]
    told = ", ".join(f"{figure:.0f}" for figure in memory)
    notes = [
        f"One process: PSS idle and after each load {told} MB; starts "
        f"{', '.join(f'{seconds:.2f}' for seconds in starts)} s; idle CPU {busy}."
    ]
    return checks, notes


def idle_cpu(target: Target, measurement: Measurement) -> str:
    """What the sealer, the schedules and the queue cost while nobody asks for anything."""
    own, database = [target.child.pid], measurement.store.pids
    settle(own + database)
    before = cpu_seconds(own), cpu_seconds(database)
    time.sleep(IDLE_SECONDS)
    app, data = (
        1000 * (cpu_seconds(pids) - first) / IDLE_SECONDS
        for pids, first in zip((own, database), before, strict=True)
    )
    return f"{app:.0f} ms/s, database {data:.0f} ms/s"


def _load(server: Target, measurement: Measurement, scenarios: Sequence[Scenario]) -> None:
    for scenario in scenarios:
        measurement.sample(server, scenario.request, CONNECTIONS, SECONDS_PER_SCENARIO)
        measurement.tidy(scenario)

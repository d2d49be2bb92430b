"""Real processes killed by SIGKILL while they work, some ten seconds per database. The full trial,
with its hundred kills, is `python -m bench.faults`."""

import random
import sys
from datetime import timedelta

import pytest

from bench.faults import scheduling, trials

# What the databases do when a connection dies is the trial's own matter, on each of them by night.
pytestmark = pytest.mark.spread


async def test_killed_workers_lose_nothing_and_double_nothing(own_database_url: str) -> None:
    seed = random.randrange(10**6)
    plan = trials.Plan(seed=seed, kills=10, jobs=300, seconds=4)
    verdict = await trials.kill_workers(own_database_url, plan)
    sys.stdout.write(f"seed={seed} {verdict}\n")
    assert verdict.sound
    assert verdict.kills > 0
    assert verdict.acknowledged == verdict.kills * 30
    assert verdict.ticks >= trials.SCHEDULES


async def test_a_killed_writer_loses_nothing_it_acknowledged(own_database_url: str) -> None:
    seed = random.randrange(10**6)
    verdict = await trials.kill_writer(own_database_url, seed=seed, kills=3)
    sys.stdout.write(f"seed={seed} {verdict}\n")
    assert verdict.sound
    assert verdict.acknowledged > 3


async def test_killed_schedulers_fire_each_time_once(own_database_url: str) -> None:
    seed = random.randrange(10**6)
    verdict = await scheduling.kill_schedulers(
        own_database_url, seed=seed, kills=2, schedules=20, every=timedelta(seconds=1)
    )
    sys.stdout.write(f"seed={seed} {verdict}\n")
    assert verdict.sound
    assert verdict.ticks > 0

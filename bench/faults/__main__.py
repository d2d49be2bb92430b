"""`python -m bench.faults`: every trial on each database that is named, or on all three.

Exits non-zero when one of them fails; the seed that it prints makes the same kills again.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Callable

import structlog

from bench.faults import filing, outage, pools, redis_outage, scheduling, trials
from bench.faults.filing import FilesVerdict
from bench.faults.outage import OutageVerdict
from bench.faults.pools import PoolVerdict
from bench.faults.redis_outage import RedisVerdict
from tests.kit.databases import DIALECTS, Databases, alone

# What is killed complains; only what would end the trial is of interest.
QUIET = 50


Told = trials.Verdict | OutageVerdict | FilesVerdict | PoolVerdict | RedisVerdict
Trial = Callable[[Databases, str, argparse.Namespace, int], Told | None]


def main() -> int:
    options = _options()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(QUIET))
    passed = [
        _on(dialect, options, seed=options.seed + number)
        for number, dialect in enumerate(options.db or DIALECTS)
    ]
    return 0 if all(passed) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--db", action="append", choices=DIALECTS)
    parser.add_argument("--trial", action="append", choices=TRIALS, help="all, if left out")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--kills", type=int, default=100, help="of workers")
    parser.add_argument("--jobs", type=int, default=5_000, help="for the workers")
    parser.add_argument("--celery-kills", type=int, default=50, help="of all that Celery needs")
    parser.add_argument("--celery-jobs", type=int, default=2_500)
    parser.add_argument("--writer-kills", type=int, default=25)
    parser.add_argument("--scheduler-kills", type=int, default=50)
    parser.add_argument("--schedules", type=int, default=scheduling.SCHEDULES)
    parser.add_argument("--filer-kills", type=int, default=30)
    parser.add_argument("--down", type=float, default=outage.DOWN_SECONDS, help="seconds of outage")
    parser.add_argument("--redis-down", type=float, default=redis_outage.DOWN_SECONDS)
    return parser.parse_args()


def _on(dialect: str, options: argparse.Namespace, *, seed: int) -> bool:
    passed = True
    with alone(dialect, "faults") as databases:
        for name in options.trial or TRIALS:
            verdict = TRIALS[name](databases, dialect, options, seed)
            if verdict is not None:
                print(f"{dialect} seed={seed} {verdict}", flush=True)
                passed &= verdict.passed
    return passed


def _workers(
    databases: Databases, dialect: str, options: argparse.Namespace, seed: int
) -> trials.Verdict:
    plan = trials.Plan(seed=seed, kills=options.kills, jobs=options.jobs)
    return asyncio.run(trials.kill_workers(databases.migrated(dialect), plan))


def _writer(
    databases: Databases, dialect: str, options: argparse.Namespace, seed: int
) -> trials.Verdict:
    url, kills = databases.migrated(dialect), options.writer_kills
    return asyncio.run(trials.kill_writer(url, seed=seed, kills=kills))


def _schedulers(
    databases: Databases, dialect: str, options: argparse.Namespace, seed: int
) -> trials.Verdict:
    trial = scheduling.kill_schedulers(
        databases.migrated(dialect),
        seed=seed,
        kills=options.scheduler_kills,
        schedules=options.schedules,
    )
    return asyncio.run(trial)


def _files(
    databases: Databases, dialect: str, options: argparse.Namespace, seed: int
) -> FilesVerdict:
    url = databases.migrated(dialect)
    return asyncio.run(filing.kill_filers(url, seed=seed, kills=options.filer_kills))


def _outage(
    _: Databases, dialect: str, options: argparse.Namespace, seed: int
) -> OutageVerdict | None:
    """On a server of its own, which keeps what it acknowledged. SQLite has none to restart."""
    if dialect == "sqlite":
        return None
    return outage.restart_database(dialect, seed=seed, seconds=options.down)


def _celery(_: Databases, dialect: str, options: argparse.Namespace, seed: int) -> PoolVerdict:
    plan = trials.Plan(seed=seed, kills=options.celery_kills, jobs=options.celery_jobs)
    return pools.kill_pools(dialect, plan)


def _redis(_: Databases, dialect: str, options: argparse.Namespace, seed: int) -> RedisVerdict:
    return redis_outage.lose_redis(dialect, seed=seed, seconds=options.redis_down)


TRIALS: dict[str, Trial] = {
    "workers": _workers,
    "writer": _writer,
    "schedulers": _schedulers,
    "files": _files,
    "outage": _outage,
    "celery": _celery,
    "redis": _redis,
}


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench.faults`: both trials on each database that is named, or on all three."""

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bench.faults import trials
from tests.kit.databases import DIALECTS, Databases
from tests.kit.servers import Fleet


def main() -> int:
    options = _options()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    passed = [
        _on(dialect, options, seed=options.seed + number)
        for number, dialect in enumerate(options.db or DIALECTS)
    ]
    return 0 if all(passed) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=trials.__doc__)
    parser.add_argument("--db", action="append", choices=DIALECTS)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--kills", type=int, default=100, help="of workers")
    parser.add_argument("--writer-kills", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=5_000)
    return parser.parse_args()


def _on(dialect: str, options: argparse.Namespace, *, seed: int) -> bool:
    with _databases(dialect) as databases:
        plan = trials.Plan(seed=seed, kills=options.kills, jobs=options.jobs)
        workers = trials.kill_workers(databases.migrated(dialect), plan)
        verdicts = [_tell(dialect, seed, asyncio.run(workers))]
        writer = trials.kill_writer(
            databases.migrated(dialect), seed=seed, kills=options.writer_kills
        )
        verdicts.append(_tell(dialect, seed, asyncio.run(writer)))
    return all(verdict.passed for verdict in verdicts)


def _tell(dialect: str, seed: int, verdict: trials.Verdict) -> trials.Verdict:
    print(f"{dialect} seed={seed} {verdict}", flush=True)
    return verdict


@contextmanager
def _databases(dialect: str) -> Iterator[Databases]:
    fleet = Fleet()
    try:
        servers = fleet.start([dialect] if dialect != "sqlite" else [], os.environ)
        if dialect in servers.missing:
            sys.exit(f"{dialect}: {servers.missing[dialect]}")
        with TemporaryDirectory() as folder:
            databases = Databases(servers, f"upnext_faults_{servers.run}", Path(folder))
            yield databases
            databases.drop_all()
    finally:
        fleet.stop()


if __name__ == "__main__":
    sys.exit(main())

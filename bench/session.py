"""One run of the bench, from an empty folder to a report."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from bench import boards, embedded, growth, jobs, yardstick
from bench.boards import BenchBoard
from bench.fleet import BenchFleet, Store
from bench.instance import WORKERS, Launcher, Target, register, sign_in
from bench.limit_stores import Plan
from bench.load import Generator, Request
from bench.processes import cpu_seconds, machine_seconds, own_seconds, pss_megabytes
from bench.report import Report, cores, machine
from bench.rounds import Measurement, pairs
from bench.scenarios import (
    DEEP_PAGE,
    PAGE,
    Account,
    Budget,
    Scenario,
    reads,
    statistics,
    writes,
)
from bench.seeding import Owner, Seeder, analyze
from upnext.core.db import Database
from upnext.tasks.models import Task
from upnext.tasks.wire import COLUMNS

MAIN, PLANNER, BOARD = "main@example.com", "planner@example.com", "board@example.com"
TASKS = 10_000
# Above this share of the machine, others decide how long anything takes.
QUIET = 0.05
YARDSTICK = Scenario(yardstick.NAME, Request(f"/{yardstick.NAME}"), Budget())
STRANGERS, TASKS_OF_STRANGERS = 100, 100


@dataclass(frozen=True)
class Options:
    database: str
    rounds: int
    seconds: int
    growth: bool
    own_generator: bool
    only: str


@dataclass(frozen=True)
class People:
    """Whom the scenarios act for. `task_ids` are the main account's, newest first."""

    main: Account
    owner: Owner
    planner: Account
    planning: Owner
    task_ids: list[str]
    board: BenchBoard


@contextmanager
def strangers_share(targets: list[Target], store: Store) -> Iterator[list[str]]:
    """How much of the machine was used by what is not part of the measurement."""
    pids = [target.child.pid for target in targets] + store.pids
    told: list[str] = []
    began, all_before = time.monotonic(), machine_seconds()
    ours_before = cpu_seconds(pids) + own_seconds()
    yield told
    ours = cpu_seconds(pids) + own_seconds() - ours_before
    theirs = machine_seconds() - all_before - ours
    share = theirs / (cores() * (time.monotonic() - began))
    warning = ": too much to believe rates, latencies and starts" if share > QUIET else ""
    told.append(f"took {100 * share:.0f} % of the machine during the rounds{warning}")


class Session:
    def __init__(self, fleet: BenchFleet, options: Options) -> None:
        self.options = options
        self.store: Store = fleet.store(options.database)
        self.launcher = Launcher(fleet, self.store)
        self.generator = Generator(fleet.folder_for("load"), own=options.own_generator)
        self.notes: list[str] = []

    def run(self) -> Report:
        since = datetime.now(UTC)
        people = self._people()
        self._say(f"seeded {self.store.label}")
        server = self.launcher.server()
        limit = self.launcher.limit(self._plan(people))
        idle = pss_megabytes(server.child.pid)
        measurement = Measurement(
            self.store, self.generator, people.owner.workspace_id, since, self.options.seconds
        )
        scenarios = self._scenarios(server, people)
        every = pairs(server, limit, scenarios)
        if self.store.dialect in yardstick.THERE:
            every.append((limit, YARDSTICK, YARDSTICK.request))
        self._calibrate(measurement, limit)
        measurement.warm(every)
        with strangers_share([server, limit], self.store) as others:
            for number in measurement.rounds(every, self.options.rounds):
                self._say(f"round {number} of {self.options.rounds} is over")
        loaded = pss_megabytes(server.child.pid)
        self.notes.append(
            f"{WORKERS} workers: PSS {idle:.0f} MB idle, {loaded:.0f} MB after load; idle CPU "
            f"{embedded.idle_cpu(server, measurement)}."
        )
        report = self._report(scenarios, measurement)
        report.facts["other programs"] = others[0]
        if self.options.growth:
            self._grow(report, measurement, server, people)
        self.launcher.stop_all()
        self._rest(report, measurement)
        return report

    def _people(self) -> People:
        """Registered through the API, as people are; their tasks come by SQL."""
        server = self.launcher.server()
        for email in (MAIN, PLANNER, BOARD):
            register(server.base, email)
        main, owner = sign_in(server.base, MAIN)
        planner, planning = sign_in(server.base, PLANNER)
        board = boards.build(server.base, sign_in(server.base, BOARD)[0])
        self.launcher.stop(server)
        task_ids = asyncio.run(self._seed(owner, planning))
        return People(main, owner, planner, planning, task_ids, board)

    async def _seed(self, owner: Owner, planning: Owner) -> list[str]:
        db = Database(self.store.url, pool_size=1)
        seeder = Seeder(db)
        await seeder.strangers(STRANGERS, TASKS_OF_STRANGERS)
        await seeder.fill(owner, TASKS)
        await seeder.fill(planning, TASKS, only_open=True)
        if self.store.dialect in yardstick.THERE:
            await yardstick.build(db, self.store)
        await analyze(db, self.store)
        newest = (
            select(Task.id)
            .where(Task.workspace_id == owner.workspace_id)
            .order_by(Task.created_at.desc(), Task.id.desc())
        )
        async with db.reader.connect() as connection:
            task_ids = [str(task_id) for task_id in await connection.scalars(newest)]
        await db.dispose()
        return task_ids

    def _plan(self, people: People) -> Plan:
        return Plan(
            url=self.store.url,
            workspace_id=str(people.owner.workspace_id),
            columns=[column.key for column in COLUMNS],
            cursor=people.task_ids[PAGE * (DEEP_PAGE - 1) - 1],
            template=people.task_ids[0],
        )

    def _scenarios(self, server: Target, people: People) -> list[Scenario]:
        found = reads(server.base, people.main, people.planner, people.task_ids)
        found += statistics(server.base, people.main, people.planner)
        found += writes(people.main, people.task_ids)
        found += boards.scenarios(people.board)
        return [one for one in found if self.options.only in one.name]

    def _calibrate(self, measurement: Measurement, limit: Target) -> None:
        """With answers that cost nothing, to show what the generator itself can do."""
        free = measurement.sample(limit, Request("/fixed"), 32)
        self.notes.append(
            f"The generator ({self.generator.name}) alone reaches {free.run.per_second:.0f} "
            f"requests/s of 20 kB at 32 connections; it is one thread, and the column "
            f"`generator` above is the most of one core that it ever used."
        )

    def _report(self, scenarios: list[Scenario], measurement: Measurement) -> Report:
        facts = machine() | {
            "database": f"{self.store.label}, durable settings",
            "servers": f"{WORKERS} workers each, over loopback, every middleware on",
            "load": f"{self.generator.name}, {self.options.rounds} interleaved rounds of "
            f"{self.options.seconds} s",
            "data": f"{TASKS:,} tasks of the account that asks, {TASKS:,} open ones of the "
            f"account of next_action, a board of {boards.CARDS:,} cards, {STRANGERS} others with "
            f"{TASKS_OF_STRANGERS} each",
        }
        return Report(
            self.store.dialect, self.store.label, facts, scenarios, measurement.samples, self.notes
        )

    def _grow(
        self, report: Report, measurement: Measurement, server: Target, people: People
    ) -> None:
        self._say("loading the growth, which takes minutes")
        growth.grow(self.store)
        # Asked for anew: an ETag may have ended since with a deadline that passed.
        checks, notes = growth.compare(measurement, server, self._scenarios(server, people))
        report.others += checks
        report.notes += notes

    def _rest(self, report: Report, measurement: Measurement) -> None:
        self._say("one process: starts and memory")
        checks, notes = embedded.weigh(self.launcher, measurement, report.scenarios)
        self._say("jobs")
        jobs_check, jobs_note = jobs.throughput(self.launcher, self.store)
        report.others += [*checks, jobs_check]
        report.notes += [*notes, jobs_note]

    def _say(self, what: str) -> None:
        print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)

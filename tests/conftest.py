"""Starts the servers once per run, and runs every test that uses a database on each of them."""

import gc
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import hypothesis
import pytest
import redis as redis_client
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from tests.kit import counts, effort, environment, jobs, memory, network, probes, spreading
from tests.kit.databases import DIALECTS, Databases
from tests.kit.logs import quiet
from tests.kit.servers import Fleet, Servers, StartFailed
from tests.kit.sharing import ByPlace
from upnext.identity import passwords

pytest_plugins = ["tests.kit.app", "tests.kit.kept"]

FLEET = pytest.StashKey[Fleet]()
SERVERS = pytest.StashKey[Servers]()
GIVEN = pytest.StashKey[dict[str, str]]()
SECONDS = pytest.StashKey[float]()
# How long an example takes says more about the machine than about the code.
for name, examples in (("suite", 25), ("nightly", 1_000)):
    hypothesis.settings.register_profile(
        name,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
hypothesis.settings.load_profile(effort.PROFILE)
# What thousands of tests keep is not looked through again after every few hundred objects.
gc.set_threshold(50_000, 20, 50)
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
# httpx looks for it at each request, in every folder on the path.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # what is known not to be there
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        action="append",
        choices=DIALECTS,
        help="run the tests that use a database on this one only (may be repeated)",
    )
    parser.addoption(
        "--everywhere",
        action="store_true",
        help="run every test on every database, and not only those that differ there",
    )


def pytest_configure(config: pytest.Config) -> None:
    quiet()
    # Ignored by what a shell runs in the background, and by its children, which tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory.root()))
    config.stash[GIVEN] = environment.take(os.environ)
    config.stash[SERVERS] = Servers()
    if worker := getattr(config, "workerinput", None):
        config.stash[SERVERS] = Servers(**worker["servers"])
    elif config.getoption("numprocesses", None) and not config.option.collectonly:
        _start(config, {*_dialects(config), "redis"})
    given = [*config.stash[GIVEN].values(), *config.stash[SERVERS].given_urls()]
    network.forbid_internet(given)


def pytest_configure_node(node: Any) -> None:  # xdist's WorkerController, which has no types
    node.workerinput["servers"] = node.config.stash[SERVERS].to_dict()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: many a test waits, for a database or a process."""
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:  # xdist's, as above
    return ByPlace(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "dialect" in metafunc.fixturenames:
        dialects = _dialects(metafunc.config)
        if metafunc.definition.get_closest_marker("server"):
            dialects = [name for name in dialects if name != "sqlite"]
        if marker := metafunc.definition.get_closest_marker("only"):
            dialects = [name for name in dialects if name in marker.args]
        metafunc.parametrize("dialect", dialects, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    counts.mark(items)
    if config.getoption("db") or config.getoption("everywhere"):
        return
    if others := spreading.elsewhere(items, _dialects(config)):
        config.hook.pytest_deselected(items=[*others])
        items[:] = [item for item in items if item not in others]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Without xdist, start only what the chosen tests use: a narrow run starts at once."""
    gc.freeze()  # modules and tests stay; nobody has to look through them again
    config = session.config
    single = not (hasattr(config, "workerinput") or config.getoption("numprocesses", None))
    if single and not config.option.collectonly:
        _start(config, counts.used(session.items))


@pytest.fixture(scope="module", autouse=True)
def own_jobs() -> None:
    jobs.begin()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[PasswordHash]:
    """Argon2 with almost no work, but for the tests of hashes: everybody else's person would
    otherwise cost more than what is tested, and a third of the suite's time. Gives the real one.
    """
    with pytest.MonkeyPatch.context() as patch:
        real = passwords._HASHES  # noqa: SLF001 - nobody but this suite may make them cheap
        patch.setattr(passwords, "_HASHES", CHEAP)
        yield real


@pytest.fixture(autouse=True)
def real_passwords(
    request: pytest.FixtureRequest, cheap_passwords: PasswordHash, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.get_closest_marker("real_passwords"):
        monkeypatch.setattr(passwords, "_HASHES", cheap_passwords)


def pytest_unconfigure(config: pytest.Config) -> None:
    if fleet := config.stash.get(FLEET, None):
        fleet.stop()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    # pytest collects ten times from here on, and Python at its end: once finds all to be told of.
    gc.collect()
    gc.freeze()
    if IN_CI and not session.exitstatus and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    servers = terminalreporter.config.stash[SERVERS]
    terminalreporter.section("counts per database")
    for line in counts.lines(counts.count(terminalreporter.stats), servers):
        terminalreporter.line(line)
    for name, reason in servers.missing.items():
        terminalreporter.line(f"NOT RUN on {name}: {reason}", red=True, bold=True)
    if IN_CI and (skipped := _skipped(terminalreporter.config)):
        message = f"FAILED: CI skips nothing, and {skipped} tests were skipped"
        terminalreporter.line(message, red=True, bold=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    servers = config.stash[SERVERS]
    # A worker of xdist has been handed the servers, and has no start of its own to tell of.
    if not servers.labels or SECONDS not in config.stash:
        return []
    labels = ", ".join(sorted(servers.labels.values()))
    return [f"servers: {labels} (ready in {config.stash[SECONDS]:.1f} s)"]


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    return request.config.stash[SERVERS]


@pytest.fixture(scope="session")
def dialect(request: pytest.FixtureRequest, servers: Servers) -> str:
    """`sqlite`, `postgresql` or `mysql`: a test that names it, or a database, runs on each."""
    name: str = request.param
    if name in servers.missing:
        pytest.skip(f"no {name} here: {servers.missing[name]}")
    return name


@pytest.fixture(scope="session")
def databases(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    databases = Databases(servers, f"upnext_test_{servers.run}_{worker_id}", folder)
    yield databases
    databases.drop_all()


@pytest.fixture(scope="session")
def database_url(databases: Databases, dialect: str) -> str:
    """Migrated, shared by all tests of this process: each commits into a workspace of its own."""
    return databases.shared(dialect)


@pytest.fixture
def own_database_url(databases: Databases, dialect: str) -> str:
    """A migrated database for this test alone: for what concerns the whole instance."""
    return databases.migrated(dialect)


@pytest.fixture
def empty_database_url(databases: Databases, dialect: str) -> str:
    """A database without a single table: for the migrations themselves."""
    return databases.empty(dialect)


@pytest.fixture
def redis_url(servers: Servers, worker_id: str) -> str:
    """An empty Redis database that no other process of this run uses."""
    if "redis" in servers.missing:
        pytest.skip(f"no Redis here: {servers.missing['redis']}")
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    url = f"{servers.urls['redis'].rstrip('/')}/{number}"
    with redis_client.Redis.from_url(url) as client:
        client.flushdb()
    return url


def _start(config: pytest.Config, names: Iterable[str]) -> None:
    began = time.monotonic()
    given = config.stash[GIVEN]
    fleet = config.stash[FLEET] = Fleet()
    try:
        servers = fleet.start(sorted(set(names) - {"sqlite"}), given)
    except StartFailed as error:
        raise pytest.UsageError(str(error)) from error
    servers.labels["sqlite"] = probes.version("sqlite://")
    config.stash[SERVERS] = servers
    config.stash[SECONDS] = time.monotonic() - began
    if IN_CI and servers.missing:
        raise pytest.UsageError(f"CI skips nothing, and these are missing: {servers.missing}")


def _dialects(config: pytest.Config) -> list[str]:
    chosen = config.getoption("db") or DIALECTS
    return [name for name in DIALECTS if name in chosen]


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0

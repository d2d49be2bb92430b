"""Database servers as in production, durable and with default memory, and databases on them."""

import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.processes import Child
from tests.kit import probes, recipes
from tests.kit.recipes import MariaDB, PostgreSQL, Recipe
from tests.kit.servers import Fleet
from upnext.core import migrate

DIALECTS = ("postgresql", "sqlite", "mysql")
# The last of a repeated option counts.
DURABLE = {
    "postgresql": {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_level": "replica",
        "shared_buffers": "256MB",
        "max_wal_size": "4GB",
        "timezone": "UTC",
    },
    "mysql": {
        "innodb-flush-log-at-trx-commit": "1",
        "innodb-doublewrite": "1",
        "innodb-buffer-pool-size": "512M",
        "innodb-log-file-size": "256M",
        "default-time-zone": "+00:00",
    },
}


class DurablePostgreSQL(PostgreSQL):
    def command(self, folder: Path, port: int) -> list[str]:
        return super().command(folder, port) + _options(self.name)


class DurableMariaDB(MariaDB):
    def command(self, folder: Path, port: int) -> list[str]:
        return super().command(folder, port) + _options(self.name)


def _options(name: str) -> list[str]:
    return [f"--{option}={value}" for option, value in DURABLE[name].items()]


@dataclass(frozen=True)
class Store:
    """A migrated database. `pid` is its server's, None for SQLite."""

    dialect: str
    url: str
    label: str
    folder: Path
    pid: int | None

    @property
    def pids(self) -> list[int]:
        return [self.pid] if self.pid else []


class BenchFleet(Fleet):
    """The suite's fleet, whose watchdog also ends the processes that are measured."""

    def store(self, dialect: str) -> Store:
        return self.stores(dialect, 1)[0]

    def stores(self, dialect: str, count: int) -> list[Store]:
        """So many databases on one server."""
        urls, pid = self._server(dialect, count)
        for url in urls:
            migrate.upgrade(url)
        label = probes.version(urls[0])
        return [Store(dialect, url, label, self._home(), pid) for url in urls]

    def redis(self) -> tuple[str, int]:
        """A Redis of our own: its address and its process."""
        found = recipes.find("redis")
        if isinstance(found, str):
            sys.exit(f"bench: {found}")
        url = self._wait(self._launch(found))
        return url, self.pid_of(url)

    def guard(self, child: Child) -> Child:
        """Should this process be killed, the watchdog ends the child's whole group."""
        self._guard("TERM", -child.pid)
        return child

    def folder_for(self, name: str) -> Path:
        folder = self._home() / name
        folder.mkdir(exist_ok=True)
        return folder

    def _server(self, dialect: str, count: int) -> tuple[list[str], int | None]:
        if dialect == "sqlite":
            names = ["upnext", *(f"upnext{number}" for number in range(1, count))]
            return [f"sqlite:///{self.folder_for('sqlite') / name}.db" for name in names], None
        server = self._wait(self._launch(_recipe(dialect)))
        pid = self.pid_of(server)
        return [_created(server, dialect) for _ in range(count)], pid


def _created(server: str, dialect: str) -> str:
    name = f"bench_{secrets.token_hex(3)}"
    charset = " CHARACTER SET utf8mb4" if dialect == "mysql" else ""
    probes.execute(server, f"CREATE DATABASE {name}{charset}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _recipe(dialect: str) -> Recipe:
    found = recipes.find(dialect)
    if isinstance(found, str):
        sys.exit(f"bench: {found}")
    kind = DurablePostgreSQL if dialect == "postgresql" else DurableMariaDB
    return kind(found.programs)

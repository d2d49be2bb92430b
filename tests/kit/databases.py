"""Databases on the suite's servers: made empty, built by the project's own migrations, dropped."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

from tests.kit.copying import copy
from tests.kit.probes import execute, in_thread
from tests.kit.servers import Fleet, Servers

DIALECTS = ("sqlite", "postgresql", "mysql")


class Databases:
    """The databases of this process: one per dialect that its tests share, and more on request."""

    def __init__(self, servers: Servers, prefix: str, folder: Path) -> None:
        self._servers = servers
        self._prefix = prefix
        self._folder = folder
        self._shared: dict[str, str] = {}
        self._templates: dict[str, str] = {}
        self._made: list[tuple[str, str]] = []

    def shared(self, dialect: str) -> str:
        """Built on first use and kept: tests commit, each into a workspace of its own."""
        if dialect not in self._shared:
            self._shared[dialect] = self.migrated(dialect)
        return self._shared[dialect]

    def migrated(self, dialect: str) -> str:
        """A copy of what the migrations built, once for this process."""
        if dialect not in self._templates:
            template = self.empty(dialect)
            migrate(template)
            self._templates[dialect] = template
        url = self.named(dialect)
        copy(self._templates[dialect], url)
        return url

    def empty(self, dialect: str) -> str:
        url = self.named(dialect)
        if dialect != "sqlite":
            charset = " CHARACTER SET utf8mb4" if dialect == "mysql" else ""
            name = urlsplit(url).path.removeprefix("/")
            execute(self._servers.urls[dialect], f"CREATE DATABASE {name}{charset}")
        return url

    def named(self, dialect: str) -> str:
        """An address at which nothing is yet; what is made there is dropped with the rest."""
        name = f"{self._prefix}_{len(self._made)}"
        self._made.append((dialect, name))
        if dialect == "sqlite":
            self._folder.mkdir(parents=True, exist_ok=True)
            return f"sqlite:///{self._folder / name}.db"
        return urlunsplit(urlsplit(self._servers.urls[dialect])._replace(path=f"/{name}"))

    def drop_all(self) -> None:
        """Only on servers that are not ours: the others go as a whole."""
        for dialect, name in self._made:
            if dialect in self._servers.given:
                force = " WITH (FORCE)" if dialect == "postgresql" else ""
                execute(self._servers.urls[dialect], f"DROP DATABASE IF EXISTS {name}{force}")


@contextmanager
def alone(dialect: str, name: str) -> Iterator[Databases]:
    """Outside the suite: on a server started for it, or one that is given. Exits without any."""
    fleet = Fleet()
    try:
        servers = fleet.start([dialect] if dialect != "sqlite" else [], os.environ)
        if dialect in servers.missing:
            sys.exit(f"{dialect}: {servers.missing[dialect]}")
        with TemporaryDirectory() as folder:
            databases = Databases(servers, f"upnext_{name}_{servers.run}", Path(folder))
            yield databases
            databases.drop_all()
    finally:
        fleet.stop()


def migrate(url: str) -> None:
    from upnext.core.migrate import upgrade  # noqa: PLC0415  (most tests need no Alembic)

    in_thread(lambda: upgrade(url))

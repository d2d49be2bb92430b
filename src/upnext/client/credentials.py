"""The credentials of this machine, for any number of servers: one file only its owner may read."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from upnext.client import locking
from upnext.client.errors import ClientError

_EARLY = 30.0
"""Seconds before its end at which an access token no longer counts as good."""


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What one server knows us by: the two tokens of a session, or a personal API token."""

    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None
    login: str = ""

    def usable(self, now: float) -> bool:
        """Whether the access token can be sent as it is."""
        return self.expires_at is None or now < self.expires_at - _EARLY


@dataclass(frozen=True, kw_only=True)
class Book:
    """All credentials, and the server that commands go to when none is named."""

    current: str | None = None
    servers: dict[str, Credential] = field(default_factory=dict)

    def with_server(self, server: str, credential: Credential) -> "Book":
        """The book after a login: the server is also the current one."""
        return Book(current=server, servers={**self.servers, server: credential})

    def renewed(self, server: str, credential: Credential) -> "Book":
        """The book after a refresh, which leaves the current server alone."""
        return replace(self, servers={**self.servers, server: credential})

    def without(self, server: str) -> "Book":
        """The book after a logout. Commands go to another known server, if there is one."""
        servers = {url: known for url, known in self.servers.items() if url != server}
        moves = self.current == server and servers
        return Book(current=next(iter(servers)) if moves else self.current, servers=servers)


class Store:
    """Reads and writes the book. A reader never sees half a write; writers take `lock` first."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "credentials.json"

    def load(self) -> Book:
        """The book, empty when there is no file yet."""
        try:
            data = json.loads(self.path.read_bytes())
            servers = {url: Credential(**entry) for url, entry in data["servers"].items()}
            return Book(current=data["current"], servers=servers)
        except FileNotFoundError:
            return Book()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            hint = "Delete the file and log in again: upnext login"
            raise ClientError(f"{self.path} is damaged: {error}.", hint=hint) from error
        except OSError as error:
            raise ClientError(f"{self.path} cannot be read: {error.strerror}.") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One process at a time may change the book or use a refresh token."""
        with ExitStack() as held:
            try:
                held.enter_context(locking.exclusive(self.path.with_suffix(".lock")))
            except OSError as error:
                raise ClientError(
                    f"{self.path.parent} cannot be written: {error.strerror}."
                ) from error
            yield

    def save(self, book: Book) -> None:
        """Replaces the file in one step, with mode 0600 from its first byte on."""
        servers = {url: asdict(credential) for url, credential in book.servers.items()}
        text = json.dumps({"current": book.current, "servers": servers}, indent=2) + "\n"
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_private(fresh, text)
            fresh.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise ClientError(f"{self.path} cannot be written: {error.strerror}.") from error


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())

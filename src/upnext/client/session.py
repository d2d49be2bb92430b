"""What one command has at hand: its terminal, the server, the person's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from upnext.client import addresses, machine
from upnext.client.access import Access
from upnext.client.credentials import Store
from upnext.client.terminal import Terminal

if TYPE_CHECKING:
    from upnext.client.api import Api
    from upnext.client.shapes import User
    from upnext.client.transport import Transport


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Now, for someone in a time zone: what human dates are read and written against."""

    now: datetime
    zone: ZoneInfo


class Session:
    """The parts are made when they are first needed, so that a mistyped command costs nothing."""

    def __init__(self, terminal: Terminal, server: str | None) -> None:
        self.terminal = terminal
        self.store = Store(machine.folder())
        self.server = addresses.checked(
            server or self.store.load().current or machine.DEFAULT_SERVER
        )

    @cached_property
    def transport(self) -> "Transport":
        """The connection to the server."""
        # httpx costs more than all of the rest together; --help and completion do without it.
        from upnext.client.transport import Transport  # noqa: PLC0415 - see above

        return Transport(self.server, tell=self.terminal.warn)

    @cached_property
    def api(self) -> "Api":
        """The API in the person's name."""
        from upnext.client.api import Api  # noqa: PLC0415 - brings httpx

        return Api(self.transport, Access(self.store, self.server, given=machine.token()))

    @cached_property
    def me(self) -> "User":
        """The account behind the credential."""
        return self.api.me()

    @cached_property
    def moment(self) -> Moment:
        """Now, in the person's own time zone."""
        return Moment(now=machine.now(), zone=ZoneInfo(self.me["timezone"]))

    def close(self) -> None:
        """Ends the connection, if there was one."""
        if "transport" in self.__dict__:
            self.transport.close()


@contextmanager
def opened(*, as_json: bool, server: str | None) -> Iterator[Session]:
    """A session for the length of one command."""
    session = Session(Terminal(as_json=as_json), server)
    try:
        yield session
    finally:
        session.close()

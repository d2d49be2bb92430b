"""What every way out does, and how it says that it could not."""

from email.message import EmailMessage
from typing import Protocol


class Refused(Exception):
    """It will never be taken: the address does not exist, or the message is not wanted."""


class Postponed(Exception):
    """Not now: the server is away, slow, or greylists. Another time it may be taken."""


class Transport(Protocol):
    async def send(self, mail: EmailMessage) -> None:
        """Hands over a mail to one recipient. Raises Refused or Postponed."""
        ...

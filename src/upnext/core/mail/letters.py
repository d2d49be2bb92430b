"""A letter: what is said to whom. Sealed while it waits, a mail once it leaves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, NewType
from uuid import UUID

import orjson

from upnext.core.config.mail import MailSettings
from upnext.core.keys import KeyRing
from upnext.core.text import clean

PURPOSE: Final = "mail"
LONGEST_SUBJECT: Final = 200

Sealed = NewType("Sealed", dict[str, str])
"""A letter as the arguments of a job: who reads the queue learns its id and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`id` is chosen once and is the Message-ID however often it is sent. `unsubscribe` is the
    address that a mail program calls with one click; None for what has to be sent."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None


def seal(keys: KeyRing, letter: Letter) -> Sealed:
    told = asdict(letter)
    del told["id"]
    sealed = keys.encrypt(PURPOSE, orjson.dumps(told), bound_to=letter.id.bytes)
    return Sealed({"letter_id": str(letter.id), "sealed": sealed})


def opened(keys: KeyRing, sealed: Sealed) -> Letter:
    """Raises BadCiphertext."""
    letter_id = UUID(sealed["letter_id"])
    told = keys.decrypt(PURPOSE, sealed["sealed"], bound_to=letter_id.bytes)
    return Letter(id=letter_id, **orjson.loads(told))


def one_line(text: str) -> str:
    """No line break, so that nobody's title becomes a header."""
    return " ".join(clean(text).split())[:LONGEST_SUBJECT]


def compose(letter: Letter, settings: MailSettings, at: datetime) -> EmailMessage:
    """The same bytes for the same letter but for its boundary and date."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(one_line(settings.sender_name), addr_spec=settings.sender)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{letter.id}@{settings.sender.rpartition('@')[2]}>"
    # So that no vacation reply comes back.
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail

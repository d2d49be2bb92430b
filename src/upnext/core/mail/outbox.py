"""Mail that stays here: files that whoever runs the instance can read. Needs no server."""

import asyncio
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f-]{36}\.eml", re.ASCII)
MOST_KEPT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One mail of the outbox. Its parts are None in lists."""

    name: str
    at: datetime
    to: str
    subject: str
    size: int
    text: str | None = None
    html: str | None = None
    raw: bytes | None = None


class Outbox:
    """Each process of a machine writes to the same folder; the oldest mails make room."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail: EmailMessage) -> None:
        await asyncio.to_thread(self._write, mail)

    async def newest(self, limit: int) -> list[Kept]:
        return await asyncio.to_thread(self._list, limit)

    async def read(self, name: str) -> Kept | None:
        """None for what is not there, and for every name that is not one of ours."""
        if not NAME.fullmatch(name):
            return None
        return await asyncio.to_thread(self._read, self._folder / name)

    def _write(self, mail: EmailMessage) -> None:
        """Put in place as a whole. Of a letter sent again, the file is written again."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        at = parsedate_to_datetime(str(mail["Date"])).astimezone(UTC)
        letter_id = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        name = f"{at:%Y%m%dT%H%M%SZ}-{letter_id}.eml"
        draft = self._folder / f".{name}.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "wb") as stream:  # noqa: PTH123 - of an open descriptor
            stream.write(mail.as_bytes())
        draft.replace(self._folder / name)
        for old in self._names()[MOST_KEPT:]:
            (self._folder / old).unlink(missing_ok=True)

    def _names(self) -> list[str]:
        """The newest first."""
        if not self._folder.is_dir():
            return []
        found = (path.name for path in self._folder.iterdir())
        return sorted((name for name in found if NAME.fullmatch(name)), reverse=True)

    def _list(self, limit: int) -> list[Kept]:
        found = (self._read(self._folder / name, parts=False) for name in self._names()[:limit])
        return [one for one in found if one is not None]

    def _read(self, path: Path, *, parts: bool = True) -> Kept | None:
        try:
            raw = path.read_bytes()
        except FileNotFoundError:  # it made room
            return None
        mail = message_from_bytes(raw, policy=policy.default)
        return Kept(
            name=path.name,
            at=parsedate_to_datetime(str(mail["Date"])),
            to=str(mail["To"]),
            subject=str(mail["Subject"]),
            size=len(raw),
            text=_part(mail, "plain") if parts else None,
            html=_part(mail, "html") if parts else None,
            raw=raw if parts else None,
        )


def _part(mail: EmailMessage, kind: str) -> str | None:
    found = mail.get_body((kind,))
    return found.get_content().replace("\r\n", "\n") if found else None

"""What must never lie in the change log, whoever wrote it there."""

import re
from collections.abc import Iterable

import orjson
from sqlalchemy import select

from upnext.core.changes import ChangeRow
from upnext.core.db import Database

# API tokens and calendar links; JWTs; password hashes; refresh tokens, 52 bytes in base64.
SHAPES = re.compile(
    r"upn_[A-Za-z0-9_-]{20,}|eyJ[A-Za-z0-9_-]{10,}\.|\$(?:argon2|2[aby])\w*\$"
    r"|(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{70}(?![\w-])"
)
COLUMNS = ("diff", "actor", "user_agent", "request_id", "trace_id", "ip", "type", "resource")


def leaks(text: str, known: Iterable[str]) -> list[str]:
    """The secrets in `text`."""
    return [one for one in known if one in text] + SHAPES.findall(text)


async def leaks_in_changes(db: Database, known: Iterable[str]) -> list[str]:
    """A line for each change that has one of the `known` secrets in it, or what looks like one."""
    known = list(known)
    columns = [getattr(ChangeRow, name) for name in COLUMNS]
    found: list[str] = []
    async with db.read() as session:
        # A run's changes are many: plain rows, not objects that the session keeps.
        for row in await session.execute(select(*columns)):
            secrets = leaks(orjson.dumps([*row]).decode(), known)
            found += [f"{row.type}: {secrets}"] if secrets else []
    return found

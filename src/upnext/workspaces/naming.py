"""Project keys: made from names, unique among the projects of a workspace that are not trashed."""

import re
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.text import fold
from upnext.workspaces import queries
from upnext.workspaces.models import KEY_LENGTH

WORD = re.compile(r"[A-Z0-9]+")
LONGEST_STEM = 6
SHORTEST = 2
FALLBACK = "PROJECT"


def stem(name: str) -> str:
    """`Website relaunch` to WEBSIT; names without Latin letters give PROJECT."""
    words = WORD.findall(fold(name).upper())
    joined = "".join(words)
    first = next(
        (w for w in words if len(w) >= SHORTEST and w[0].isalpha()), joined.lstrip("0123456789")
    )
    return first[:LONGEST_STEM] if len(first) >= SHORTEST else FALLBACK


async def free_key(session: AsyncSession, workspace_id: UUID, wanted: str) -> str:
    """`wanted`, or with the first number behind it that is free. Two may still get the same one."""
    taken = set(await session.scalars(queries.taken_keys(workspace_id, wanted[:LONGEST_STEM])))
    if wanted not in taken:
        return wanted
    numbered = (f"{wanted[: KEY_LENGTH - len(str(n))]}{n}" for n in range(2, len(taken) + 3))
    return next(key for key in numbered if key not in taken)

"""Under which keys contents lie: ids alone, and nothing that anybody wrote."""

import re
from typing import Final, NamedTuple
from uuid import UUID

THUMBNAIL: Final = ".thumb"
_KEY = re.compile(r"([0-9a-f]{32})/[0-9a-f]{2}/([0-9a-f]{32})(\.thumb)?(?:\.part)?")


class Owner(NamedTuple):
    workspace_id: UUID
    content_id: UUID


def key_of(workspace_id: UUID, content_id: UUID) -> str:
    """In one of 256 folders: the last bits of an id are random, the first are the time."""
    return f"{workspace_id.hex}/{content_id.hex[-2:]}/{content_id.hex}"


def thumbnail_of(workspace_id: UUID, content_id: UUID) -> str:
    return key_of(workspace_id, content_id) + THUMBNAIL


def owner_of(key: str) -> Owner | None:
    """None: it is no key of ours."""
    found = _KEY.fullmatch(key)
    return Owner(UUID(found[1]), UUID(found[2])) if found else None

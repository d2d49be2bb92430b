"""Carrying every content from one storage into another, while people go on working.

What is there already is left alone, so it can be stopped and started again.
"""

from collections.abc import AsyncGenerator
from typing import NamedTuple

from upnext.core.db import Database
from upnext.core.storage import Missing, Storage
from upnext.files import keys
from upnext.files.checking import Kept, contents
from upnext.files.receiving import Spool


class Moved(NamedTuple):
    """`state`: copied, there, missing, or changed: then it is not what was uploaded."""

    key: str
    state: str


async def move(
    db: Database, source: Storage, target: Storage, *, delete: bool
) -> AsyncGenerator[Moved]:
    """`delete`: from the source, once the target has it."""
    async for kept in contents(db):
        state = "there" if await _has(target, kept) else await _copy(source, target, kept)
        if kept.thumbnail and state in {"there", "copied"}:
            await _follow(source, target, kept)
        if delete and state in {"there", "copied"}:
            await source.remove(kept.key + keys.THUMBNAIL)
            await source.remove(kept.key)
        yield Moved(kept.key, state)


async def _has(target: Storage, kept: Kept) -> bool:
    try:
        async with target.open(kept.key) as content:
            return content.size == kept.size
    except Missing:
        return False


async def _copy(source: Storage, target: Storage, kept: Kept) -> str:
    spool = Spool(target.incoming, kept.size)
    try:
        async with source.open(kept.key) as content:
            if content.size != kept.size:
                return "changed"
            async for piece in content.pieces(0, content.size):
                spool.add(piece)
                await spool.settle()
        if (await spool.finish()).sha256 != kept.sha256:
            return "changed"
        await target.put(kept.key, spool.path)
    except Missing:
        return "missing"
    finally:
        spool.drop()
    return "copied"


async def _follow(source: Storage, target: Storage, kept: Kept) -> None:
    """Its small picture, which can be made anew if it is lost."""
    key = kept.key + keys.THUMBNAIL
    try:
        async with target.open(key):
            return
    except Missing:
        pass
    try:
        async with source.open(key) as content:
            spool = Spool(target.incoming, content.size)
            try:
                async for piece in content.pieces(0, content.size):
                    spool.add(piece)
                await spool.finish()
                await target.put(key, spool.path)
            finally:
                spool.drop()
    except Missing:
        return

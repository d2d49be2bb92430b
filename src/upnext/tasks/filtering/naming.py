"""Looks up what a filter needs to know of its reader: their time zone, and the names it uses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.db import rows_of
from upnext.identity import names
from upnext.tasks.filtering import queries
from upnext.tasks.filtering.comparing import MINE, as_id
from upnext.tasks.filtering.errors import FilterError, closest, piece
from upnext.tasks.filtering.kinds import Scope
from upnext.tasks.filtering.tree import All, Comparison, Node, Not, Some, When, Word
from upnext.workspaces.models import name_key

_KINDS: Mapping[str, str] = {
    "project": queries.PROJECT,
    "assignee": queries.PERSON,
    "reporter": queries.PERSON,
    "parent": queries.TASK,
}


async def scope_of(session: AsyncSession, actor: Actor, node: Node, now: datetime) -> Scope:
    """No query if the filter has neither days nor names, else one.

    Raises FilterError for a name that means nothing the actor may see.
    """
    asked = _names(node)
    if not asked and not any(isinstance(value, When) for value in _values(node)):
        return Scope(actor, now, UTC)
    texts = {kind: [word.text for word in words] for kind, words in asked.items()}
    kinds = (queries.PROJECT, queries.PERSON, queries.TASK)
    statement = queries.known(actor, *(texts.get(kind, []) for kind in kinds))
    zone: tzinfo = UTC
    found: dict[str, set[str]] = defaultdict(set)
    for kind, one, other in await rows_of(session, statement):
        if kind == queries.ZONE:
            zone = ZoneInfo(one)
        found[kind] |= {one, other}
    for kind, words in asked.items():
        for word in words:
            if not _spellings(kind, word.text) & found[kind]:
                raise await _unknown(session, actor, kind, word)
    return Scope(actor, now, zone)


def _values(node: Node) -> Iterator[object]:
    for comparison in _comparisons(node):
        yield from comparison.values


def _comparisons(node: Node) -> Iterator[Comparison]:
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from _comparisons(node.term)
    elif isinstance(node, All | Some):
        for term in node.terms:
            yield from _comparisons(term)


def _names(node: Node) -> dict[str, list[Word]]:
    """Those that are looked up, by what they name; ids are taken as they are."""
    asked: dict[str, list[Word]] = defaultdict(list)
    for comparison in _comparisons(node):
        kind = _KINDS.get(comparison.field)
        for value in comparison.values:
            if kind and isinstance(value, Word) and not _is_plain(kind, value.text):
                asked[kind].append(value)
    return asked


def _is_plain(kind: str, text: str) -> bool:
    return (kind == queries.PERSON and text == MINE) or as_id(text) is not None


def _spellings(kind: str, text: str) -> set[str]:
    if kind == queries.PROJECT:
        return {text.upper(), name_key(text)}
    return {names.key(text)} if kind == queries.PERSON else {text}


async def _unknown(session: AsyncSession, actor: Actor, kind: str, word: Word) -> FilterError:
    start, length = word.place.start, word.place.end - word.place.start
    if kind == queries.TASK:
        detail = f"There is no task {piece(word.text)}, or you may not see it."
        return FilterError(detail, start, length)
    rows = await rows_of(session, queries.candidates(actor, kind))
    folded = {name.lower(): name for row in rows for name in row if name}
    guess = closest(word.text, folded)
    detail = f"There is no project {piece(word.text)}, or you may not see it."
    if kind == queries.PERSON:
        detail = f"Nobody in your workspaces is called {piece(word.text)}."
    return FilterError(detail, start, length, folded[guess] if guess else None)

"""Finds what an actor may see: one statement for what, in which order, and to show tasks; one more
for each other kind among them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from upnext.core.auth import Actor
from upnext.core.db import Database
from upnext.core.errors import invalid_field
from upnext.core.keys import KeyRing
from upnext.core.lanes import Lane, Prepared, Row
from upnext.core.lanes.many import numbered
from upnext.core.load import load_for, permit
from upnext.core.paging import Order, read_cursor, write_cursor
from upnext.search import grammar, matching, queries
from upnext.search.grammar import Query
from upnext.search.marking import Marker, Part
from upnext.search.policy import READ
from upnext.search.queries import Shape
from upnext.search.schemas import SearchAsked
from upnext.search.sources import Cards, Source
from upnext.workspaces.models import Project

Sources = Mapping[str, Source]
"""By kind."""


def sources_of(*sources: Source) -> Sources:
    return {source.kind: source for source in sources}


async def _check_place(db: Database, actor: Actor, asked: SearchAsked) -> None:
    if asked.workspace_id is not None:
        permit(actor, READ, asked.workspace_id)
    if asked.project_id is not None:
        async with db.read() as session:
            await load_for(session, actor, READ, Project, asked.project_id)


async def search(
    db: Database, lane: Lane, actor: Actor, asked: SearchAsked, sources: Sources, keys: KeyRing
) -> dict[str, Any]:
    """A page as schemas.HitPage has it. Raises NotFound for a workspace or a project that the actor
    may not see, Invalid for a query that names no word, a kind that there is not and a foreign
    cursor.
    """
    await _check_place(db, actor, asked)
    query = grammar.parse(asked.q, typing=asked.typing)
    kinds = _kinds(asked.types, sources)
    workspaces = [asked.workspace_id] if asked.workspace_id else list(actor.workspaces)
    order = _order(asked, kinds)
    after = None if asked.cursor is None else read_cursor(keys, order, asked.cursor)
    if not workspaces:
        return {"items": [], "next_cursor": None}
    shape, values = _question(db.dialect, actor, asked, query, workspaces)
    values |= {f"kind_{place}": kind for place, kind in enumerate(kinds)}
    shape = shape._replace(kinds=len(kinds), behind=after is not None)
    if after is not None:
        values |= dict(zip(("rank", "id"), after, strict=True))
    rows = await lane.fetch(_page(shape), values | {"limit": asked.limit + 1})
    shown = rows[: asked.limit]
    more = len(rows) > len(shown)
    cursor = write_cursor(keys, order, [shown[-1][2], shown[-1][1]]) if more else None
    return {"items": await _hits(lane, shown, sources, Marker(query)), "next_cursor": cursor}


def _kinds(asked: Iterable[str], sources: Sources) -> list[str]:
    kinds = sorted({kind for one in asked for kind in one.split(",")})
    for kind in kinds:
        if kind not in sources:
            known = ", ".join(sorted(sources))
            raise invalid_field("?types", f"There is no kind {kind!r}. Known: {known}.", "bad_type")
    return kinds


def _order(asked: SearchAsked, kinds: Sequence[str]) -> Order:
    """Under a name that belongs to this question, so that no other's cursor goes on with it."""
    question = repr((asked.q, asked.typing, kinds, asked.workspace_id, asked.project_id))
    digest = hashlib.sha256(question.encode()).hexdigest()[:16]
    document = queries.DOCUMENT.c
    return queries.best_first(document.id, document.resource_id, f"rank:{digest}")


def _question(
    dialect: str, actor: Actor, asked: SearchAsked, query: Query, workspaces: Sequence[UUID]
) -> tuple[Shape, dict[str, Any]]:
    phrases = matching.phrases(query)
    values: dict[str, Any] = {
        "match": matching.match(dialect, query, workspaces),
        **matching.patterns(query),
        **{f"workspace_{place}": each for place, each in enumerate(workspaces)},
        **{f"hidden_{place}": each for place, each in enumerate(actor.hidden)},
    }
    if asked.project_id is not None:
        values["project_id"] = asked.project_id
    shape = Shape(
        dialect=dialect,
        workspaces=len(workspaces),
        hidden=len(actor.hidden),
        kinds=0,
        project=asked.project_id is not None,
        terms=len(query.wanted),
        phrases=phrases,
        unwanted=len(query.unwanted),
        behind=False,
    )
    return shape, values


@lru_cache(maxsize=500)
def _page(shape: Shape) -> Prepared:
    return Prepared(queries.page(shape))


async def _hits(
    lane: Lane, found: Sequence[Row], sources: Sources, marker: Marker
) -> list[dict[str, Any]]:
    """In the order of `found`; what went away since it was found is left out."""
    cards: dict[str, Row] = {id_: card for _, id_, _, *card in found if card[0] is not None}
    others = sorted((kind, id_) for kind, id_, *_ in found if id_ not in cards)
    for kind, group in groupby(others, key=lambda one: one[0]):
        ask = sources[kind].cards
        if ask is not None:
            ids = [UUID(id_) for _, id_ in group]
            rows = await lane.fetch(_cards(ask, len(ids)), numbered("card", ids))
            cards |= {row[0]: row for row in rows}
    return [_hit(kind, cards[id_], marker) for kind, id_, *_ in found if id_ in cards]


@lru_cache(maxsize=500)
def _cards(ask: Cards, count: int) -> Prepared:
    return Prepared(ask(queries.cards_by(count)))


def _hit(kind: str, card: Row, marker: Marker) -> dict[str, Any]:
    shown = dict(zip(queries.CARD, card, strict=True))
    text = shown.pop("text")
    parts = _wire(marker.parts(shown["title"]))
    return {
        "kind": kind,
        **shown,
        "title_parts": parts,
        "snippet": _wire(marker.snippet(text or "")),
    }


def _wire(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [part._asdict() for part in parts]

"""Statistics that are never older than the last thing their reader did.

Their version is that of the change log: how many changes each workspace has seen. It is asked
for each time; only what was counted for exactly this version is given again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.core.lanes import Lane, Row
from upnext.core.lanes.many import numbered
from upnext.core.load import permit
from upnext.core.types import NEVER, micros
from upnext.tasks.policy import READ
from upnext.tasks.stats import queries
from upnext.tasks.stats.counting import told
from upnext.tasks.stats.kept import Answer, Kept
from upnext.tasks.stats.queries import Shape
from upnext.tasks.stats.ranges import MICROSECOND, SECOND, Range, distances, range_of, seconds_of
from upnext.tasks.stats.schemas import StatsQuery
from upnext.tasks.wire import dump

LONGEST = 19
"""As many digits has what fits into 64 bits."""


class Question(NamedTuple):
    """What somebody asks, and the `name` of its answer: another one after each change."""

    asked: StatsQuery
    workspaces: Sequence[str]
    hidden: Sequence[UUID]
    assignee: UUID | None
    range: Range
    name: str


async def question(lane: Lane, actor: Actor, asked: StatsQuery, now: datetime) -> Question:
    """One statement. Raises NotFound for a workspace or project that the actor cannot see."""
    rows = await _versions(lane, actor, asked)
    zone = ZoneInfo(asked.timezone or next((row[2] for row in rows if row[2]), "UTC"))
    range_ = range_of(asked, zone, now)
    wanted = asked.assignee_id or asked.user_id
    assignee = actor.user_id if wanted == "me" else wanted
    hidden = sorted(actor.hidden)
    versions = sorted((row[0], row[1]) for row in rows)
    # What the range ends with is told by the day, if it goes on: see Range.last.
    named = [
        versions,
        hidden,
        asked.workspace_id,
        asked.project_id,
        assignee,
        *range_[:5],
        zone.key,
    ]
    digest = hashlib.blake2b(dump(named), digest_size=12).hexdigest()
    return Question(asked, [row[0] for row in rows], hidden, assignee, range_, digest)


async def _versions(lane: Lane, actor: Actor, asked: StatsQuery) -> Sequence[Row]:
    values: dict[str, Any] = {"user": actor.user_id}
    if asked.project_id is not None:
        rows = await lane.fetch(queries.VERSION_OF_PROJECT, values | {"project": asked.project_id})
        missing = NotFound("There is no such project.")
        place = UUID(rows[0][0]) if rows else None
        if place is None or (asked.workspace_id or place) != place:
            raise missing
        permit(actor, READ, place, asked.project_id, missing=missing)
        return rows
    workspaces = [asked.workspace_id] if asked.workspace_id else list(actor.workspaces)
    for workspace_id in workspaces:
        permit(actor, READ, workspace_id)
    if not workspaces:
        return []
    named = numbered("workspace", workspaces)
    return await lane.fetch(queries.versions(len(workspaces)), values | named)


async def answer(lane: Lane, kept: Kept, asked: Question, now: datetime) -> Answer:
    """From what is kept, or one statement."""
    found = await kept.find(asked.name, micros(now))
    if found is not None:
        return found
    rows = await _figures(lane, asked, now) if asked.workspaces else []
    body, until = told(rows, asked.asked, asked.range, assignee=asked.assignee)
    found = Answer(dump(body), micros(now), until)
    await kept.keep(asked.name, found)
    return found


async def _figures(lane: Lane, asked: Question, now: datetime) -> Sequence[Row]:
    shape, values = parameters(asked, now)
    return await lane.fetch(queries.figures(shape), values)


def parameters(asked: Question, now: datetime) -> tuple[Shape, dict[str, Any]]:
    """What `queries.figures` is compiled for, and run with."""
    range_ = asked.range
    begins, ends = range_.charted
    shifts, away = distances(range_.zone, begins, ends)
    shape = Shape(
        workspaces=len(asked.workspaces),
        hidden=len(asked.hidden),
        project=asked.asked.project_id is not None,
        assignee=asked.assignee is not None,
        begins=range_.since is not None,
        ends=range_.until is not None,
        shifts=len(shifts),
    )
    values: dict[str, Any] = {
        **numbered("workspace", [UUID(each) for each in asked.workspaces]),
        **numbered("hidden", asked.hidden),
        **numbered("shift", shifts),
        **numbered("distance", away),
        # Parts of seconds count where the range itself is compared with.
        "chart_from": seconds_of(begins),
        "chart_to": seconds_of(ends + SECOND - MICROSECOND),
        "now": micros(now),
    }
    optional = {
        "project": asked.asked.project_id,
        "assignee": asked.assignee,
        "since": range_.since,
        "since_key": micros(range_.since) if range_.since else None,
        "until": range_.until,
        "until_key": micros(range_.until) if range_.until else None,
    }
    return shape, values | {name: value for name, value in optional.items() if value is not None}


def tag_of(asked: Question, found: Answer) -> str:
    """An ETag that also says until when it holds: until the next deadline passes."""
    until = "" if found.until == NEVER else f".{found.until}"
    return f'"{asked.name}{until}"'


def until_of(tag: str) -> int:
    """In microseconds, of an ETag that holds."""
    _, _, until = tag.strip('"').partition(".")
    return int(until) if until else NEVER


def still_holds(asked: Question, tag: str, now: datetime) -> bool:
    """Whether an answer with this ETag, of whichever process, is what we would give now."""
    name, _, until = tag.removeprefix("W/").strip('"').partition(".")
    if name != asked.name:
        return False
    return not until or (until.isdecimal() and len(until) <= LONGEST and micros(now) < int(until))

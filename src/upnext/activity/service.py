"""Pages of what happened, for whoever may see the task or the project."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity import queries, wording
from upnext.activity.naming import Names, look_up
from upnext.activity.schemas import (
    ActivityActor,
    ActivityAsked,
    ActivityChange,
    ActivityEntry,
    ActivityPage,
    ActivitySubject,
)
from upnext.activity.telling import mentioned, tell
from upnext.activity.wording import Reader
from upnext.core.auth import Actor
from upnext.core.db import rows_of
from upnext.core.keys import KeyRing
from upnext.core.load import load_for
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks.models import Task
from upnext.tasks.policy import READ
from upnext.workspaces.models import Project
from upnext.workspaces.policy import READ_PROJECT

OTHERS = {"goal", "board", "comment", "file"}
AnyRow = Row[*tuple[Any, ...]]


async def of_task(
    session: AsyncSession, actor: Actor, keys: KeyRing, task_id: UUID, asked: ActivityAsked
) -> ActivityPage:
    await load_for(session, actor, READ, Task, task_id)
    statement = queries.of_task(task_id, _behind(keys, asked), asked.limit)
    return await _page(session, actor, keys, statement, asked)


async def of_project(
    session: AsyncSession, actor: Actor, keys: KeyRing, project_id: UUID, asked: ActivityAsked
) -> ActivityPage:
    """With that of its tasks."""
    await load_for(session, actor, READ_PROJECT, Project, project_id)
    statement = queries.of_project(project_id, _behind(keys, asked), asked.limit)
    return await _page(session, actor, keys, statement, asked, named=True)


def _behind(keys: KeyRing, asked: ActivityAsked) -> list[Any] | None:
    return read_cursor(keys, queries.NEWEST, asked.cursor) if asked.cursor else None


async def _page(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    statement: queries.AnySelect,
    asked: ActivityAsked,
    *,
    named: bool = False,
) -> ActivityPage:
    rows = await rows_of(session, statement)
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    names = await _names(session, actor, rows)
    own = names.people.get(actor.user_id) if actor.user_id else None
    language = asked.language or (own.language if own else "en")
    to = wording.reader(language, own.time_zone if own else "UTC", names)
    return ActivityPage(
        items=[_entry(row, to, named=named) for row in rows],
        next_cursor=write_cursor(keys, queries.NEWEST, [rows[-1].id]) if more else None,
    )


async def _names(session: AsyncSession, actor: Actor, rows: Sequence[AnyRow]) -> Names:
    """Of everybody and everything on the page, and the reader."""
    found = mentioned([row.diff for row in rows])
    people = found.people | {_who(row.actor)[1] for row in rows} | {actor.user_id}
    tasks = found.tasks | {row.resource_id for row in rows if row.resource == "task"}
    projects = found.projects | {row.resource_id for row in rows if row.resource == "project"}
    people |= {row.resource_id for row in rows if row.resource == "project_member"}
    others = found.others | {row.resource_id for row in rows if row.resource in OTHERS}
    known = {each for each in people if each is not None}
    return await look_up(session, known, tasks, projects, others, hidden=actor.hidden)


def _who(label: str) -> tuple[str, UUID | None]:
    """The actor's label in the change log, taken apart."""
    kind, _, text = label.partition(":")
    return kind, UUID(text) if text else None


def _entry(row: AnyRow, to: Reader, *, named: bool) -> ActivityEntry:
    kind, user_id = _who(row.actor)
    who = wording.actor(kind, user_id, to)
    told = tell(row.type, row.diff, to.names, silenced=row.resource_id in to.names.silenced)
    text = wording.sentence(_kind(row), who, told, to)
    subject = _subject(row, to.names)
    if named and row.resource != "project":
        called = f"{subject.key or ''} {subject.name}".strip() if subject.name else row.resource
        text = wording.about(called, text, to)
    changes = [
        ActivityChange(
            field=one.field, before=one.before, after=one.after, text=wording.phrase(one, to)
        )
        for one in told
    ]
    return ActivityEntry(
        id=row.id,
        at=row.at,
        type=row.type,
        actor=ActivityActor(kind=kind, id=user_id, name=who),
        subject=subject,
        changes=changes,
        text=text,
    )


def _kind(row: AnyRow) -> str:
    """The type, and of a promise also what was promised."""
    target = row.diff["target"][1] if row.type.startswith("sla.") else None
    return f"{row.type}.{target}" if target else str(row.type)


def _subject(row: AnyRow, names: Names) -> ActivitySubject:
    """Of a comment or a file its task's key and title."""
    if row.resource == "project_member":
        person = names.people.get(row.resource_id)
        name = person.name if person else None
        return ActivitySubject(type=row.resource, id=row.resource_id, key=None, name=name)
    things = {"project": names.projects, "task": names.tasks}.get(row.resource, names.others)
    found = things.get(row.resource_id)
    return ActivitySubject(
        type=row.resource,
        id=row.resource_id,
        key=found.key or None if found else None,
        name=found.name if found else None,
    )

"""Comments of a file, each at its time, and by whoever wrote it as far as that can be believed.

A file can say anything of anybody. So what somebody else said is theirs here only if an admin of
the workspace brings it; else it is the importer's, with a line above it that names them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from upnext.comments.bringing import Brought, bring
from upnext.comments.schemas import LONGEST
from upnext.core.auth import RANK, WorkspaceRole
from upnext.core.changes import unit_of
from upnext.core.errors import AppError
from upnext.core.ids import id_at
from upnext.core.text import clean
from upnext.identity import names
from upnext.imports import queries
from upnext.imports.desks import Desk
from upnext.imports.formats.besides import Saying, Talk
from upnext.imports.formats.items import shortened
from upnext.imports.formats.surroundings import counted

KIND = "comments"
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_SKEW = timedelta(days=1)
"""How far ahead the clock of another server may be."""


@dataclass(slots=True)
class Thread:
    """Comments of one task on their way: what is known by now of each ref of the file."""

    ids: dict[str, UUID] = field(default_factory=dict)
    threads: dict[str, UUID] = field(default_factory=dict)
    """Of threads of the file: that which they are here."""

    def add(self, one: Saying, own_id: UUID, thread_id: UUID) -> None:
        self.ids[one.ref] = own_id
        self.threads.setdefault(one.thread, thread_id)

    def parent_of(self, one: Saying) -> UUID | None:
        """What is gone is replaced by what the thread begins with here."""
        if one.reply_to is None:
            return None
        return self.ids.get(one.reply_to) or self.threads.get(one.thread)


async def talk(desk: Desk, talks: Sequence[Talk]) -> None:
    """Brings what is new of these; a comment is known again by its task and its time."""
    if not desk.run.options.get("create_comments", False):
        desk.report.leave_out(KIND, sum(len(each.said) for each in talks))
        return
    rows = await desk.session.execute(
        queries.placed(desk.run.workspace_id, {each.task for each in talks})
    )
    ids = {row.external_key: row.id for row in rows}
    if ids and not desk.run.options["dry_run"]:
        await desk.session.execute(queries.hold_tasks(ids.values()))
    there = await _there(desk, ids.values())
    authors = (one.author for each in talks for one in each.said)
    people = await believed(desk, authors)
    for each in talks:
        task_id = ids.get(each.task)
        if task_id is not None:
            await _bring(desk, each, task_id, there.get(task_id, {}), people)
        elif desk.run.options["dry_run"]:
            for _ in _possible(desk, each):
                desk.report.bring(KIND)
        else:
            desk.report.leave_out("comments on tasks that are not here", len(each.said))


Known = Mapping[tuple[datetime, int], Any]


async def _there(desk: Desk, task_ids: Collection[UUID]) -> dict[UUID, Known]:
    if not task_ids:
        return {}
    rows = (await desk.session.execute(queries.said_about(task_ids))).all()
    found: dict[UUID, dict[tuple[datetime, int], Any]] = defaultdict(dict)
    keys = counted((row.task_id, row.created_at) for row in rows)
    for row, ((task_id, at), nth) in zip(rows, keys, strict=True):
        found[task_id][at, nth] = row
    return dict(found)


async def believed(desk: Desk, addresses: Iterable[str | None]) -> Mapping[str, UUID]:
    """Who may be named by their address, by its key: oneself, for an admin every member."""
    wanted = {names.key(address) for address in addresses if address}
    if not wanted:
        return {}
    rows = await desk.session.execute(queries.members_called(desk.run.workspace_id, wanted))
    role = desk.actor.role_in(desk.run.workspace_id)
    trusted = role is not None and RANK[role] >= RANK[WorkspaceRole.ADMIN]
    own = desk.run.user_id
    return {email: user_id for email, _, user_id in rows if trusted or user_id == own}


def _possible(desk: Desk, said: Talk) -> Iterator[tuple[Saying, int]]:
    """With how often the same time came before."""
    latest = unit_of(desk.session).now + _SKEW
    fitting = [one for one in said.said if _FIRST <= one.at <= latest]
    if strange := len(said.said) - len(fitting):
        desk.report.leave_out("comments of an impossible time", strange)
    for one, (_, nth) in zip(fitting, counted(one.at for one in fitting), strict=True):
        yield one, nth


async def _bring(
    desk: Desk, said: Talk, task_id: UUID, there: Known, people: Mapping[str, UUID]
) -> None:
    thread, fresh = Thread(), []
    for one, nth in _possible(desk, said):
        if row := there.get((one.at, nth)):
            thread.add(one, row.id, row.thread_id)
            desk.report.find(KIND)
            continue
        fresh.append(_brought(desk, one, id_at(one.at, nth), thread, people))
        thread.add(one, fresh[-1].id, fresh[-1].thread_id)
    if fresh and not desk.run.options["dry_run"]:
        try:
            await bring(desk.session, desk.actor, task_id, fresh)
        except AppError as refusal:
            desk.report.warn(said.line, f"Its comments are left out: {refusal.detail}")
            return
    for _ in fresh:
        desk.report.bring(KIND)


def _brought(
    desk: Desk, one: Saying, own_id: UUID, thread: Thread, people: Mapping[str, UUID]
) -> Brought:
    author_id = people.get(names.key(one.author)) if one.author else None
    parent_id = thread.parent_of(one)
    return Brought(
        id=own_id,
        thread_id=thread.threads.get(one.thread, own_id) if parent_id else own_id,
        parent_id=parent_id,
        author_id=author_id or desk.run.user_id,
        body=shortened(one.body, LONGEST) if author_id else _noted(one),
        created_at=one.at,
        edited_at=one.edited,
    )


def _noted(one: Saying) -> str:
    """With who said it and when, as text."""
    name = " ".join(clean(one.name).split()) or "somebody"
    line = f"*By {shortened(name, 200)} on {one.at.astimezone(UTC):%Y-%m-%d}*"
    return shortened(f"{line}\n\n{one.body}", LONGEST)

"""Time that a file says was spent on its tasks, as far as it can be believed.

A file can say anything of anybody: time is one's own, for an admin of the workspace also that of
its members. What anybody else spent is left out, and counted.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from upnext.core.changes import unit_of
from upnext.core.errors import AppError, Invalid
from upnext.identity import names
from upnext.imports import queries
from upnext.imports.desks import Desk
from upnext.imports.formats.besides import Spent
from upnext.imports.talking import believed
from upnext.timetracking import spans
from upnext.timetracking.bringing import Brought, bring

KIND = "time_entries"


async def spend(desk: Desk, some: Sequence[Spent]) -> None:
    """Brings what is new of these; an entry is known again by its task, person and begin."""
    if not desk.run.options.get("create_time", False):
        desk.report.leave_out(KIND, sum(len(each.sittings) for each in some))
        return
    rows = await desk.session.execute(
        queries.placed(desk.run.workspace_id, {each.task for each in some})
    )
    ids = {row.external_key: row.id for row in rows}
    if ids and not desk.run.options["dry_run"]:
        await desk.session.execute(queries.hold_tasks(ids.values()))
    there = await _there(desk, ids.values())
    people = await believed(desk, (one.who for each in some for one in each.sittings))
    for each in some:
        task_id = ids.get(each.task)
        if task_id is None and not desk.run.options["dry_run"]:
            desk.report.leave_out("time on tasks that are not here", len(each.sittings))
        else:
            await _bring(desk, each, task_id, there, people)


Known = frozenset[tuple[UUID, UUID, object]]


async def _there(desk: Desk, task_ids: Collection[UUID]) -> Known:
    if not task_ids:
        return frozenset()
    rows = await desk.session.execute(queries.worked_on(task_ids))
    return frozenset((task_id, user_id, at) for task_id, user_id, at in rows)


async def _bring(
    desk: Desk, spent: Spent, task_id: UUID | None, there: Known, people: Mapping[str, UUID]
) -> None:
    fresh = []
    for one in _possible(desk, spent, people):
        if task_id is not None and (task_id, one.user_id, one.started_at) in there:
            desk.report.find(KIND)
        else:
            fresh.append(one)
    if fresh and task_id is not None and not desk.run.options["dry_run"]:
        try:
            await bring(desk.session, desk.actor, task_id, fresh)
        except AppError as refusal:
            desk.report.warn(spent.line, f"Its time entries are left out: {refusal.detail}")
            return
    for _ in fresh:
        desk.report.bring(KIND)


def _possible(desk: Desk, spent: Spent, people: Mapping[str, UUID]) -> Iterator[Brought]:
    """Each begin of a person once: of several the first counts."""
    seen: set[tuple[UUID, object]] = set()
    for one in spent.sittings:
        user_id = people.get(names.key(one.who)) if one.who else None
        if user_id is None:
            desk.report.leave_out("time of others")
            continue
        if (user_id, one.start) in seen:
            desk.report.leave_out("time that is told twice")
            continue
        seen.add((user_id, one.start))
        try:
            spans.check(one.start, one.end, unit_of(desk.session).now)
        except Invalid:
            desk.report.leave_out("time entries of an impossible time")
            continue
        yield Brought(user_id=user_id, started_at=one.start, ended_at=one.end, note=one.note)

"""A rule tried on what happened lately: what it would have done to the tasks as they are now."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import policy
from upnext.automation.models import Rule
from upnext.automation.owners import require_person
from upnext.automation.rules import queries
from upnext.automation.rules.acting import Behalf, act
from upnext.automation.rules.matching import task_of
from upnext.automation.rules.running import condition_of
from upnext.automation.rules.service import get
from upnext.core.auth import Actor
from upnext.core.changes import ChangeRow, unit_of
from upnext.core.errors import AppError, invalid_field
from upnext.identity import service as accounts
from upnext.tasks.filtering import Fields, FilterError

SHOWN = 50


async def dry_run(
    session: AsyncSession, actor: Actor, rule_id: UUID, last: int, *, fields: Fields
) -> dict[str, Any]:
    """The shape is schemas.RuleTrial. Each task once, for the latest change of it."""
    rule = await get(session, actor, rule_id, policy.UPDATE_RULE)
    user = await accounts.load(session, require_person(actor))
    behalf = Behalf(actor=actor, time_zone=user.time_zone, language=user.language, fields=fields)
    unit_of(session).discarded = True
    found = queries.last_changes(rule.workspace_id, rule.events, last)
    changes = list(await session.scalars(found))
    latest: dict[UUID, ChangeRow] = {}
    for change in changes:
        if task_id := task_of(change):
            latest.setdefault(task_id, change)
    matched = await _matched(session, behalf, rule, list(latest))
    results = [
        await _try(session, behalf, rule, latest[task_id])
        for task_id in latest
        if task_id in matched
    ]
    unit_of(session).discarded = True
    return {"checked": len(changes), "matched": len(matched), "results": results[:SHOWN]}


async def _matched(
    session: AsyncSession, behalf: Behalf, rule: Rule, task_ids: list[UUID]
) -> set[UUID]:
    try:
        condition = await condition_of(session, behalf, rule)
    except FilterError as error:
        raise invalid_field("/filter", str(error), "bad_filter") from None
    statement = queries.matching_ids(rule, task_ids, behalf.actor.hidden, condition)
    return set(list(await session.scalars(statement))[:SHOWN]) if task_ids else set()


async def _try(
    session: AsyncSession, behalf: Behalf, rule: Rule, change: ChangeRow
) -> dict[str, Any]:
    task_id = task_of(change)
    assert task_id is not None  # noqa: S101  (for the type checker: only such were kept)
    statement = queries.matching(rule, task_id, behalf.actor.hidden, None)
    task = (await session.scalars(statement)).one()
    told = {"task_id": task_id, "key": task.key, "event": change.type, "at": change.at}
    try:
        done = await act(session, behalf, rule, task, event=change.type, dry_run=True)
    except AppError as error:
        return {**told, "changes": {}, "then": [], "error": error.detail}
    return {**told, "changes": done.changes, "then": done.besides}

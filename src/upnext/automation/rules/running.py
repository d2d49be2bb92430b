"""The job of one change: the rules that it sets off, one after the other.

Each rule is a transaction of its own, which leaves a row by rule and change, so that a job that is
taken up again does nothing twice, and what one rule is refused does not hold up the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.models import Rule, RuleRun, RunState
from upnext.automation.owners import acting_for
from upnext.automation.queries import people
from upnext.automation.rules import queries
from upnext.automation.rules.acting import Behalf, Done, act
from upnext.automation.rules.calling import ask_for
from upnext.automation.rules.matching import context_at
from upnext.core.changes import unit_of
from upnext.core.errors import AppError
from upnext.core.ids import new_id
from upnext.core.jobs import Attempt
from upnext.core.runtime import Runtime
from upnext.identity.models import User
from upnext.tasks.filtering import FilterError
from upnext.tasks.filtering.asking import understood
from upnext.tasks.filtering.kinds import Condition

log = structlog.get_logger("upnext.automation")

SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The change that set rules off."""

    change_id: UUID
    seq: int
    task_id: UUID
    event: str
    by: str
    depth: int


def cause_of(args: Mapping[str, Any]) -> Cause:
    return Cause(
        change_id=UUID(args["change_id"]),
        seq=args["seq"],
        task_id=UUID(args["task_id"]),
        event=args["event"],
        by=args["by"],
        depth=args["depth"],
    )


async def run(runtime: Runtime, attempt: Attempt) -> None:
    cause = cause_of(attempt.args)
    async with runtime.db.read() as session:
        rules = list(await session.scalars(queries.for_change(attempt.workspace_id)))
        found = await session.scalars(people({rule.user_id for rule in rules}))
        users = {user.id: user for user in found}
    for rule in rules:
        # What it did itself never sets a rule off again.
        if cause.event in rule.events and cause.by != str(rule.id):
            await _run_one(runtime, rule.id, users[rule.user_id], cause)


async def _run_one(runtime: Runtime, rule_id: UUID, user: User, cause: Cause) -> None:
    workshop, context = runtime.workshop, context_at(cause.depth + 1)
    try:
        behalf = Behalf(
            actor=await acting_for(runtime.db.lane, user, rule_id),
            time_zone=user.time_zone,
            language=user.language,
            fields=runtime.parts["filter_fields"],
        )
        await workshop.run(context, partial(_apply, rule_id=rule_id, behalf=behalf, cause=cause))
    except (AppError, FilterError) as error:
        if isinstance(error, AppError) and error.status >= SERVER_ERROR:
            raise
        text = str(error)
        log.info("rule_refused", rule_id=str(rule_id), task_id=str(cause.task_id), error=text)
        await workshop.run(context, partial(_refused, rule_id=rule_id, cause=cause, error=text))


async def _apply(session: AsyncSession, *, rule_id: UUID, behalf: Behalf, cause: Cause) -> None:
    rule = await _ready(session, rule_id, cause)
    if rule is None or rule.user_id != behalf.actor.user_id:
        return
    condition = await condition_of(session, behalf, rule)
    hidden = behalf.actor.hidden
    task = await session.scalar(queries.matching(rule, cause.task_id, hidden, condition))
    if task is None:
        return
    done = await act(session, behalf, rule, task, event=cause.event)
    if done.anything:
        row = _row(session, rule, cause, done)
        session.add(row)
        await ask_for(session, row, rule, done.calls)


async def _ready(session: AsyncSession, rule_id: UUID, cause: Cause) -> Rule | None:
    """Locked, if it is still there, and has not dealt with this change."""
    rule = await session.scalar(queries.by_id(rule_id))
    if rule is None or not rule.enabled:
        return None
    return None if await session.scalar(queries.ran(rule_id, cause.change_id)) else rule


async def condition_of(session: AsyncSession, behalf: Behalf, rule: Rule) -> Condition | None:
    if not rule.filter.strip():
        return None
    now = unit_of(session).now
    _, condition = await understood(session, behalf.actor, rule.filter, now, fields=behalf.fields)
    return condition


async def _refused(session: AsyncSession, *, rule_id: UUID, cause: Cause, error: str) -> None:
    rule = await _ready(session, rule_id, cause)
    if rule is not None:
        row = _row(session, rule, cause, Done(None, {}, []))
        row.state, row.error = RunState.FAILED, error[:2_000].replace("\0", "")
        session.add(row)


def _row(session: AsyncSession, rule: Rule, cause: Cause, done: Done) -> RuleRun:
    return RuleRun(
        id=new_id(),
        rule_id=rule.id,
        task_id=cause.task_id,
        change_id=cause.change_id,
        change_seq=cause.seq,
        event=cause.event,
        depth=cause.depth,
        state=RunState.COMPLETED,
        operation_id=done.operation_id,
        changes={"task": done.changes, "besides": done.besides},
        created_at=unit_of(session).now,
    )

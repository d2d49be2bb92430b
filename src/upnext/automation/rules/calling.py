"""The action `webhook` of a rule: each call is a job of its own, signed with the rule's own keys.

The rule's transaction leaves the job with what is to be said; what came of it is written beside
what else the rule did, under the number of the action. Where to is asked when it is sent, so that
no address lies among the jobs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.doing.calling import ending
from upnext.automation.models import Rule, RuleRun, RunState
from upnext.automation.owners import acting_for
from upnext.automation.policy import CREATE_RULE
from upnext.automation.rules import queries
from upnext.automation.rules.schemas import Call, actions_of, host_of
from upnext.automation.rules.signing import keys_of
from upnext.core.errors import AppError, Conflict
from upnext.core.jobs import OUTBOUND, Attempt, enqueue
from upnext.core.keys import BadCiphertext
from upnext.core.load import permit
from upnext.core.outbound.calling import Called, deliver
from upnext.core.runtime import Runtime
from upnext.identity.models import User
from upnext.tasks.models import Task

CALL: Final = "automation.rule_call"
SERVER_ERROR = 500
UNREADABLE = "No key of this server reads the secret of the rule. Give it a new one: rotate it."


class Cause(NamedTuple):
    """What set the rule off, and what it changed."""

    event: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What the log of the rule says of a call."""

    state: RunState
    told: Mapping[str, Any]
    error: str | None = None


def message(
    rule: Rule, task: Mapping[str, Any], cause: Cause, payload: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "type": "rule.called",
        "rule": {"id": str(rule.id), "name": rule.name},
        "workspace_id": str(rule.workspace_id),
        "event": cause.event,
        "task": dict(task),
        "changes": dict(cause.changes),
        "payload": dict(payload),
    }


def filled(payload: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """`{{key}}` and `{{title}}` stand in texts for those of the task."""
    marks = {"{{key}}": task.key, "{{title}}": task.title}
    return {name: _filled(value, marks) for name, value in payload.items()}


def _filled(value: object, marks: Mapping[str, str]) -> object:
    if isinstance(value, str):
        for mark, text in marks.items():
            value = value.replace(mark, text)
    return value


def told_of(number: int, action: Call) -> dict[str, Any]:
    """As the log has it: of a URL no more than where it leads."""
    return {
        "webhook": host_of(action.url),
        "action": number,
        "state": str(RunState.PENDING),
    }


async def ask_for(
    session: AsyncSession, run: RuleRun, rule: Rule, bodies: Mapping[int, Mapping[str, Any]]
) -> None:
    """A job for each call; `bodies` are by the number of the action."""
    for number, body in bodies.items():
        args = {"run_id": str(run.id), "action": number, "body": dict(body)}
        await enqueue(session, CALL, args, workspace_id=rule.workspace_id, queue=OUTBOUND)


# The job


async def perform(runtime: Runtime, attempt: Attempt) -> Ended | None:
    """None: its rule is gone. Raises Unavailable where another attempt may help."""
    async with runtime.db.read() as session:
        row = (
            await session.execute(queries.behind_run(UUID(attempt.args["run_id"])))
        ).one_or_none()
    if row is None:
        return None
    run, rule, user = row
    try:
        called = await _call(runtime, attempt, run, rule, user)
        return Ended(state=RunState.COMPLETED, told=_answer(called))
    except BadCiphertext:
        return Ended(state=RunState.FAILED, told={}, error=UNREADABLE)
    except AppError as error:
        if error.status < SERVER_ERROR:
            return Ended(state=RunState.FAILED, told={}, error=error.detail)
        last = attempt.number >= attempt.max_attempts
        state = RunState.DEAD if last else RunState.PENDING
        ended = Ended(state=state, told={"attempts": attempt.number}, error=error.detail)
        note = partial(keep, attempt=attempt, ended=ended)
        await runtime.workshop.run(attempt.context, note)
        raise


async def _call(runtime: Runtime, attempt: Attempt, run: RuleRun, rule: Rule, user: User) -> Called:
    actor = await acting_for(runtime.db.lane, user, rule.id)
    permit(actor, CREATE_RULE, rule.workspace_id)
    action = _action_of(rule, attempt.args["action"])
    now = runtime.clock.now()
    called = await deliver(
        runtime.outbound,
        action.url,
        orjson.dumps(attempt.args["body"]),
        call_id=f"rule_{run.id}_{attempt.args['action']}",
        now=now,
        keys=keys_of(runtime.keys, rule, now),
    )
    return ending(called)


def _action_of(rule: Rule, number: int) -> Call:
    actions = actions_of(rule.actions)
    action = actions[number] if number < len(actions) else None
    if not rule.enabled:
        raise Conflict("The rule was switched off before it could call.", code="rule_disabled")
    if not isinstance(action, Call):
        raise Conflict("The rule was changed before it could call.", code="rule_changed")
    return action


def _answer(called: Called) -> dict[str, Any]:
    return {
        "status": called.status,
        "answer": called.body,
        "seconds": round(called.seconds, 3),
    }


async def finish(session: AsyncSession, attempt: Attempt, ended: Ended | None) -> None:
    if ended is not None:
        told = {**ended.told, "attempts": attempt.number}
        await keep(session, attempt, replace(ended, told=told))


async def keep(session: AsyncSession, attempt: Attempt, ended: Ended) -> None:
    run = await session.scalar(queries.run_by_id(UUID(attempt.args["run_id"])))
    if run is None:
        return
    error = ended.error.replace("\0", "")[:2_000] if ended.error else None
    said = {**ended.told, "state": str(ended.state), "error": error}
    besides = [
        {**each, **said} if each.get("action") == attempt.args["action"] else each
        for each in run.changes["besides"]
    ]
    run.changes = {**run.changes, "besides": besides}
    if ended.state in {RunState.FAILED, RunState.DEAD}:
        run.state, run.error = ended.state, error
    await session.flush()

"""What a rule does to a task, or would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import Doing
from upnext.automation.doing.creating import CREATE_TASK
from upnext.automation.events import RuleNotified
from upnext.automation.models import Rule
from upnext.automation.people import who_see
from upnext.automation.policy import CREATE_RULE
from upnext.automation.rules.calling import Cause, filled, message, told_of
from upnext.automation.rules.schemas import (
    Call,
    Create,
    Notify,
    Say,
    actions_of,
    stored,
    updates_of,
)
from upnext.comments import service as comments
from upnext.comments.schemas import LONGEST, CommentCreate
from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import Conflict
from upnext.core.load import permit
from upnext.tasks.filtering import Fields
from upnext.tasks.models import Task
from upnext.tasks.operations.editing import edit_many
from upnext.tasks.operations.schemas import BulkEdit
from upnext.tasks.wire import plain

SHOWN = (
    *("title", "description", "status", "priority", "category", "estimated_duration", "due_at"),
    *("start_at", "tags", "context", "energy", "assignee_ids", "goal_id", "board_id", "column_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behalf:
    """In whose name, by whose clock and language."""

    actor: Actor
    time_zone: str
    language: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Done:
    operation_id: UUID | None
    changes: dict[str, Any]
    besides: list[dict[str, Any]]
    calls: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """What is to be said by which of the actions, once all of it is committed."""

    @property
    def anything(self) -> bool:
        return bool(self.changes or self.besides)


async def act(
    session: AsyncSession,
    behalf: Behalf,
    rule: Rule,
    task: Task,
    *,
    event: str,
    dry_run: bool = False,
) -> Done:
    """First what changes the task itself, as one operation, then the rest in its order. A dry run
    changes the task for the rest of its transaction, which keeps nothing, and does nothing else.

    Raises what the same request by the person would be answered with.
    """
    actions = actions_of(rule.actions)
    before = _snapshot(task)
    operation_id = await _edit(session, behalf, actions, task, dry_run=dry_run)
    changes = _differences(before, _snapshot(task))
    calls = _calls(behalf, rule, task, actions, Cause(event, changes))
    if dry_run:
        rest = [
            _would(each, task, calls.get(number))
            for number, each in enumerate(actions)
            if isinstance(each, Say | Notify | Create | Call)
        ]
        return Done(None, changes, rest)
    done = [await _besides(session, behalf, rule, task, each) for each in actions]
    done += [told_of(number, actions[number]) for number in calls]
    return Done(operation_id, changes, [each for each in done if each], calls)


def _calls(
    behalf: Behalf, rule: Rule, task: Task, actions: Sequence[Any], cause: Cause
) -> dict[int, Mapping[str, Any]]:
    """What each of its calls says, by the number of the action."""
    found = {n: each for n, each in enumerate(actions) if isinstance(each, Call)}
    if found:
        # As for webhooks: who manages may have the workspace speak to the world.
        permit(behalf.actor, CREATE_RULE, rule.workspace_id)
    shown = {"id": str(task.id), "key": task.key, "project_id": str(task.project_id)}
    said = {**shown, "version": task.version, **_snapshot(task)}
    return {
        number: message(rule, said, cause, filled(each.payload, task))
        for number, each in found.items()
    }


def _would(action: Any, task: Task, body: Mapping[str, Any] | None) -> dict[str, Any]:  # as below
    if body is not None:
        return {"type": action.type, "post": action.url, "body": dict(body)}
    return _spelled(action, task)


def _snapshot(task: Task) -> dict[str, Any]:
    return {name: plain(getattr(task, name)) for name in SHOWN}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"before": before[name], "after": value}
        for name, value in after.items()
        if before[name] != value
    }


async def _edit(
    session: AsyncSession,
    behalf: Behalf,
    actions: Sequence[Any],
    task: Task,
    *,
    dry_run: bool,
) -> UUID | None:
    updates = updates_of(actions)
    if updates is None:
        return None
    edit = BulkEdit(task_ids=[task.id], updates=updates, dry_run=dry_run)
    told = await edit_many(session, behalf.actor, edit, fields=behalf.fields)
    [result] = told["results"]
    if result["outcome"] == "refused":
        raise Conflict(result["error"]["detail"], code="rule_refused")
    found: UUID | None = told["operation"]
    return found


async def _besides(
    session: AsyncSession, behalf: Behalf, rule: Rule, task: Task, action: object
) -> dict[str, Any] | None:
    if isinstance(action, Say):
        body = _filled(action.body, task)[:LONGEST]
        data = CommentCreate(body=body)
        made = await comments.create(session, behalf.actor, task.id, data)
        return {"comment": str(made["id"])}
    if isinstance(action, Notify):
        return {"notified": await _notify(session, behalf, rule, task, action)}
    if isinstance(action, Create):
        doing = _doing(session, behalf, rule)
        output = await CREATE_TASK.apply(session, doing, _placed(action, task), None)
        return {"created": output["tasks"]}
    return None


def _placed(action: Create, task: Task) -> Create:
    if action.project_id is not None or action.template_id is not None:
        return action
    return action.model_copy(update={"project_id": task.project_id})


def _doing(session: AsyncSession, behalf: Behalf, rule: Rule) -> Doing:
    return Doing(
        run_id=rule.id,
        schedule_id=rule.id,
        schedule_name=rule.name,
        workspace_id=rule.workspace_id,
        actor=behalf.actor,
        time_zone=behalf.time_zone,
        language=behalf.language,
        fields=behalf.fields,
        now=unit_of(session).now,
    )


async def _notify(
    session: AsyncSession, behalf: Behalf, rule: Rule, task: Task, action: Notify
) -> list[str]:
    """Those of them who see the task."""
    asked = [*action.user_ids, *map(UUID, task.assignee_ids if action.assignees else ())]
    if not asked and not action.assignees:
        asked = [rule.user_id]
    wanted = list(dict.fromkeys(asked))
    seen = await who_see(session, (task.workspace_id, task.project_id), wanted)
    for user_id in wanted:
        if user_id in seen:
            told = {
                "user_id": str(user_id),
                "task_id": str(task.id),
                "text": _filled(action.text, task),
                "rule": rule.name,
            }
            change = RuleNotified(
                workspace_id=rule.workspace_id,
                resource_id=rule.id,
                version=rule.version,
                diff={name: (None, value) for name, value in told.items()},
            )
            await record(session, behalf.actor, change)
    return [str(user_id) for user_id in wanted if user_id in seen]


def _filled(text: str, task: Task) -> str:
    return text.replace("{{key}}", task.key).replace("{{title}}", task.title)


def _spelled(action: Any, task: Task) -> dict[str, Any]:  # one of the three
    [told] = stored([action])
    return {
        name: _filled(value, task) if name in {"body", "text"} else value
        for name, value in told.items()
    }

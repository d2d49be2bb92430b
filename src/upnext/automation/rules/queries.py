"""Every statement on rules and what they did."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Delete, Select, Table, delete, func, or_, select

from upnext.automation.models import Rule, RuleRun
from upnext.core.changes import ChangeHead, ChangeRow
from upnext.core.paging import Order, SortField, identities
from upnext.identity.models import User
from upnext.tasks.filtering.kinds import Condition
from upnext.tasks.models import Task

RULE = cast(Table, Rule.__table__)
RUN = cast(Table, RuleRun.__table__)
IN_ORDER = Order(
    (("position", SortField(RULE.c.position), False), ("id", identities(RULE.c.id), False))
)
NEWEST_RUN = Order((("id", identities(RUN.c.id), True),))
FARTHEST_BACK = 20_000
"""Changes of a workspace that a trial may have to step over."""


def visible(
    workspaces: Collection[UUID], hidden: Collection[UUID], behind: list[Any] | None, limit: int
) -> Select[Rule]:
    found = select(Rule).where(Rule.workspace_id.in_(workspaces))
    if hidden:
        found = found.where(or_(Rule.project_id.is_(None), Rule.project_id.not_in(hidden)))
    if behind is not None:
        found = found.where(IN_ORDER.behind(behind))
    return found.order_by(*IN_ORDER.clauses()).limit(limit + 1)


def count(workspace_id: UUID) -> Select[int]:
    return select(func.count()).where(Rule.workspace_id == workspace_id)


def enabled_in(workspace_id: UUID) -> Select[UUID, list[str]]:
    """Their events."""
    return select(Rule.id, Rule.events).where(Rule.workspace_id == workspace_id, Rule.enabled)


def for_change(workspace_id: UUID) -> Select[Rule]:
    """The enabled ones, in their order."""
    found = select(Rule).where(Rule.workspace_id == workspace_id, Rule.enabled)
    return found.order_by(*IN_ORDER.clauses())


def by_id(rule_id: UUID) -> Select[Rule]:
    """Locked: its runs come one after the other."""
    return select(Rule).where(Rule.id == rule_id).with_for_update()


def matching(
    rule: Rule, task_id: UUID, hidden: Collection[UUID], condition: Condition | None
) -> Select[Task]:
    """The task, if the rule is about it."""
    found = select(Task).where(
        Task.id == task_id, Task.workspace_id == rule.workspace_id, Task.deleted_at.is_(None)
    )
    if rule.project_id is not None:
        found = found.where(Task.project_id == rule.project_id)
    if hidden:
        found = found.where(Task.project_id.not_in(hidden))
    return found if condition is None else found.where(condition)


def matching_ids(
    rule: Rule,
    task_ids: Collection[UUID],
    hidden: Collection[UUID],
    condition: Condition | None,
) -> Select[UUID]:
    found = select(Task.id).where(
        Task.id.in_(task_ids), Task.workspace_id == rule.workspace_id, Task.deleted_at.is_(None)
    )
    if rule.project_id is not None:
        found = found.where(Task.project_id == rule.project_id)
    if hidden:
        found = found.where(Task.project_id.not_in(hidden))
    return found if condition is None else found.where(condition)


# What they did


def ran(rule_id: UUID, change_id: UUID) -> Select[UUID]:
    return select(RuleRun.id).where(RuleRun.rule_id == rule_id, RuleRun.change_id == change_id)


def run_by_id(run_id: UUID) -> Select[RuleRun]:
    """Locked: two calls of one run may end at the same moment."""
    return select(RuleRun).where(RuleRun.id == run_id).with_for_update()


def behind_run(run_id: UUID) -> Select[RuleRun, Rule, User]:
    """With its rule, and in whose name that acts."""
    found = select(RuleRun, Rule, User).join(Rule, Rule.id == RuleRun.rule_id)
    return found.join(User, User.id == Rule.user_id).where(RuleRun.id == run_id)


def runs_of(
    rule_id: UUID, hidden: Collection[UUID], behind: list[Any] | None, limit: int
) -> Select[RuleRun]:
    """On tasks that one may see; the newest first, and one more if there is one."""
    found = select(RuleRun).where(RuleRun.rule_id == rule_id)
    if hidden:
        found = found.join(Task, Task.id == RuleRun.task_id).where(Task.project_id.not_in(hidden))
    if behind is not None:
        found = found.where(NEWEST_RUN.behind(behind))
    return found.order_by(*NEWEST_RUN.clauses()).limit(limit + 1)


def old_runs(before: datetime, limit: int) -> Select[UUID]:
    return select(RuleRun.id).where(RuleRun.created_at < before).limit(limit)


def forget_runs(ids: Collection[UUID]) -> Delete:
    return delete(RUN).where(RUN.c.id.in_(ids))


def last_changes(workspace_id: UUID, types: Collection[str], limit: int) -> Select[ChangeRow]:
    """The newest first; none that lie very far back."""
    newest = select(ChangeHead.seq).where(ChangeHead.workspace_id == workspace_id).scalar_subquery()
    return (
        select(ChangeRow)
        .where(
            ChangeRow.workspace_id == workspace_id,
            ChangeRow.seq > newest - FARTHEST_BACK,
            ChangeRow.type.in_(types),
        )
        .order_by(ChangeRow.seq.desc())
        .limit(limit)
    )

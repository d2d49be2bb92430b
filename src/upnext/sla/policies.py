"""The use cases of policies. Each that changes one asks for the project's clocks anew."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Change, Diff, record, unit_of
from upnext.core.errors import Conflict, Invalid
from upnext.core.load import Action, check_version, load_for
from upnext.core.queries import broke_unique
from upnext.sla import policy, queries, recomputing
from upnext.sla.events import PolicyCreated, PolicyDeleted, PolicyUpdated
from upnext.sla.models import ANY_PRIORITY, Policy
from upnext.sla.schemas import NO_PROMISE, PolicyCreate, PolicyPatch, plain
from upnext.tasks.models import Priority
from upnext.workspaces.models import Project

UNIQUE = "uq_sla_policy_project_id_priority_key"
_RANKS = {priority: rank for rank, priority in enumerate(Priority, 1)}


async def find(session: AsyncSession, actor: Actor, project_id: UUID) -> list[Policy]:
    await load_for(session, actor, policy.READ, Project, project_id)
    return list(await session.scalars(queries.policies_of(project_id)))


async def get(session: AsyncSession, actor: Actor, policy_id: UUID) -> Policy:
    found = await load_for(session, actor, policy.READ, Policy, policy_id)
    await load_for(session, actor, policy.READ, Project, found.project_id)
    return found


async def create(
    session: AsyncSession, actor: Actor, project_id: UUID, data: PolicyCreate
) -> Policy:
    project = await _hold(session, actor, policy.CREATE, project_id)
    now = unit_of(session).now
    values = _values(data.model_dump())
    made = Policy(
        workspace_id=project.workspace_id,
        project_id=project_id,
        created_at=now,
        updated_at=now,
        **values,
    )
    session.add(made)
    await _flush(session)
    diff = {name: (None, _told(value)) for name, value in values.items() if value is not None}
    await _record(session, actor, PolicyCreated, made, diff)
    return made


async def update(
    session: AsyncSession,
    actor: Actor,
    policy_id: UUID,
    data: PolicyPatch,
    *,
    expected: int | None = None,
) -> Policy:
    found = await _held(session, actor, policy.UPDATE, policy_id, expected)
    diff = {}
    for name, value in _values(data.model_dump(exclude_unset=True)).items():
        before = getattr(found, name)
        if before != value:
            setattr(found, name, value)
            diff[name] = (_told(before), _told(value))
    if found.first_response_minutes is None and found.resolution_minutes is None:
        raise Invalid(f"Nothing would be promised: {NO_PROMISE}.", code="no_promise")
    if diff:
        found.updated_at = unit_of(session).now
        await _flush(session)
        await _record(session, actor, PolicyUpdated, found, diff)
    return found


async def delete(
    session: AsyncSession, actor: Actor, policy_id: UUID, *, expected: int | None = None
) -> None:
    found = await _held(session, actor, policy.DELETE, policy_id, expected)
    await session.delete(found)
    await session.flush()
    told = {"priority": (found.priority and str(found.priority), None)}
    await _record(session, actor, PolicyDeleted, found, told, version=found.version + 1)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """The columns that a body speaks of."""
    values = dict(given)
    if "priority" in given:
        values["priority_key"] = _RANKS.get(given["priority"], ANY_PRIORITY)
    if "pause_statuses" in given:
        values["pause_statuses"] = [str(status) for status in given["pause_statuses"]]
    return values


def _told(value: object) -> object:
    return plain(value)


async def _hold(session: AsyncSession, actor: Actor, action: Action, project_id: UUID) -> Project:
    """The project, locked: whoever adds a task to it comes before us or sees what we did."""
    project = await load_for(session, actor, action, Project, project_id, lock=True)
    if project.archived_at is not None:
        raise Conflict(
            "This project is archived. Take it out of the archive to change its SLA policies.",
            code="project_archived",
        )
    return project


async def _held(
    session: AsyncSession, actor: Actor, action: Action, policy_id: UUID, expected: int | None
) -> Policy:
    found = await load_for(session, actor, action, Policy, policy_id)
    await _hold(session, actor, action, found.project_id)
    # Again under the lock: somebody may have changed or deleted it while we waited.
    found = await load_for(session, actor, action, Policy, policy_id, lock=True)
    check_version(found.version, expected)
    return found


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        if not broke_unique(error, UNIQUE):
            raise
        raise Conflict(
            "The project has a policy for this priority. Change that one instead.",
            code="sla_policy_exists",
        ) from error


async def _record(
    session: AsyncSession,
    actor: Actor,
    kind: type[Change],
    about: Policy,
    diff: Diff,
    *,
    version: int | None = None,
) -> None:
    """Tells it, and lets the clocks follow."""
    ruled = bool(await session.scalar(queries.has_rules(about.project_id)))
    await session.execute(queries.rule_project(about.project_id, ruled=ruled))
    shown = {name: values for name, values in diff.items() if name != "priority_key"}
    change = kind(
        workspace_id=about.workspace_id,
        resource_id=about.id,
        version=version or about.version,
        diff=shown | {"project_id": (None, str(about.project_id))},
    )
    await record(session, actor, change)
    await recomputing.ask(session, about.project_id)

"""The use cases of rules."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import policy
from upnext.automation.events import RuleCreated, RuleDeleted, RuleRotated, RuleUpdated
from upnext.automation.models import Rule, RuleRun
from upnext.automation.owners import personal_workspace, require_person
from upnext.automation.rules import queries
from upnext.automation.rules.schemas import Call, RuleCreate, RuleList, RulePatch, shown, stored
from upnext.automation.rules.signing import ensure_keys, new_keys
from upnext.core.auth import Actor
from upnext.core.changes import Change, Diff, record, unit_of
from upnext.core.errors import Conflict, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, load_for, permit
from upnext.core.outbound import Outbound, OutboundRefused
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks.filtering import Fields
from upnext.tasks.filtering.asking import asked
from upnext.workspaces.models import Project

MOST = 100


class Means(NamedTuple):
    """What judging and storing a rule takes from the process."""

    keys: KeyRing
    outbound: Outbound
    fields: Fields


class Made(NamedTuple):
    rule: Rule
    secret: str


async def create(session: AsyncSession, actor: Actor, data: RuleCreate, means: Means) -> Rule:
    workspace_id = await _place(session, actor, data)
    if (await session.scalar(queries.count(workspace_id)) or 0) >= MOST:
        raise Conflict(
            f"The workspace has {MOST} rules, which is the most. Delete one first.",
            code="too_many_rules",
        )
    await _check_filter(session, actor, data.filter, means.fields)
    _check_calls(data.actions, means.outbound)
    now = unit_of(session).now
    made = Rule(
        workspace_id=workspace_id,
        project_id=data.project_id,
        user_id=require_person(actor),
        name=data.name,
        events=data.events,
        filter=data.filter,
        actions=stored(data.actions),
        position=data.position,
        enabled=data.enabled,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    await session.flush()
    # Its id is there now, which the encryption is bound to.
    ensure_keys(means.keys, made)
    await session.flush()
    await _tell(session, actor, RuleCreated, made, {"name": (None, made.name)})
    return made


async def _place(session: AsyncSession, actor: Actor, data: RuleCreate) -> UUID:
    if data.project_id is not None:
        project = await load_for(
            session, actor, policy.CREATE_RULE, Project, data.project_id, parent=data.workspace_id
        )
        return project.workspace_id
    workspace_id = data.workspace_id or await personal_workspace(session, actor)
    permit(actor, policy.CREATE_RULE, workspace_id)
    return workspace_id


async def _check_filter(session: AsyncSession, actor: Actor, text: str, fields: Fields) -> None:
    if text.strip():
        now = unit_of(session).now
        await asked(session, actor, text, now, pointer="/filter", fields=fields)


def _check_calls(actions: Iterable[object], outbound: Outbound) -> None:
    """A mistake is told now, and not by calls that fail."""
    for number, each in enumerate(actions):
        if isinstance(each, Call):
            try:
                outbound.inspect(each.url)
            except OutboundRefused as refused:
                pointer = f"/actions/{number}/url"
                raise invalid_field(pointer, refused.detail, refused.code) from None


async def get(
    session: AsyncSession,
    actor: Actor,
    rule_id: UUID,
    action: Action = policy.READ_RULE,
    *,
    lock: bool = False,
) -> Rule:
    """Not there while its project lies in the trash."""
    found = await load_for(session, actor, action, Rule, rule_id, lock=lock)
    if found.project_id is not None:
        await load_for(session, actor, action, Project, found.project_id)
    return found


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, wanted: RuleList
) -> tuple[list[Rule], str | None]:
    """In the order in which they act."""
    if wanted.workspace_id is not None:
        permit(actor, policy.READ_RULE, wanted.workspace_id)
    places = [wanted.workspace_id] if wanted.workspace_id else list(actor.workspaces)
    behind = read_cursor(keys, queries.IN_ORDER, wanted.cursor) if wanted.cursor else None
    statement = queries.visible(places, actor.hidden, behind, wanted.limit)
    found = list(await session.scalars(statement))
    if len(found) <= wanted.limit:
        return found, None
    last = found[wanted.limit - 1]
    return found[: wanted.limit], write_cursor(keys, queries.IN_ORDER, [last.position, last.id])


async def update(
    session: AsyncSession,
    actor: Actor,
    rule_id: UUID,
    data: RulePatch,
    means: Means,
    *,
    expected: int | None = None,
) -> Rule:
    """Whoever changes it has it act in their name from now on: nobody makes another do things."""
    found = await get(session, actor, rule_id, policy.UPDATE_RULE, lock=True)
    check_version(found.version, expected)
    given = {name: getattr(data, name) for name in data.model_fields_set}
    if "actions" in given:
        _check_calls(data.actions, means.outbound)
        given["actions"] = stored(data.actions)
    if "filter" in given:
        await _check_filter(session, actor, data.filter, means.fields)
    changed = {name: new for name, new in given.items() if getattr(found, name) != new}
    if not changed:
        return found
    diff = {
        name: (_logged(name, getattr(found, name)), _logged(name, new))
        for name, new in changed.items()
    }
    for name, value in {**changed, "user_id": require_person(actor)}.items():
        setattr(found, name, value)
    found.updated_at = unit_of(session).now
    ensure_keys(means.keys, found)
    await session.flush()
    await _tell(session, actor, RuleUpdated, found, diff)
    return found


def _logged(name: str, value: Any) -> Any:  # whatever a rule's field may hold
    return shown(value) if name == "actions" else value


async def rotate(
    session: AsyncSession,
    actor: Actor,
    rule_id: UUID,
    keys: KeyRing,
    *,
    expected: int | None = None,
) -> Made:
    """A new secret for its calls; who asks for it has it act in their name, as with any change."""
    found = await get(session, actor, rule_id, policy.UPDATE_RULE, lock=True)
    check_version(found.version, expected)
    before, now = found.public_key, unit_of(session).now
    key = new_keys(keys, found, now)
    found.user_id, found.updated_at = require_person(actor), now
    await session.flush()
    await _tell(session, actor, RuleRotated, found, {"public_key": (before, key.public)})
    return Made(found, key.shown)


async def delete(
    session: AsyncSession, actor: Actor, rule_id: UUID, *, expected: int | None = None
) -> None:
    found = await get(session, actor, rule_id, policy.DELETE_RULE, lock=True)
    check_version(found.version, expected)
    await session.delete(found)
    await session.flush()
    await _tell(session, actor, RuleDeleted, found, {"name": (found.name, None)})


async def runs(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    rule_id: UUID,
    wanted: RuleList,
) -> tuple[list[RuleRun], str | None]:
    """The newest first, without those on tasks that the actor may not see."""
    await get(session, actor, rule_id)
    behind = read_cursor(keys, queries.NEWEST_RUN, wanted.cursor) if wanted.cursor else None
    statement = queries.runs_of(rule_id, actor.hidden, behind, wanted.limit)
    found = list(await session.scalars(statement))
    if len(found) <= wanted.limit:
        return found, None
    last = found[wanted.limit - 1]
    return found[: wanted.limit], write_cursor(keys, queries.NEWEST_RUN, [last.id])


async def _tell(
    session: AsyncSession, actor: Actor, kind: type[Change], row: Rule, diff: Diff
) -> None:
    place: dict[str, tuple[Any, Any]] = {}
    if row.project_id is not None:
        place["project_id"] = (None, str(row.project_id))
    change = kind(
        workspace_id=row.workspace_id,
        resource_id=row.id,
        version=row.version,
        diff={**diff, **place},
    )
    await record(session, actor, change)

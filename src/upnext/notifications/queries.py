"""Every statement of notifications."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Update,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from upnext.comments.models import Comment
from upnext.core.auth import INSTANCE, Actor, WorkspaceRole
from upnext.core.changes import ChangeRow
from upnext.core.inserts.queries import insert_ignore
from upnext.core.paging import Order, identities
from upnext.identity.models import User
from upnext.notifications.models import (
    Delivery,
    DueClock,
    Notification,
    Preference,
    PushKey,
    PushSubscription,
    State,
    Target,
)
from upnext.tasks.models import CLOSED, Task
from upnext.workspaces.models import Project, ProjectMember, Workspace, WorkspaceMember

NEWEST = Order((("id", identities(Notification.__table__.c.id), True),))
# What is counted of the unread: nobody reads a larger number.
MOST_COUNTED = 1_000


# The centre


def _visible(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Only what lies where the reader may still look."""
    row = Notification
    places = [*actor.workspaces, INSTANCE]
    found = (row.user_id == actor.user_id, row.shown.is_(True), row.workspace_id.in_(places))
    if not actor.hidden:
        return found
    seen = or_(row.project_id.is_(None), row.project_id.not_in(actor.hidden))
    return (*found, seen)


def page(
    actor: Actor, behind: list[UUID] | None, limit: int, *, unread: bool
) -> Select[Notification]:
    found = select(Notification).where(*_visible(actor))
    if unread:
        found = found.where(Notification.read_at.is_(None))
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)


def unread(actor: Actor) -> Select[int]:
    some = (
        select(Notification.id)
        .where(*_visible(actor), Notification.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(some)


def own(user_id: UUID | None, notification_id: UUID) -> Select[Notification]:
    return select(Notification).where(
        Notification.id == notification_id,
        Notification.user_id == user_id,
        Notification.shown.is_(True),
    )


def mark_all(user_id: UUID | None, now: datetime, before: UUID | None) -> Update:
    found = (
        update(Notification)
        .where(
            Notification.user_id == user_id,
            Notification.shown.is_(True),
            Notification.read_at.is_(None),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return found if before is None else found.where(Notification.id <= before)


def old(before: datetime, limit: int) -> Select[UUID]:
    return select(Notification.id).where(Notification.created_at < before).limit(limit)


def forget(ids: Collection[UUID]) -> Delete:
    return delete(Notification).where(Notification.id.in_(ids))


# Spreading


def changes(ids: Collection[UUID]) -> Select[ChangeRow]:
    return select(ChangeRow).where(ChangeRow.id.in_(ids)).order_by(ChangeRow.id)


def tasks(ids: Collection[UUID]) -> Select[Task]:
    return select(Task).where(Task.id.in_(ids), Task.deleted_at.is_(None))


def task_of_comments(ids: Collection[UUID]) -> Select[UUID, UUID]:
    return select(Comment.id, Comment.task_id).where(
        Comment.id.in_(ids), Comment.deleted_at.is_(None)
    )


def people(ids: Collection[UUID]) -> Select[User, Preference | None]:
    """Of accounts that are not disabled, with what they chose."""
    return (
        select(User, Preference)
        .outerjoin(Preference, Preference.user_id == User.id)
        .where(User.id.in_(ids), User.disabled_at.is_(None))
    )


def seers(projects: Collection[UUID], users: Collection[UUID]) -> Select[UUID, UUID]:
    """Project and person, for each of these people who may see each of these projects."""
    member, own_role = WorkspaceMember, ProjectMember
    return (
        select(Project.id, member.user_id)
        .join(Workspace, Workspace.id == Project.workspace_id)
        .join(member, member.workspace_id == Project.workspace_id)
        .outerjoin(
            own_role, and_(own_role.project_id == Project.id, own_role.user_id == member.user_id)
        )
        .where(
            Project.id.in_(projects),
            member.user_id.in_(users),
            Project.deleted_at.is_(None),
            Workspace.deleted_at.is_(None),
            or_(
                Project.private.is_(False),
                member.role >= WorkspaceRole.ADMIN,
                own_role.user_id.is_not(None),
            ),
        )
    )


def members(workspaces: Collection[UUID], users: Collection[UUID]) -> Select[UUID, UUID]:
    return (
        select(WorkspaceMember.workspace_id, WorkspaceMember.user_id)
        .join(Workspace, Workspace.id == WorkspaceMember.workspace_id)
        .where(
            WorkspaceMember.workspace_id.in_(workspaces),
            WorkspaceMember.user_id.in_(users),
            Workspace.deleted_at.is_(None),
        )
    )


def known_keys(users: Collection[UUID], keys: Collection[str]) -> Select[UUID, str]:
    return select(Notification.user_id, Notification.event_key).where(
        Notification.user_id.in_(users), Notification.event_key.in_(keys)
    )


def add(dialect: str, rows: Sequence[Mapping[str, Any]]) -> Insert:
    return insert_ignore(dialect, Notification.__table__, rows)


def added(ids: Collection[UUID]) -> Select[UUID]:
    return select(Notification.id).where(Notification.id.in_(ids))


def ways(users: Collection[UUID]) -> tuple[Select[UUID, UUID], Select[UUID, UUID]]:
    """Browsers and services, each with whose it is."""
    return (
        select(PushSubscription.user_id, PushSubscription.id).where(
            PushSubscription.user_id.in_(users)
        ),
        select(Target.user_id, Target.id).where(Target.user_id.in_(users)),
    )


# Delivering


def delivery(delivery_id: UUID) -> Select[Delivery, Notification, User]:
    """Empty when the account is gone or disabled."""
    return (
        select(Delivery, Notification, User)
        .join(Notification, Notification.id == Delivery.notification_id)
        .join(User, User.id == Notification.user_id)
        .where(Delivery.id == delivery_id, User.disabled_at.is_(None))
    )


def end_delivery(delivery_id: UUID, state: State, now: datetime) -> Update:
    return (
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == State.PENDING)
        .values(state=state, ended_at=now)
        .execution_options(synchronize_session=False)
    )


def subscription(row_id: UUID) -> Select[PushSubscription]:
    return select(PushSubscription).where(PushSubscription.id == row_id)


def drop_subscription(row_id: UUID) -> Delete:
    return delete(PushSubscription).where(PushSubscription.id == row_id)


def target(row_id: UUID) -> Select[Target]:
    return select(Target).where(Target.id == row_id)


# Choices


def preference(user_id: UUID | None) -> Select[Preference]:
    return select(Preference).where(Preference.user_id == user_id)


def digests_due(now: datetime, limit: int) -> Select[Preference]:
    """Those that another process looks at are left to it."""
    return (
        select(Preference)
        .where(Preference.digest_next_at <= now)
        .order_by(Preference.digest_next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def zones(users: Collection[UUID]) -> Select[UUID, str]:
    return select(User.id, User.time_zone).where(User.id.in_(users))


def subscriptions_of(user_id: UUID | None) -> Select[PushSubscription]:
    found = select(PushSubscription).where(PushSubscription.user_id == user_id)
    return found.order_by(PushSubscription.id.desc())


def subscribed(user_id: UUID | None, digest: bytes) -> Select[PushSubscription]:
    return select(PushSubscription).where(
        PushSubscription.user_id == user_id, PushSubscription.endpoint_hash == digest
    )


def targets_of(user_id: UUID | None) -> Select[Target]:
    return select(Target).where(Target.user_id == user_id).order_by(Target.id.desc())


def push_key() -> Select[PushKey]:
    return select(PushKey)


def keep_push_key(dialect: str, row: Mapping[str, Any]) -> Insert:
    return insert_ignore(dialect, PushKey.__table__, [row])


# What is due


def due_clock() -> Select[DueClock]:
    return select(DueClock).with_for_update()


def keep_due_clock(dialect: str, now: datetime) -> Insert:
    return insert_ignore(dialect, DueClock.__table__, [{"id": 1, "at": now}])


def due_between(
    low: int, high: int, after: tuple[int, UUID] | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """Open tasks whose due key is above `low` and at most `high`, in order. Workspace by workspace:
    so each is found by the index that its lists have."""
    found = (
        select(Task.id, Task.due_key, Task.due_at, Task.workspace_id)
        .select_from(Workspace)
        .join(
            Task,
            and_(Task.workspace_id == Workspace.id, Task.due_key > low, Task.due_key <= high),
        )
        .join(Project, Project.id == Task.project_id)
        .where(
            Workspace.deleted_at.is_(None),
            Workspace.archived_at.is_(None),
            Project.deleted_at.is_(None),
            Project.archived_at.is_(None),
            Task.deleted_at.is_(None),
            Task.status.not_in(CLOSED),
        )
        .order_by(Task.due_key, Task.id)
        .limit(limit)
    )
    if after is None:
        return found
    key, task_id = after
    return found.where(or_(Task.due_key > key, and_(Task.due_key == key, Task.id > task_id)))

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.auth import ProjectRole, WorkspaceRole
from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.text import fold
from upnext.core.types import Digest, Id, Instant, Json, Name, Ranked

NAME_LENGTH = 100
# Folding may lengthen text; what is cut off here only blurs the order of very odd names.
NAME_KEY_LENGTH = 200
KEY_LENGTH = 10
INBOX_KEY = "INBOX"


def name_key(name: str) -> str:
    """By which names are sorted and found."""
    return fold(name)[:NAME_KEY_LENGTH]


class Workspace(Base):
    """The tenant: nothing of one is visible from another."""

    __tablename__ = "workspace"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Name(NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(Name(NAME_KEY_LENGTH))
    # Whose personal workspace it is; unique, so a user has at most one.
    personal_of: Mapped[UUID | None] = mapped_column(Id, ForeignKey("user_account.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @hybrid_property
    def personal(self) -> bool:
        return self.personal_of is not None

    @personal.inplace.expression
    @classmethod
    def _personal(cls) -> ColumnElement[bool]:
        return cls.personal_of.is_not(None)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.id, None

    @property
    def parent(self) -> UUID | None:
        return None

    @property
    def trashed_at(self) -> datetime | None:
        return self.deleted_at


class WorkspaceMember(Base):
    __tablename__ = "workspace_member"

    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_account.id"), primary_key=True, index=True
    )
    role: Mapped[WorkspaceRole] = mapped_column(Ranked(WorkspaceRole))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class Project(Base):
    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("workspace_id", "live_key"),
        # What lies in a project may refer to both, so that the database refuses a foreign one.
        UniqueConstraint("workspace_id", "id"),
        Index("ix_project_private", "workspace_id", "private"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(Name(NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(Name(NAME_KEY_LENGTH))
    key: Mapped[str] = mapped_column(Name(KEY_LENGTH))
    # The key again, but NULL in the trash: so it is unique among the others only.
    live_key: Mapped[str | None] = mapped_column(Name(KEY_LENGTH))
    private: Mapped[bool] = mapped_column(default=False)
    inbox: Mapped[bool] = mapped_column(default=False)
    # The number that the next task gets. Not covered by `version`: see numbering.py.
    next_number: Mapped[int] = mapped_column(default=1)
    # Its boards as new tasks have to know them, written by those who make boards; nor covered.
    layout: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Whether it has SLA policies that count. Not covered by `version` either.
    sla_ruled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.id

    @property
    def parent(self) -> UUID | None:
        return self.workspace_id

    @property
    def trashed_at(self) -> datetime | None:
        return self.deleted_at


class ProjectMember(Base):
    """The foreign keys hold that a member of a project is one of its workspace."""

    __tablename__ = "project_member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "project_id"], ["project.workspace_id", "project.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["workspace_member.workspace_id", "workspace_member.user_id"],
            name="fk_project_member_workspace_member",
            ondelete="CASCADE",
        ),
        Index("ix_project_member_user_id", "user_id"),
    )

    project_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    role: Mapped[ProjectRole] = mapped_column(Ranked(ProjectRole))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class Invitation(Base):
    """To an address, which may have no account yet. The mailed token lies here as a digest."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["project.workspace_id", "project.id"],
            name="fk_invitation_project",
            ondelete="CASCADE",
        ),
        Index("ix_invitation_workspace", "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(Id)
    email: Mapped[str] = mapped_column(Name(254))
    email_key: Mapped[str] = mapped_column(Name(320))
    role: Mapped[WorkspaceRole] = mapped_column(Ranked(WorkspaceRole))
    project_role: Mapped[ProjectRole | None] = mapped_column(Ranked(ProjectRole))
    # Whose right it is given by: asked again when it is accepted.
    invited_by: Mapped[UUID | None] = mapped_column(Id)
    # Of workspace, project and address as long as it is open, so that there is one; then NULL.
    open_key: Mapped[bytes | None] = mapped_column(Digest, unique=True)
    hash: Mapped[bytes | None] = mapped_column(Digest, unique=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, None

    @property
    def parent(self) -> UUID | None:
        return self.workspace_id

    @property
    def trashed_at(self) -> datetime | None:
        """An accepted one is done with."""
        return self.accepted_at

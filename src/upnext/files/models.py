"""Files, their contents, and how much of them a workspace has."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Digest, Id, Instant, Name
from upnext.tasks.models import Task
from upnext.workspaces.models import Project

NAME = 200
KIND = 100


class FileUsage(Base):
    """What a workspace's contents amount to. Whoever adds or lets go of a content locks this row,
    so that references are counted by one at a time."""

    __tablename__ = "file_usage"

    workspace_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    bytes: Mapped[int] = mapped_column(BigInteger)


class FileContent(Base):
    """Bytes in the file storage, under a key made of this row's id.

    Once its last file is gone it loses `live_sha256` and is never taken again: the same bytes get
    a row and a key of their own. So a job can remove what lies under the key whenever it comes to
    it, whoever uploads what meanwhile.
    """

    __tablename__ = "file_content"
    __table_args__ = (UniqueConstraint("workspace_id", "live_sha256"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id"))
    live_sha256: Mapped[bytes | None] = mapped_column(Digest)
    size: Mapped[int] = mapped_column(BigInteger)
    refs: Mapped[int] = mapped_column(Integer)
    # Of an image whose header could be read.
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    # Whether there is a small picture of it, under the same key with an ending.
    thumbnail: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)


class File(Base):
    """Of a task, and then it lies where the task lies; else of a project. What is in it never
    changes, so digest and size are here as well.

    The task's purge lets go of the contents before the key takes these rows along.
    """

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_task", "task_id", "id"),
        Index("ix_file_workspace", "workspace_id", "id"),
        Index("ix_file_project", "project_id"),
        Index("ix_file_content", "content_id"),
        Index("ix_file_deleted", "deleted_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id"))
    task_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("project.id"))
    content_id: Mapped[UUID] = mapped_column(Id, ForeignKey("file_content.id"))
    filename: Mapped[str] = mapped_column(Name(NAME))
    content_type: Mapped[str] = mapped_column(Name(KIND))
    sha256: Mapped[bytes] = mapped_column(Digest)
    size: Mapped[int] = mapped_column(BigInteger)
    # Without a foreign key: what they did stays when their account goes.
    created_by: Mapped[UUID | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)

    task: Mapped[Task | None] = relationship(lazy="joined")
    project: Mapped[Project | None] = relationship(lazy="joined")
    content: Mapped[FileContent] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        """Where its task lies now: a task may have moved since."""
        return self.task.place if self.task else (self.workspace_id, self.project_id)

    @property
    def parent(self) -> UUID | None:
        return self.task_id or self.project_id

    @property
    def of_task(self) -> UUID | None:
        return self.task_id

    @property
    def place_trashed_at(self) -> datetime | None:
        """Since when its task or project lies in the trash."""
        holder = self.task or self.project
        return holder.deleted_at if holder else None

    @property
    def trashed_at(self) -> datetime | None:
        return self.deleted_at or self.place_trashed_at

"""Comments, and what they said before they were edited."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Json, LongText
from upnext.tasks.models import Task


class Comment(Base):
    """A first comment's `thread_id` is its own id, that of a reply is its thread's.

    Who wrote it is named without a foreign key, as a task's people are. Threads need none either:
    a comment leaves the database only with its task.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_task", "task_id", "id"),
        Index("ix_comment_parent", "parent_id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    task_id: Mapped[UUID] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    thread_id: Mapped[UUID] = mapped_column(Id)
    parent_id: Mapped[UUID | None] = mapped_column(Id)
    # One of the two; what the system itself writes has neither.
    author_id: Mapped[UUID | None] = mapped_column(Id)
    link_id: Mapped[UUID | None] = mapped_column(Id)
    body: Mapped[str] = mapped_column(LongText)
    # Made by the present `markdown.RENDERING`, or made anew at each reading.
    body_html: Mapped[str] = mapped_column(LongText)
    rendering: Mapped[int] = mapped_column(Integer)
    # What stands after the @, in the form in which names are equal, and whom it means.
    mentions: Mapped[dict[str, str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_by: Mapped[UUID | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)

    task: Mapped[Task] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        """Where its task lies now: a task may have moved since."""
        return self.task.place

    @property
    def parent(self) -> UUID | None:
        return self.task_id

    @property
    def of_task(self) -> UUID:
        return self.task_id

    @property
    def trashed_at(self) -> datetime | None:
        return self.deleted_at or self.task.deleted_at


class CommentVersion(Base):
    """What a comment said until `replaced_at`."""

    __tablename__ = "comment_version"

    comment_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(LongText)
    written_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime] = mapped_column(Instant)

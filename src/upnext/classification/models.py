"""What a workspace wants of classification, what it was taught, and what was predicted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Json, LongText, Name


class ClassificationSetting(Base):
    """Of a workspace; without a row all is as the columns' defaults say.

    `helps` is what looking back in time said about learning: of `judged` examples it got `gained`
    more right than it would have without. That changes without a new version.
    """

    __tablename__ = "classification_setting"

    workspace_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    remote: Mapped[bool] = mapped_column(default=True)
    # Projects whose texts stay on this machine whatever else is said, by id.
    local_projects: Mapped[list[str]] = mapped_column(Json, default=list)
    learning: Mapped[bool] = mapped_column(default=True)
    helps: Mapped[bool] = mapped_column(default=True)
    judged: Mapped[int] = mapped_column(default=0)
    gained: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class TaskCategory(Base):
    """A category that a workspace has beside those that everybody has."""

    __tablename__ = "task_category"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(50))
    name_key: Mapped[str] = mapped_column(Name(100))
    description: Mapped[str] = mapped_column(LongText, default="")
    examples: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
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
        return None


class Example(Base):
    """What a user set: all that is learned from. The text is that of the task."""

    __tablename__ = "classification_example"
    __table_args__ = (
        Index("ix_classification_example_workspace", "workspace_id", "at", "task_id"),
    )

    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(Name(20), primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    value: Mapped[str] = mapped_column(Name(50))
    at: Mapped[datetime] = mapped_column(Instant)


class ProviderUse(Base):
    """How often a provider was asked in a period: a day such as 2026-03-02, a month as 2026-03."""

    __tablename__ = "provider_use"

    provider: Mapped[str] = mapped_column(Name(20), primary_key=True)
    period: Mapped[str] = mapped_column(Name(10), primary_key=True)
    requests: Mapped[int] = mapped_column()


class PredictionRow(Base):
    """What was said about a field, by whom; never changed. `applied`: it was written."""

    __tablename__ = "prediction"
    __table_args__ = (Index("ix_prediction_task", "task_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    task_id: Mapped[UUID] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(Name(20))
    value: Mapped[str] = mapped_column(Name(50))
    confidence: Mapped[float] = mapped_column(Double)
    source: Mapped[str] = mapped_column(Name(20))
    model: Mapped[str | None] = mapped_column(Name(200))
    reason: Mapped[str] = mapped_column(Name(200))
    applied: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(Instant)

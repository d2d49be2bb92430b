"""Rows of runs, and of the files that they read."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Blob, Digest, Id, Instant, Json, LongText, Name, Ranked

PART = 1_000_000
"""Bytes in one row of a file: no database minds a row of that size."""


class ImportState(StrEnum):
    """In the order in which a run goes through them; the last two are its ends."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


ENDED = frozenset({ImportState.COMPLETED, ImportState.FAILED})


class ImportRun(Base):
    """A file on its way in. Only who started it sees it.

    `position` counts the steps that are done for good: first the tasks in their order, then the
    dependencies. A process that dies is followed by another one that goes on from there.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_user", "user_id", "created_at", "id"),
        Index("ix_import_run_updated", "updated_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id)
    # In whose name the job writes, as the change log shall show it.
    credential_id: Mapped[UUID] = mapped_column(Id)
    by_token: Mapped[bool] = mapped_column(default=False)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID | None] = mapped_column(Id)
    format: Mapped[str] = mapped_column(Name(40))
    label: Mapped[str] = mapped_column(Name(200), default="")
    file_name: Mapped[str] = mapped_column(Name(200), default="")
    file_bytes: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(Digest)
    options: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[ImportState] = mapped_column(Ranked(ImportState), default=ImportState.PENDING)
    position: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    existing: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    linked: Mapped[int] = mapped_column(Integer, default=0)
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    error: Mapped[str | None] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)


class ImportPart(Base):
    """A piece of the file; gone as soon as the run has ended."""

    __tablename__ = "import_part"

    run_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(Blob)

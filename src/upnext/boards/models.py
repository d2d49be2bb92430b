from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.text import fold
from upnext.core.types import Id, Instant, Name, Ranked
from upnext.tasks.models import Status

NAME_LENGTH = 100
NAME_KEY_LENGTH = 200


def name_key(name: str) -> str:
    """By which boards and columns are found."""
    return fold(name)[:NAME_KEY_LENGTH]


class Board(Base):
    """Its `version` counts changes of the board and its columns, not those of its cards."""

    __tablename__ = "board"
    __table_args__ = (Index("ix_board_project", "project_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(Name(NAME_KEY_LENGTH))
    # Where the project's new tasks go; of its boards exactly one.
    default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.project_id

    @property
    def trashed_at(self) -> datetime | None:
        """A board that is deleted is gone; its cards are not."""
        return None


class Column(Base):
    __tablename__ = "board_column"
    __table_args__ = (Index("ix_board_column_board", "board_id", "rank"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    board_id: Mapped[UUID] = mapped_column(Id, ForeignKey("board.id", ondelete="CASCADE"))
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Name(NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(Name(NAME_KEY_LENGTH))
    status: Mapped[Status] = mapped_column(Ranked(Status))
    # From the left.
    rank: Mapped[int] = mapped_column()
    wip_limit: Mapped[int | None] = mapped_column()
    # A full column takes no more; else it only says that it is over its limit.
    wip_hard: Mapped[bool] = mapped_column(default=False)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.board_id

    @property
    def trashed_at(self) -> datetime | None:
        return None

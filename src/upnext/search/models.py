"""The index: one row for each thing that can be found, with the words in it as `words` spells them.

Apart from the things themselves, since what is written there all the time, such as a status, would
otherwise take its full text along. Each database lays its own full text over the four columns of
words (see the migration and `queries.matching`).
"""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.types import Id, LongText, Name


class SearchDocument(Base):
    __tablename__ = "search_document"
    __table_args__ = (
        Index("ix_search_document_project", "project_id"),
        Index("ix_search_document_task", "task_id"),
    )

    # A number, since SQLite's full text goes by these.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    kind: Mapped[str] = mapped_column(Name(20))
    resource_id: Mapped[UUID] = mapped_column(Id, unique=True)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    # What is in the trash with its project is left out when it is searched, and stays here.
    project_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE")
    )
    # The task that it is, or belongs to, and goes to the trash with.
    task_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    # False: its task lies in the trash.
    live: Mapped[bool]
    named: Mapped[str] = mapped_column(LongText)
    heading: Mapped[str] = mapped_column(LongText)
    labels: Mapped[str] = mapped_column(LongText)
    body: Mapped[str] = mapped_column(LongText)

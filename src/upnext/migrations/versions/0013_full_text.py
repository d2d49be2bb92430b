"""full text

What is there already is indexed at once: some 10,000 things a second, so that a million takes a
minute or two. Each database then lays its own full text over the words.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from upnext.core import types
from upnext.search.documents import Document, row_of

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BATCH = 1_000


def upgrade() -> None:
    table = op.create_table(
        "search_document",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", types.Name(length=20), nullable=False),
        sa.Column("resource_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("task_id", types.Id(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("named", types.LongText(), nullable=False),
        sa.Column("heading", types.LongText(), nullable=False),
        sa.Column("labels", types.LongText(), nullable=False),
        sa.Column("body", types.LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_search_document_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_search_document_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_search_document_resource_id")),
    )
    for batch in chain(_projects(), _tasks()):
        op.bulk_insert(table, [row_of(one) for one in batch])
    op.create_index("ix_search_document_project", "search_document", ["project_id"])
    op.create_index("ix_search_document_task", "search_document", ["task_id"])
    for statement in FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    # Its indexes and triggers go with it.
    op.drop_table("search_document")


# SQLite's index keeps no copy of the words: it is told of each change. It needs to know neither
# where a word stands nor how many there are, since phrases and ranks are our own.
FULL_TEXT = {
    "postgresql": [
        "CREATE INDEX search_index ON search_document "
        "USING gin (to_tsvector('simple', named || heading || labels || body))"
    ],
    "mysql": [
        "CREATE FULLTEXT INDEX search_index ON search_document (named, heading, labels, body)"
    ],
    "sqlite": [
        """
        CREATE VIRTUAL TABLE search_index USING fts5 (
            named, heading, labels, body,
            content='search_document', content_rowid='id',
            tokenize='ascii', detail='none', columnsize=0
        )
        """,
        "INSERT INTO search_index (search_index) VALUES ('rebuild')",
        """
        CREATE TRIGGER search_index_insert AFTER INSERT ON search_document BEGIN
            INSERT INTO search_index (rowid, named, heading, labels, body)
            VALUES (new.id, new.named, new.heading, new.labels, new.body);
        END
        """,
        """
        CREATE TRIGGER search_index_delete AFTER DELETE ON search_document BEGIN
            INSERT INTO search_index (search_index, rowid, named, heading, labels, body)
            VALUES ('delete', old.id, old.named, old.heading, old.labels, old.body);
        END
        """,
        """
        CREATE TRIGGER search_index_update
        AFTER UPDATE OF named, heading, labels, body ON search_document BEGIN
            INSERT INTO search_index (search_index, rowid, named, heading, labels, body)
            VALUES ('delete', old.id, old.named, old.heading, old.labels, old.body);
            INSERT INTO search_index (rowid, named, heading, labels, body)
            VALUES (new.id, new.named, new.heading, new.labels, new.body);
        END
        """,
    ],
}


def _projects() -> Iterator[list[Document]]:
    table = sa.table(
        "project",
        sa.column("id", types.Id()),
        sa.column("workspace_id", types.Id()),
        sa.column("name"),
        sa.column("key"),
    )
    for rows in _batches(table):
        yield [
            Document("project", row.id, row.workspace_id, row.id, title=row.name, key=row.key)
            for row in rows
        ]


def _tasks() -> Iterator[list[Document]]:
    table = sa.table(
        "task",
        sa.column("id", types.Id()),
        sa.column("workspace_id", types.Id()),
        sa.column("project_id", types.Id()),
        sa.column("title"),
        sa.column("description"),
        sa.column("key"),
        sa.column("tags", types.Json()),
        sa.column("deleted_at", types.Instant()),
    )
    for rows in _batches(table):
        yield [
            Document(
                "task",
                row.id,
                row.workspace_id,
                row.project_id,
                title=row.title,
                text=row.description,
                key=row.key,
                labels=row.tags,
                task_id=row.id,
                live=row.deleted_at is None,
            )
            for row in rows
        ]


def _batches(table: Any) -> Iterator[Any]:
    """All rows in the order of their ids, so many at a time."""
    behind: UUID | None = None
    while True:
        found = sa.select(table).order_by(table.c.id).limit(BATCH)
        if behind is not None:
            found = found.where(table.c.id > behind)
        rows = op.get_bind().execute(found).all()
        if not rows:
            return
        yield rows
        behind = rows[-1].id

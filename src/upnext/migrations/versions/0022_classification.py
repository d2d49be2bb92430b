"""classification"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("classification", types.Json(), nullable=True))
    op.create_table(
        "classification_setting",
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("local_projects", types.Json(), nullable=False),
        sa.Column("learning", sa.Boolean(), nullable=False),
        sa.Column("helps", sa.Boolean(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("classification_setting", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_classification_setting")),
    )
    op.create_table(
        "task_category",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(50), nullable=False),
        sa.Column("name_key", types.Name(100), nullable=False),
        sa.Column("description", types.LongText(), nullable=False),
        sa.Column("examples", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("task_category", "workspace"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_category")),
        sa.UniqueConstraint(
            "workspace_id", "name_key", name=op.f("uq_task_category_workspace_id_name_key")
        ),
    )
    _observed()


def _observed() -> None:
    op.create_table(
        "classification_example",
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("field", types.Name(20), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("value", types.Name(50), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        _foreign("classification_example", "task"),
        sa.PrimaryKeyConstraint("task_id", "field", name=op.f("pk_classification_example")),
    )
    op.create_index(
        "ix_classification_example_workspace",
        "classification_example",
        ["workspace_id", "at", "task_id"],
    )
    op.create_table(
        "prediction",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("field", types.Name(20), nullable=False),
        sa.Column("value", types.Name(50), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("source", types.Name(20), nullable=False),
        sa.Column("model", types.Name(200), nullable=True),
        sa.Column("reason", types.Name(200), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        _foreign("prediction", "task"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
    )
    op.create_index("ix_prediction_task", "prediction", ["task_id", "id"])


def _foreign(table: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_{table}_{to}_id"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("prediction", "classification_example", "task_category"):
        op.drop_table(table)
    op.drop_table("classification_setting")
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_column("classification")

"""somebody's roles as one text, for PostgreSQL: as a function it is planned once per connection"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
expands = True

# As `workspaces.queries.STANDING` has it: 4 is the rank of an admin.
STANDING_OF = """
CREATE FUNCTION standing_of(person uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT coalesce(string_agg(line, ',' ORDER BY line COLLATE "C"), '')
        FROM (
            SELECT concat(1, member.workspace_id, member.role) AS line
            FROM workspace_member AS member
            JOIN workspace ON workspace.id = member.workspace_id
            WHERE member.user_id = person AND workspace.deleted_at IS NULL
            UNION ALL
            SELECT concat(2, own.project_id, own.role)
            FROM project_member AS own
            WHERE own.user_id = person
            UNION ALL
            SELECT concat(3, hidden.id, 0)
            FROM project AS hidden
            JOIN workspace_member AS member ON member.workspace_id = hidden.workspace_id
            LEFT JOIN project_member AS own
                ON own.project_id = hidden.id AND own.user_id = person
            WHERE member.user_id = person AND member.role < 4
                AND hidden.private AND own.user_id IS NULL
        ) AS standing
    );
END
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(STANDING_OF)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION standing_of(uuid)")

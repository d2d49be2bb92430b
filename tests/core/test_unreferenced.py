"""What can be deleted without a look at who refers to it."""

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
)

from upnext.core.queries import unreferenced

METADATA = MetaData()
HOME = Table(
    "home", METADATA, Column("id", Integer, primary_key=True), Column("place", Integer),
    Column("above", ForeignKey("home.id")),
)  # fmt: skip
GOES_ALONG = Table("goes_along", METADATA, Column("id", ForeignKey("home.id", ondelete="CASCADE")))
LETS_GO = Table("lets_go", METADATA, Column("id", ForeignKey("home.id", ondelete="SET NULL")))
HOLDS = Table("holds", METADATA, Column("id", ForeignKey("home.id")))
HOLDS_BOTH = Table(
    "holds_both", METADATA, Column("a", Integer), Column("b", Integer),
    ForeignKeyConstraint(["a", "b"], ["home.place", "home.id"]),
)  # fmt: skip


def test_only_what_would_stop_it_counts() -> None:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        homes = [{"id": n, "place": 7, "above": 1 if n == 2 else None} for n in range(1, 7)]
        connection.execute(insert(HOME), homes)
        for table, value in ((GOES_ALONG, 3), (LETS_GO, 4), (HOLDS, 5)):
            connection.execute(insert(table).values(id=value))
        connection.execute(insert(HOLDS_BOTH).values(a=7, b=6))
        connection.execute(insert(HOLDS_BOTH).values(a=8, b=2))

        def free(*but: Table) -> list[int]:
            found = select(HOME.c.id).where(unreferenced(HOME, *but)).order_by(HOME.c.id)
            return list(connection.scalars(found))

        assert free() == [2, 3, 4]
        assert free(HOLDS) == [2, 3, 4, 5]
        assert free(HOLDS, HOLDS_BOTH) == [2, 3, 4, 5, 6]
    engine.dispose()

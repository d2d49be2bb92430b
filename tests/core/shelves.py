"""A shelf with room for two books, and what the tests of writing lanes do to it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from upnext.core.db import Database
from upnext.core.inserts.queries import Footing, Waiting, guess
from upnext.core.lanes import Lane, Prepared, WriteLane
from upnext.core.lanes.queries import Returning

shelf = Table(
    "shelf",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("room", Integer),
)
book = Table(
    "book",
    shelf.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, nullable=False),
    Column("name", String(80), unique=True),
)
# Named unlike columns, as those of footings are.
ON = shelf.c.id == bindparam("on", type_=Integer)
GUARD = select(shelf.c.id).where(ON, shelf.c.room > 0).with_for_update(read=True)
FILL = guess(update(shelf).where(ON, shelf.c.room > 0).values(room=shelf.c.room - 1))
WIDEN = Returning(update(shelf).where(ON).values(room=shelf.c.room + 1), shelf.c.id, shelf.c.room)
DROP = delete(book).where(book.c.name == bindparam("dropped", type_=String))
NAMES = Prepared(select(book.c.name).order_by(book.c.id))
ROOM = Prepared(select(shelf.c.room))
ADD = Prepared(
    insert(book).values(
        id=bindparam("n", type_=Integer), shelf_id=1, name=bindparam("called", type_=String)
    )
)


async def build(db: Database) -> None:
    async with db.writer.begin() as connection:
        await connection.run_sync(shelf.metadata.create_all)
        await connection.execute(insert(shelf).values(id=1, room=2))


def named(*names: str, first: int = 1, footing: Footing | None = None) -> list[Waiting]:
    rows = [{"id": first + n, "shelf_id": 1, "name": name} for n, name in enumerate(names)]
    return [Waiting(book, (), row, None if n else footing) for n, row in enumerate(rows)]


async def names(lane: Lane) -> list[str]:
    return [name for (name,) in await lane.fetch(NAMES, {})]


async def room(lane: Lane) -> int:
    ((found,),) = await lane.fetch(ROOM, {})
    return int(found)


async def add(lane: WriteLane, n: int, **how: bool) -> Sequence[Any] | None:
    return await lane.write(ADD, {"n": n, "called": f"Book {n}"}, **how)

"""Rows that wait in a session: written by its flush, together, before whatever needs them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ForeignKey, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from upnext.core.db import Database
from upnext.core.ids import new_id
from upnext.core.inserts import add_later, held, insert_later, set_early, update_later
from upnext.core.types import Id, Json, Name


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name(40), unique=True)
    labels: Mapped[list[str]] = mapped_column(Json)


class Book(Base):
    __tablename__ = "book"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    shelf_id: Mapped[UUID] = mapped_column(Id, ForeignKey("shelf.id"))
    title: Mapped[str] = mapped_column(Name(40))


@pytest.fixture
async def db(empty_database_url: str) -> AsyncIterator[Database]:
    db = Database(empty_database_url)
    async with db.writer.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield db
    await db.dispose()


def _book(shelf: Shelf, title: str) -> dict[str, Any]:
    return {"id": new_id(), "shelf_id": shelf.id, "title": title}


def _shelf(name: str) -> Shelf:
    return Shelf(id=new_id(), name=name, labels=["a", "ü"])


async def _titles(db: Database) -> list[str]:
    async with db.read() as session:
        return list(await session.scalars(select(Book.title).order_by(Book.title)))


@pytest.mark.parametrize("count", [1, 7, 40])
async def test_rows_of_several_tables_arrive_in_the_order_of_their_tables(
    db: Database, count: int
) -> None:
    async with db.write() as session:
        shelf = _shelf("one")
        add_later(session, shelf)
        for number in range(count):
            insert_later(session, Book.__table__, _book(shelf, f"{number:02}"))
        await session.flush()
        await session.commit()
    assert await _titles(db) == [f"{number:02}" for number in range(count)]
    async with db.read() as session:
        kept = await session.scalar(select(Shelf))
    assert kept is not None
    assert (kept.id, kept.name, kept.labels) == (shelf.id, "one", ["a", "ü"])


async def test_a_query_of_the_orm_sees_what_waits(db: Database) -> None:
    async with db.write() as session:
        shelf = _shelf("one")
        add_later(session, shelf)
        assert await session.get(Shelf, shelf.id) is shelf
        insert_later(session, Book.__table__, _book(shelf, "x"))
        assert await session.scalar(select(func.count(Book.id))) == 1


async def test_what_waits_and_what_was_read_is_held(db: Database) -> None:
    shelf, other = _shelf("one"), _shelf("two")
    shelf_id = shelf.id
    async with db.write() as session:
        add_later(session, shelf)
        assert held(session, Shelf, shelf_id) is shelf
        assert held(session, Shelf, other.id) is None
        assert held(session, Book, shelf_id) is None
        await session.flush()
        assert held(session, Shelf, shelf_id) is shelf
        session.expire(shelf)
        assert held(session, Shelf, shelf_id) is None
        assert await session.get(Shelf, shelf_id) is shelf
        assert held(session, Shelf, shelf_id) is shelf


async def test_a_change_of_a_waiting_object_is_written_after_it(db: Database) -> None:
    async with db.write() as session:
        shelf = _shelf("one")
        add_later(session, shelf)
        shelf.name = "two"
        await session.flush()
        await session.commit()
    async with db.read() as session:
        assert await session.scalar(select(Shelf.name)) == "two"


async def test_a_row_overwrites_the_one_with_its_key(db: Database) -> None:
    shelf = _shelf("one")
    first = _book(shelf, "first")
    async with db.write() as session:
        add_later(session, shelf)
        insert_later(session, Book.__table__, first, over=("id",))
        insert_later(session, Book.__table__, _book(shelf, "other"), over=("id",))
        await session.flush()
        again = {**first, "title": "again"}
        insert_later(session, Book.__table__, again, over=("id",))
        insert_later(session, Book.__table__, _book(shelf, "third"))
        await session.flush()
        await session.commit()
    assert await _titles(db) == ["again", "other", "third"]


async def test_a_taken_key_fails_and_a_rollback_forgets(db: Database) -> None:
    async with db.write() as session:
        add_later(session, _shelf("one"))
        await session.flush()
        await session.commit()
    async with db.write() as session:
        shelf = _shelf("one")
        add_later(session, shelf)
        insert_later(session, Book.__table__, _book(shelf, "lost"))
        with pytest.raises(IntegrityError):
            await session.flush()
        await session.rollback()
        await session.flush()
        await session.commit()
    assert await _titles(db) == []


async def test_a_missing_column_is_noticed_at_once(db: Database) -> None:
    async with db.write() as session:
        with pytest.raises(KeyError):
            add_later(session, Shelf(id=new_id(), name="one"))


async def test_what_waits_can_still_be_changed(db: Database) -> None:
    async with db.write() as session:
        first, second = _shelf("First"), _shelf("Second")
        add_later(session, first)
        add_later(session, second)
        insert_later(session, Book.__table__, _book(first, "On it"))
        assert set_early(session, first, {"name": "Top", "labels": ["x"]})
        assert (first.name, first.labels) == ("Top", ["x"])
        assert not session.dirty
        await session.flush()
        # It is in the database now, and is changed as everything else there.
        assert not set_early(session, first, {"name": "Too late"})
        assert not set_early(session, _shelf("Never seen"), {"name": "No"})
        await session.commit()
    async with db.read() as session:
        rows = (await session.execute(select(Shelf.name, Shelf.labels).order_by(Shelf.name))).all()
    assert [tuple(row) for row in rows] == [("Second", ["a", "ü"]), ("Top", ["x"])]


async def test_changes_wait_for_what_they_change(db: Database) -> None:
    rename = update(Shelf.__table__).where(Shelf.__table__.c.id == bindparam("row_id"))  # type: ignore[arg-type]  # typed wider
    rename = rename.values(name=bindparam("new_name"))
    async with db.write() as session:
        shelves = [_shelf(f"Shelf {number}") for number in range(3)]
        for shelf in shelves:
            add_later(session, shelf)
            update_later(session, rename, {"row_id": shelf.id, "new_name": f"New {shelf.name}"})
        update_later(session, rename, {"row_id": shelves[0].id, "new_name": "Newest"})
        names = select(Shelf.name).order_by(Shelf.name)
        expected = ["New Shelf 1", "New Shelf 2", "Newest"]
        assert list(await session.scalars(names)) == expected
        await session.commit()
    async with db.read() as session:
        assert list(await session.scalars(names)) == expected

"""The tables: column types that behave alike on every database, and no drift from migrations."""

import importlib
import pkgutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, DateTime, MetaData, String, Uuid
from sqlalchemy.ext.asyncio import create_async_engine

import upnext
from upnext.core import migrate

DRIVERS = {"sqlite": "aiosqlite", "postgresql": "asyncpg", "mysql": "asyncmy"}


@pytest.fixture(scope="module")
def metadata() -> MetaData:
    """With every table: a model counts once its module is imported."""
    for module in pkgutil.walk_packages(upnext.__path__, "upnext."):
        if module.name.rsplit(".", 1)[-1] not in {"__main__", "env"}:
            importlib.import_module(module.name)
    database = importlib.import_module("upnext.core.db")
    found: MetaData = database.Base.metadata
    assert found.tables
    return found


def test_no_column_has_a_bare_type(metadata: MetaData) -> None:
    """`Mapped[str]` alone becomes String, which the lint on imports cannot see."""
    bare = {
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if type(column.type) in {String, Uuid, DateTime}
    }
    assert bare == set()


async def test_migrations_build_what_the_models_say(
    metadata: MetaData, own_database_url: str, dialect: str
) -> None:
    _, _, address = own_database_url.partition("://")
    engine = create_async_engine(f"{dialect}+{DRIVERS[dialect]}://{address}")
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_drift, metadata) == []
    finally:
        await engine.dispose()


def _drift(connection: Connection, metadata: MetaData) -> list[object]:
    options = migrate.comparison(connection.dialect.name)
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))

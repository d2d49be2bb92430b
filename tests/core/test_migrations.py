"""Migrations on a database that holds something, and by several processes at once."""

import asyncio
import os
import subprocess
import sys
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from tests.kit.app import connect, good, register, serve, settings_for
from tests.kit.databases import Databases
from upnext.core import migrate, queries
from upnext.core.db import Database
from upnext.main import build_runtime, close

Counts = dict[str, int]


@pytest.fixture
async def filled_url(own_database_url: str, tmp_path: Path) -> str:
    """Filled through the API: tasks with tags, subtasks, dependencies, a series, and a trash."""
    runtime = build_runtime(settings_for(own_database_url, tmp_path))
    async with connect(serve(runtime)) as client:
        person = await register(client, "filler@example.com")
        made = []
        for number in range(5):
            task = {"title": f"Task {number}", "tags": ["a", "b"], "assignee_ids": [person.id]}
            made.append(good(await client.post("/tasks", json=task))["id"])
        link = {"blocked_by": made[0]}
        good(await client.post(f"/tasks/{made[1]}/dependencies", json=link))
        good(await client.patch(f"/tasks/{made[2]}", json={"parent_id": made[1]}))
        daily = {"due_at": "2030-01-01T00:00:00Z", "recurrence": "FREQ=DAILY"}
        good(await client.patch(f"/tasks/{made[3]}", json=daily))
        good(await client.patch(f"/tasks/{made[3]}", json={"completed": True}))
        good(await client.delete(f"/tasks/{made[4]}"))
    await close(runtime)
    return own_database_url


def _count(connection: Connection) -> Counts:
    # The tables in which SQLite keeps its full text hold what it likes.
    found = set(inspect(connection).get_table_names()) - {"alembic_version"}
    tables = sorted(name for name in found if migrate.compared(name, "table", None))
    return {
        t: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(t))) or 0
        for t in tables
    }


async def _counts(url: str) -> Counts:
    db = Database(url)
    async with db.reader.connect() as connection:
        counts = await connection.run_sync(_count)
    await db.dispose()
    return counts


def _rebuild(connection: Connection) -> None:
    """What a migration of the busiest table does: SQLite builds it anew and drops the old one."""
    operations = Operations(MigrationContext.configure(connection))
    recreate: Literal["always", "auto"] = (
        "always" if connection.dialect.name == "sqlite" else "auto"
    )
    for table in ("task", "project", "user_account"):
        with operations.batch_alter_table(table, recreate=recreate) as batch:
            batch.add_column(sa.Column("probe", sa.Integer(), nullable=True))
        with operations.batch_alter_table(table, recreate=recreate) as batch:
            batch.drop_column("probe")


async def test_a_table_with_children_is_rebuilt_without_losing_any(filled_url: str) -> None:
    before = await _counts(filled_url)
    assert (
        min(
            before[t]
            for t in (
                "task",
                "task_tag",
                "task_dependency",
                "change",
                "rank_key",
                "search_document",
            )
        )
        > 0
    )
    await migrate.changed_by(filled_url, _rebuild)
    assert await _counts(filled_url) == before


async def test_every_revision_goes_down_and_up_again_on_a_filled_database(filled_url: str) -> None:
    before = await _counts(filled_url)
    for revision in reversed(migrate.revisions()[:-1]):
        await migrate.migrate_to(filled_url, revision, down=True)
    await migrate.migrate_to(filled_url, "head")
    assert await _counts(filled_url) == before
    await migrate.migrate_to(filled_url, "base", down=True)
    assert await _counts(filled_url) == {}
    await migrate.migrate_to(filled_url, "head")
    assert set(await _counts(filled_url)) == set(before)


TOGETHER = """
import sys
from multiprocessing import get_context

import alembic.command
import upnext.manifest  # once for the three: it takes longer than what they do
from upnext.core.migrate import upgrade

processes = [get_context("fork").Process(target=upgrade, args=sys.argv[1:]) for _ in range(3)]
for one in processes:
    one.start()
for one in processes:
    one.join()
sys.exit([one.exitcode for one in processes] != [0, 0, 0])
"""


async def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    command = [sys.executable, "-c", TOGETHER, empty_database_url]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = await asyncio.to_thread(
        partial(subprocess.run, command, env=environ, capture_output=True, text=True, check=False)
    )
    assert done.returncode == 0, done
    db = Database(empty_database_url)
    assert await migrate.revision_of(db) == migrate.newest()
    await db.dispose()


async def test_a_first_start_makes_the_folder_of_its_database(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "upnext.db"
    db = Database(f"sqlite:///{file}")
    await migrate.ensure_current(db, f"sqlite:///{file}", migrate=True)
    assert await migrate.revision_of(db) == migrate.newest()
    await db.dispose()


async def test_sqlite_migrates_in_one_transaction(databases: Databases) -> None:
    """Between two transactions another process would carry out the next migration as well."""
    url = databases.empty("sqlite")

    def upgrade_and_fail(connection: Connection) -> None:
        command.upgrade(migrate.configuration(connection), "head")
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await migrate.changed_by(url, upgrade_and_fail)
    assert await migrate.revision_at(url) is None
    await migrate.migrate_to(url, "head")
    assert await migrate.revision_at(url) == migrate.newest()


async def test_an_empty_database_stops_the_start(empty_database_url: str) -> None:
    db = Database(empty_database_url)
    with pytest.raises(migrate.SchemaBehind, match="upnext db upgrade"):
        await migrate.ensure_current(db, empty_database_url, migrate=False)
    await db.dispose()


async def test_a_schema_that_is_behind_stops_the_start(own_database_url: str) -> None:
    await migrate.migrate_to(own_database_url, migrate.revisions()[-2], down=True)
    db = Database(own_database_url)
    with pytest.raises(migrate.SchemaBehind, match="upnext db upgrade"):
        await migrate.ensure_current(db, own_database_url, migrate=False)
    await migrate.ensure_current(db, own_database_url, migrate=True)
    await migrate.ensure_current(db, own_database_url, migrate=False)
    await db.dispose()


def _next_version(connection: Connection, oldest: str | None) -> None:
    """As a release after this one leaves it, which added a column, a table and an index."""
    operations = Operations(MigrationContext.configure(connection))
    for name in ("task", "project"):
        operations.add_column(name, sa.Column("of_the_next", sa.Integer(), nullable=True))
    operations.create_index("ix_task_of_the_next", "task", ["of_the_next"])
    operations.create_table("of_the_next", sa.Column("id", sa.Integer(), primary_key=True))
    version = sa.table("alembic_version", sa.column("version_num"), sa.column("oldest_program"))
    connection.execute(sa.update(version).values(version_num="9999", oldest_program=oldest))


async def test_a_version_starts_anew_and_works_on_what_the_next_one_added(
    own_database_url: str, tmp_path: Path
) -> None:
    """Blue-green: the new version migrated and failed; the old one serves on, and may restart."""
    await migrate.changed_by(own_database_url, partial(_next_version, oldest=migrate.newest()))
    runtime = build_runtime(settings_for(own_database_url, tmp_path))
    await migrate.ensure_current(runtime.db, own_database_url, migrate=True)
    async with connect(serve(runtime)) as client:
        await register(client, "stays@example.com")
        made = good(await client.post("/tasks", json={"title": "Old and well", "tags": ["a"]}))
        good(await client.patch(f"/tasks/{made['id']}", json={"completed": True}))
        assert [one["id"] for one in good(await client.get("/tasks"))["items"]] == [made["id"]]
    await close(runtime)
    # What a deployment of the version before runs. It finds nothing to do.
    await migrate.migrate_to(own_database_url, "head")
    assert await migrate.revision_at(own_database_url) == "9999"


@pytest.mark.parametrize("oldest", ["9999", None])
async def test_a_version_does_not_start_where_the_next_one_took_something_away(
    databases: Databases, oldest: str | None
) -> None:
    url = databases.migrated("sqlite")
    await migrate.changed_by(url, partial(_next_version, oldest=oldest))
    db = Database(url)
    sentence = f"serves programs from 9999 on.*upnext db downgrade {migrate.newest()}"
    with pytest.raises(migrate.SchemaBehind, match=sentence):
        await migrate.ensure_current(db, url, migrate=True)
    with pytest.raises(migrate.SchemaBehind, match=sentence):
        await migrate.migrate_to(url, "head")
    await db.dispose()


async def test_a_migration_steps_aside_for_those_who_read(
    databases: Databases, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a migration that waits for a table would hold up every request behind it."""
    if dialect != "postgresql":
        return
    monkeypatch.setattr(migrate, "TABLE_SECONDS", 0.1)
    url = databases.migrated(dialect)
    db = Database(url)
    # The next one needs that table for itself.
    await migrate.migrate_to(url, "0022", down=True)
    async with db.write() as session:
        await session.execute(sa.text("LOCK TABLE alembic_version IN ACCESS SHARE MODE"))
        waiting = asyncio.create_task(migrate.migrate_to(url, "head"))
        for _ in range(5):
            await asyncio.sleep(0.1)
            async with db.read() as other, asyncio.timeout(10):
                await other.execute(sa.text("SELECT version_num FROM alembic_version"))
        assert not waiting.done()
        await session.rollback()
    await waiting
    assert await migrate.revision_of(db) == migrate.newest()
    await db.dispose()


async def test_the_oldest_program_is_noted_beside_the_revision(database_url: str) -> None:
    db = Database(database_url)
    async with db.read() as session:
        oldest = await session.scalar(queries.oldest_program())
    await db.dispose()
    last = max(name for name, marked in _marks().items() if not marked)
    assert oldest == last


def _marks() -> dict[str, bool]:
    script = ScriptDirectory(str(files("upnext") / "migrations"))
    return {one.revision: getattr(one.module, "expands", False) for one in script.walk_revisions()}

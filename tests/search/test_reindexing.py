"""The index anew, from what is there; and on an instance that was there before the search."""

from pathlib import Path

from sqlalchemy import delete, update

import upnext
from tests.kit.app import connect, good, register, serve, settings_for
from tests.search.finding import titles
from tests.tasks.making import make
from upnext import manifest
from upnext.core import migrate
from upnext.main import build_runtime, close
from upnext.search import indexing
from upnext.search.models import SearchDocument


def _before() -> str:
    """The schema without the index."""
    (path,) = (Path(upnext.__path__[0]) / "migrations" / "versions").glob("*_full_text.py")
    return f"{int(path.name[:4]) - 1:04}"


async def test_an_index_is_mended(own_database_url: str, tmp_path: Path) -> None:
    runtime = build_runtime(settings_for(own_database_url, tmp_path))
    async with connect(serve(runtime)) as client:
        person = await register(client, "mender@example.com")
        for title in ("Lost words", "Wrong words", "Right words", "Trashed words"):
            task = await make(person, title=title)
        good(await client.delete(f"/tasks/{task['id']}"))
        kept = await make(person, title="Talk")
        good(await client.post(f"/tasks/{kept['id']}/comments", json={"body": "Loudly"}))
        good(await client.post("/goals", json={"title": "Loudness"}))
        async with runtime.db.writer.begin() as connection:
            heading = SearchDocument.heading
            of_others = SearchDocument.kind.in_(("comment", "goal"))
            await connection.execute(delete(SearchDocument).where(of_others))
            await connection.execute(delete(SearchDocument).where(heading.like("%lost%")))
            wrong = update(SearchDocument).where(heading.like("%ong%"))
            await connection.execute(wrong.values(heading=""))
        assert await titles(person, "words") == ["Right words"]
        for source in manifest.SEARCHED.values():
            counts = [count async for count in indexing.reindex(runtime.workshop, source)]
            assert sum(counts) == (5 if source.kind == "task" else 1)
        found = await titles(person, "words")
        assert found == ["Right words", "Wrong words", "Lost words"]
        assert await titles(person, "loudly", types="comment") == ["Talk"]
        assert await titles(person, "loudness", types="goal") == ["Loudness"]
    await close(runtime)


async def test_what_was_there_before_is_found(own_database_url: str, tmp_path: Path) -> None:
    runtime = build_runtime(settings_for(own_database_url, tmp_path))
    async with connect(serve(runtime)) as client:
        person = await register(client, "before@example.com")
        tasks = [{"title": f"Old {n}", "tags": ["Zürich"]} for n in range(3)]
        good(await client.post("/tasks/bulk", json={"tasks": tasks}))
        task = await make(person, title="Old and thrown away")
        good(await client.delete(f"/tasks/{task['id']}"))
        await runtime.db.dispose()
        await migrate.migrate_to(own_database_url, _before(), down=True)
        await migrate.migrate_to(own_database_url, "head")
        assert await titles(person, "old zurich") == ["Old 2", "Old 1", "Old 0"]
        assert await titles(person, "inbox", types="project") == ["Inbox"]
        good(await client.post(f"/tasks/{task['id']}/restore"))
        assert await titles(person, "thrown") == ["Old and thrown away"]
        good(await client.patch(f"/tasks/{task['id']}", json={"title": "New"}))
        assert await titles(person, "thrown") == []
    await close(runtime)

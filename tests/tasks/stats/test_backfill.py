"""What the migration makes of what was begun before there were statistics."""

from pathlib import Path

from tests.kit.app import connect, good, register, serve, settings_for
from upnext.core import migrate
from upnext.main import build_runtime, close


async def test_the_change_log_says_when_work_began(own_database_url: str, tmp_path: Path) -> None:
    runtime = build_runtime(settings_for(own_database_url, tmp_path))
    door = serve(runtime)
    async with connect(door) as client:
        person = await register(client, "before@example.com")
        for steps in (["in_progress", "todo", "in_review"], ["in_review"], ["done"], []):
            task = good(await client.post("/tasks", json={"title": "x"}))
            for status in (*steps, "done"):
                good(await client.patch(f"/tasks/{task['id']}", json={"status": status}))
        good(await client.post("/tasks", json={"title": "x", "status": "in_progress"}))
        before = good(await client.get("/tasks/stats"))
        assert (before["cycle_time"]["count"], before["lead_time"]["count"]) == (2, 4)
        await runtime.db.dispose()
        await migrate.migrate_to(own_database_url, "0006", down=True)
        await migrate.migrate_to(own_database_url, "head")
        runtime.parts["stats"].__init__()
        assert good(await client.get("/tasks/stats")) == before
        assert person.id
    await close(runtime)

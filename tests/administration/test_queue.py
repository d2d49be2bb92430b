"""Jobs: seen, requeued, cancelled; and the instance in numbers."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from tests.administration.conftest import Instance
from tests.kit.app import Person, good, max_queries, refused
from upnext import __version__
from upnext.core.changes import ChangeRow
from upnext.core.context import RequestContext
from upnext.core.jobs import JobState, enqueue
from upnext.core.jobs.handlers import LostLease
from upnext.core.jobs.leases import Leases
from upnext.core.jobs.models import Job

CONTEXT = RequestContext(request_id="a-test")


async def add(instance: Instance, count: int = 1, kind: str = "probe", **values: Any) -> list[str]:
    async def apply(session: AsyncSession) -> list[str]:
        ids = [await enqueue(session, kind, {"n": n}) for n in range(count)]
        await session.flush()
        if values:
            await session.execute(update(Job).where(Job.id.in_(ids)).values(**values))
        return [str(job_id) for job_id in ids]

    return await instance.runtime.workshop.run(CONTEXT, apply)


async def listed(admin: Person, **params: Any) -> list[str]:
    found = good(await admin.client.get("/admin/jobs", params=params))
    return [job["id"] for job in found["items"]]


@pytest.mark.each
async def test_jobs_are_listed_by_state_kind_and_queue(instance: Instance, admin: Person) -> None:
    waiting = await add(instance, 2, kind="send")
    dead = await add(instance, kind="send", state=JobState.DEAD, last_error="No route to host")
    (odd,) = await add(instance, kind="sort", queue="slow")
    assert await listed(admin, kind="send") == [*dead, *reversed(waiting)]
    assert await listed(admin, kind="send", state="pending") == [*reversed(waiting)]
    assert await listed(admin, queue="slow") == [odd]
    first = good(await admin.client.get("/admin/jobs", params={"kind": "send", "limit": 2}))
    assert await listed(admin, kind="send", cursor=first["next_cursor"]) == [waiting[0]]
    refused(await admin.client.get("/admin/jobs", params={"state": "asleep"}), 422)
    shown = good(await admin.client.get(f"/admin/jobs/{dead[0]}"))
    assert (shown["last_error"], shown["args"]) == ("No route to host", {"n": 0})
    counts = good(await admin.client.get("/admin/jobs/counts"))["items"]
    of_send = {one["state"]: one["count"] for one in counts if one["kind"] == "send"}
    assert of_send == {"pending": 2, "dead": 1}
    with max_queries(instance.runtime, 2):
        await listed(admin)


@pytest.mark.parametrize("state", [JobState.DEAD, JobState.FAILED, JobState.CANCELLED])
async def test_what_stopped_gets_another_chance(
    instance: Instance, admin: Person, state: JobState
) -> None:
    (job_id,) = await add(instance, state=state, attempts=8)
    path = f"/admin/jobs/{job_id}/requeue"
    again = good(await admin.client.post(path))
    assert (again["state"], again["attempts"]) == ("pending", 0)
    refused(await admin.client.post(path), 409, "job_not_stopped")
    async with instance.runtime.db.read() as session:
        found = select(ChangeRow).where(ChangeRow.type == "job.requeued")
        (row,) = (await session.scalars(found)).all()
    assert (str(row.resource_id), row.actor) == (job_id, f"admin:{admin.id}")


async def test_what_waits_can_be_cancelled(instance: Instance, admin: Person) -> None:
    (job_id,) = await add(instance)
    path = f"/admin/jobs/{job_id}/cancel"
    ended = good(await admin.client.post(path))
    assert (ended["state"], ended["finished_at"] is None) == ("cancelled", False)
    refused(await admin.client.post(path), 409, "job_ended")
    nobody = "00000000-0000-7000-8000-000000000000"
    refused(await admin.client.post(f"/admin/jobs/{nobody}/cancel"), 404)
    assert await Leases(instance.runtime.workshop, ["probe"]).claim(5, careful=5) == []


async def test_what_runs_can_be_cancelled_and_then_cannot_finish(
    instance: Instance, admin: Person
) -> None:
    (job_id,) = await add(instance)
    leases = Leases(instance.runtime.workshop, ["probe"])
    (attempt,) = await leases.claim(1, careful=1)
    good(await admin.client.post(f"/admin/jobs/{job_id}/cancel"))
    applied: list[UUID] = []

    async def apply(session: AsyncSession, attempt: Any, result: object) -> None:
        applied.append(attempt.job_id)

    with pytest.raises(LostLease):
        await leases.finish(attempt, apply, None)
    assert applied == []
    assert good(await admin.client.get(f"/admin/jobs/{job_id}"))["state"] == "cancelled"


async def test_all_the_dead_of_a_kind_at_once(instance: Instance, admin: Person) -> None:
    dead = await add(instance, 3, kind="send", state=JobState.DEAD)
    other = await add(instance, kind="sort", state=JobState.DEAD)
    done = good(await admin.client.post("/admin/jobs/requeue", json={"kind": "send"}))
    assert done == {"requeued": 3, "more": False}
    assert set(await listed(admin, state="pending", kind="send")) == set(dead)
    assert await listed(admin, state="dead") == other
    refused(await admin.client.post("/admin/jobs/requeue", json={"state": "completed"}), 422)


@pytest.mark.each
async def test_the_instance_in_numbers(instance: Instance, admin: Person) -> None:
    ann = await instance.user("ann")
    good(await admin.client.patch(f"/admin/users/{ann.id}", json={"disabled": True}))
    for status in ("todo", "done", "done"):
        good(await admin.client.post("/tasks", json={"title": "Work", "status": status}))
    gone = good(await admin.client.post("/tasks", json={"title": "Gone"}))
    good(await admin.client.delete(f"/tasks/{gone['id']}"))
    await add(instance, 2, state=JobState.DEAD)
    stats = good(await admin.client.get("/admin/stats"))
    assert stats["version"] == __version__
    assert stats["database"] == instance.runtime.db.dialect
    assert stats["database_bytes"] > 10_000
    assert stats["users"] == {"active": 1, "disabled": 1, "admins": 1}
    assert stats["workspaces"] == {"active": 2, "archived": 0, "trashed": 0}
    assert stats["projects"] == {"active": 2, "archived": 0, "trashed": 0}
    assert (stats["tasks"]["total"], stats["tasks"]["trashed"]) == (3, 1)
    assert stats["tasks"]["by_status"]["done"] == 2
    assert stats["jobs"]["dead"] == 2
    assert stats["unsealed_changes"] > 0
    # Counted once a minute, or when asked.
    good(await admin.client.post("/tasks", json={"title": "More"}))
    with max_queries(instance.runtime, 1):
        assert good(await admin.client.get("/admin/stats"))["tasks"]["total"] == 3
    fresh = good(await admin.client.get("/admin/stats", params={"fresh": True}))
    assert fresh["tasks"]["total"] == 4

"""Categories, wishes, learning and doing it again, in a workspace."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from tests.classification.settling import derived, settled
from tests.kit.app import Person, connect, good, max_queries, refused, seal, serve
from tests.kit.jobs import work_off
from tests.tasks.making import get, make, make_all, make_project, patch
from upnext import manifest
from upnext.classification import jobs
from upnext.classification.service import AGAIN
from upnext.core.context import RequestContext
from upnext.core.jobs import OUTBOUND, JobState, of_queue
from upnext.core.jobs.handlers import Attempt
from upnext.core.jobs.models import Job
from upnext.core.runtime import Runtime

CATEGORIES = "/classification/categories"


async def test_categories(person: Person, runtime: Runtime) -> None:
    where = {"workspace_id": person.workspace_id}
    body = {**where, "name": "Bees", "examples": ["Feed the bees", "Check the hives"]}
    made = good(await person.client.post(CATEGORIES, json=body))
    refused(await person.client.post(CATEGORIES, json={**body, "name": "BEES"}), 409)
    blank = {**body, "name": "Ants", "examples": [" "]}
    refused(await person.client.post(CATEGORIES, json=blank), 422)
    refused(await person.client.post(CATEGORIES, json={**body, "name": "Home"}), 409)
    items = good(await person.client.get(CATEGORIES, params=where))["items"]
    assert [each["name"] for each in items if each["custom"]] == ["Bees"]
    assert {"general", "testing", "travel"} <= {each["name"] for each in items}
    task = await derived(runtime, person, "Feed bees")
    assert (task["category"], task["classification"]["category"]["source"]) == ("Bees", "memory")
    path = f"{CATEGORIES}/{made['id']}"
    refused(await person.client.patch(path, json={"name": "x"}, headers={"If-Match": '"9"'}), 412)
    assert good(await person.client.patch(path, json={"description": "y"}))["version"] == 2
    good(await person.client.delete(path))
    refused(await person.client.patch(path, json={"name": "x"}), 404)
    assert (await get(person, task))["category"] == "Bees"


async def test_corrections_teach(person: Person, runtime: Runtime) -> None:
    task = await derived(runtime, person, "Water the office plants")
    await patch(person, task, category="facilities")
    await settled(runtime)
    path = f"/workspaces/{person.workspace_id}/classification"
    (example,) = good(await person.client.get(f"{path}/examples"))["items"]
    assert (example["value"], example["task_id"]) == ("facilities", task["id"])
    again = await derived(runtime, person, "Water the plants in the office")
    assert again["category"] == "facilities"
    assert again["classification"]["category"]["source"] == "memory"
    off = good(await person.client.patch(path, json={"learning": False}))
    assert not off["learning"]
    assert (await derived(runtime, person, "Water office plants"))["category"] != "facilities"
    good(await person.client.patch(path, json={"learning": True}))
    good(await person.client.delete(f"{path}/examples"))
    assert (await derived(runtime, person, "Water office plants"))["category"] != "facilities"


async def test_what_a_user_takes_back_is_no_longer_taught(person: Person, runtime: Runtime) -> None:
    task = await derived(runtime, person, "Paint the fence", estimated_duration=75)
    path = f"/workspaces/{person.workspace_id}/classification/examples"
    (example,) = good(await person.client.get(path))["items"]
    assert (example["field"], example["value"]) == ("estimated_duration", "75")
    await patch(person, task, estimated_duration=None)
    await settled(runtime)
    assert good(await person.client.get(path))["items"] == []


async def test_learning_is_switched_off_where_it_does_harm(
    person: Person, runtime: Runtime
) -> None:
    for number in range(20):
        value = "home" if number % 2 else "work"
        await make(person, title="Clean the kitchen floor", category=value)
    await settled(runtime)
    path = f"/workspaces/{person.workspace_id}/classification"
    found = good(await person.client.get(path))
    assert found["judged"] == 20
    assert found["helps"] is False
    assert found["gained"] < 0


async def test_again_only_what_no_user_set(person: Person, runtime: Runtime) -> None:
    project = await make_project(person)
    await make(person, title="Pay the electricity bill", category="home")
    await settled(runtime)
    plain = await make(person, title="Pay the electricity bill", project_id=project["id"])
    own = await make(person, title="Pay the gas bill", category="a", project_id=project["id"])
    asked = {"workspace_id": person.workspace_id, "project_id": project["id"]}
    path = "/classification/reclassify"
    found = good(await person.client.post(path, json=asked))
    assert (found["dry_run"], found["examined"], found["job_id"]) == (True, 2, None)
    differing = {(each["task_id"], each["field"], each["after"]) for each in found["changes"]}
    assert (plain["id"], "category", "home") in differing
    assert (own["id"], "category") not in {each[:2] for each in differing}
    assert (await get(person, plain))["category"] == "finance"
    started = good(await person.client.post(path, json={**asked, "dry_run": False}))
    assert started["job_id"]
    await settled(runtime)
    assert (await get(person, plain))["category"] == "home"
    assert (await get(person, own))["category"] == "a"
    assert good(await person.client.post(path, json=asked))["changes"] == []


async def test_again_goes_on_where_it_was_interrupted(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a job for each portion: one that fails is tried again, and the rest follows."""
    monkeypatch.setattr(jobs, "PORTION", 2)
    tasks = await make_all(person, *({"title": f"Email number {n}"} for n in range(5)))
    asked = {"workspace_id": person.workspace_id, "dry_run": False}
    good(await person.client.post("/classification/reclassify", json=asked))
    handlers = of_queue(manifest.JOBS, OUTBOUND)
    seen: list[str | None] = []

    async def perform(runtime: Runtime, attempt: Attempt) -> jobs.Found:
        seen.append(attempt.args["after"])
        if len(seen) == 2:
            raise ConnectionError("the process that did it is gone")
        return await jobs.again(runtime, attempt)

    watched = {**handlers, AGAIN: replace(handlers[AGAIN], perform=perform)}
    await work_off(runtime, queue=OUTBOUND, handlers=watched)
    failed = await requeue_all(runtime, AGAIN)
    assert failed == 1
    await work_off(runtime, queue=OUTBOUND, handlers=watched)
    assert [each is None for each in seen] == [True, False, False, False]
    assert seen[1] == seen[2] != seen[3]
    found = [await get(person, task) for task in tasks]
    assert {task["category"] for task in found} == {"communication"}


async def requeue_all(runtime: Runtime, kind: str) -> int:
    """Makes those that wait for their next attempt ready now; how many."""

    async def now(session: AsyncSession) -> int:
        ready = update(Job).where(Job.kind == kind, Job.state == JobState.PENDING)
        done = await session.execute(ready.values(run_at=runtime.clock.now()))
        return int(done.rowcount)  # type: ignore[attr-defined]  # a CursorResult

    return await runtime.workshop.run(RequestContext(request_id="test"), now)


@pytest.mark.each
async def test_a_reader_pays_the_same_for_a_list(person: Person, runtime: Runtime) -> None:
    for number in range(3):
        await derived(runtime, person, f"Email number {number}")
    with max_queries(runtime, 2):
        items = good(await person.client.get("/tasks"))["items"]
    assert all(each["classification"]["state"] == "completed" for each in items)


async def test_nothing_is_sealed_into_a_job_when_it_is_off(
    person: Person, runtime: Runtime, in_mode: Callable[[str], Runtime]
) -> None:
    off = in_mode("off")
    async with connect(serve(off)) as client:
        client.headers["Authorization"] = person.client.headers["Authorization"]
        task = good(await client.post("/tasks", json={"title": "Pay the bill", "priority": "low"}))
        assert task["classification"]["state"] == "off"
        assert task["classification"]["priority"]["source"] == "user"
        await seal(off)
        await settled(off)
        assert good(await client.get(f"/tasks/{task['id']}"))["category"] == "general"
        asked = good(await client.post(f"/tasks/{task['id']}/classify"))
        assert (asked["category"], asked["priority"]) == ("finance", "low")


async def test_sync_tells_it_at_once(person: Person, in_mode: Callable[[str], Runtime]) -> None:
    sync = in_mode("sync")
    async with connect(serve(sync)) as client:
        client.headers["Authorization"] = person.client.headers["Authorization"]
        body = {"title": "Pay the electricity bill asap, 20 min", "priority": "low"}
        task = good(await client.post("/tasks", json=body))
        assert (task["category"], task["priority"], task["estimated_duration"]) == (
            "finance", "low", 20,
        )  # fmt: skip
        assert task["classification"]["state"] == "completed"
        assert task["version"] == 1
        refused(await client.post("/tasks", json={**body, "project_id": str(uuid4())}), 404)

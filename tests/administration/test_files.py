"""Files of the instance: how much there is, whose, and whether it is whole."""

from tests.administration.conftest import Instance
from tests.files.sending import attach, kept, work
from tests.kit.app import Person, good, max_queries, refused
from tests.tasks.making import make


async def test_how_much_there_is_and_whose(instance: Instance, admin: Person) -> None:
    small, large = await instance.user(), await instance.user()
    await attach(small, b"x" * 100)
    for name in ("a", "b"):
        await attach(large, b"y" * 5_000, name, task=await make(large))
    with max_queries(instance.runtime, 6):
        found = good(await admin.client.get("/admin/files/usage"))
    assert (found["storage"], found["files"], found["bytes"]) == ("local", 3, 5_100)
    said = [(one["workspace_id"], one["bytes"], one["files"]) for one in found["items"]]
    assert said == [(large.workspace_id, 5_000, 2), (small.workspace_id, 100, 1)]
    where = {"workspace_id": large.workspace_id, "limit": "1"}
    page = good(await admin.client.get("/admin/files", params=where))
    assert [one["filename"] for one in page["items"]] == ["b"]
    rest = {**where, "cursor": page["next_cursor"]}
    assert good(await admin.client.get("/admin/files", params=rest))["next_cursor"] is None
    refused(await admin.client.get("/admin/files"), 422)
    # What is in them is their owner's.
    refused(await admin.client.get(f"/files/{page['items'][0]['id']}"), 404)
    for path in ("/admin/files/usage", f"/admin/files?workspace_id={small.workspace_id}"):
        refused(await small.client.get(path), 403, "admin_required")


async def test_verifying_by_a_job(instance: Instance, admin: Person) -> None:
    await attach(admin, b"whole")
    first = await admin.client.post("/admin/files/verify")
    assert first.status_code == 202
    refused(await admin.client.post("/admin/files/verify"), 409, "already_running")
    await work(instance.runtime)
    path = "/admin/jobs/{}"
    done = good(await admin.client.get(path.format(first.json()["job_id"])))
    assert (done["state"], done["last_error"]) == ("completed", None)
    (content,) = kept(instance.runtime, admin.workspace_id)
    content.write_bytes(b"WHOLE")
    again = good(await admin.client.post("/admin/files/verify"))
    await work(instance.runtime)
    broken = good(await admin.client.get(path.format(again["job_id"])))
    assert broken["state"] == "failed"
    assert "1 of 1 contents are missing or changed: changed: " in broken["last_error"]
    assert content.name in broken["last_error"]


async def test_sweeping_by_a_job(instance: Instance, admin: Person) -> None:
    await attach(admin, b"stays")
    job = good(await admin.client.post("/admin/files/sweep"))
    await work(instance.runtime)
    assert good(await admin.client.get(f"/admin/jobs/{job['job_id']}"))["state"] == "completed"
    assert len(kept(instance.runtime, admin.workspace_id)) == 1

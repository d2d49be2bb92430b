"""Backups as administrators see them, and one that they ask for."""

import hashlib
from pathlib import Path

from tests.administration.conftest import Instance
from tests.files.sending import work
from tests.kit.app import Person, good, max_queries, refused
from upnext.backups.verifying import check


async def test_one_is_made_by_a_job_and_listed(instance: Instance, admin: Person) -> None:
    none = good(await admin.client.get("/admin/backups"))
    folder = Path(none["where"])
    assert (none["items"], none["total"], none["running"]) == ([], 0, False)
    asked = await admin.client.post("/admin/backups")
    assert asked.status_code == 202
    refused(await admin.client.post("/admin/backups"), 409, "already_running")
    assert good(await admin.client.get("/admin/backups"))["running"]
    await work(instance.runtime)
    job = good(await admin.client.get(f"/admin/jobs/{asked.json()['job_id']}"))
    assert (job["state"], job["last_error"]) == ("completed", None)
    # An older one, of which nothing was noted, and something that is not ours.
    (folder / "upnext-20260101t000000z.sealed").write_bytes(b"old")
    (folder / "notes.txt").write_bytes(b"not ours")
    with max_queries(instance.runtime, 3):
        found = good(await admin.client.get("/admin/backups"))
    new, old = found["items"]
    content = (folder / new["name"]).read_bytes()
    assert (new["bytes"], new["sealed"]) == (len(content), False)
    assert new["sha256"] == hashlib.sha256(content).hexdigest()
    assert check(folder / new["name"], None).rows > 0
    assert (old["sha256"], old["sealed"], old["bytes"]) == (None, True, 3)
    assert old["made_at"] == "2026-01-01T00:00:00Z"
    assert (found["total"], found["running"], found["keep"]) == (2, False, 14)


async def test_only_administrators_see_them_and_a_bad_place_says_so(
    instance: Instance, admin: Person
) -> None:
    user = await instance.user()
    refused(await user.client.get("/admin/backups"), 403, "admin_required")
    refused(await user.client.post("/admin/backups"), 403, "admin_required")
    _spoil(good(await admin.client.get("/admin/backups"))["where"])
    refused(await admin.client.get("/admin/backups"), 503, "backups_unreadable")


def _spoil(folder: str) -> None:
    Path(folder).write_bytes(b"a file where the folder should be")

"""Uploads: what is taken, what is refused, and what is left behind of either."""

import tracemalloc
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from tests.files.sending import attach, kept, look, rows, send, served_with, sha, unfinished
from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import make, make_project
from upnext.core.runtime import Runtime
from upnext.files.models import File, FileContent, FileUsage

NOTE = b"Remember the milk.\n"


async def test_a_file_is_attached_to_a_task(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    answer = await send(person.client, NOTE, "notes.txt", task=task, sha256=sha(NOTE).upper())
    assert answer.status_code == 201, answer.text
    file = answer.json()
    wanted = {
        "filename": "notes.txt",
        "size": len(NOTE),
        "content_type": "text/plain",
        "sha256": sha(NOTE),
        "task_id": task["id"],
        "project_id": task["project_id"],
        "workspace_id": person.workspace_id,
        "created_by": person.id,
        "image": None,
        "thumbnail": False,
        "version": 1,
    }
    assert {name: file[name] for name in wanted} == wanted
    assert answer.headers["location"] == f"/api/v1/files/{file['id']}"
    assert (answer.headers["etag"], file["created_at"]) == ('"1"', file["updated_at"])
    downloaded = await person.client.get(answer.headers["location"].removeprefix("/api/v1"))
    assert downloaded.content == NOTE
    (path,) = kept(runtime, person.workspace_id)
    assert path.read_bytes() == NOTE
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert unfinished(runtime) == []
    listed = good(await person.client.get(f"/tasks/{task['id']}/files"))
    assert listed == {"items": [file], "next_cursor": None}


async def test_a_file_can_stand_alone(person: Person) -> None:
    inbox = await attach(person, NOTE)
    assert (inbox["task_id"], inbox["project_id"]) == (None, person.inbox_id)
    project = await make_project(person)
    there = await attach(person, NOTE, project_id=project["id"])
    assert there["project_id"] == project["id"]
    listed = good(await person.client.get("/files", params={"project_id": project["id"]}))
    assert [one["id"] for one in listed["items"]] == [there["id"]]


async def test_another_digest_is_refused_and_nothing_kept(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    answer = await send(person.client, NOTE, task=task, sha256=sha(b"other"))
    problem = refused(answer, 422, "sha256_mismatch")
    assert problem["errors"][0]["pointer"] == "/sha256"
    assert sha(NOTE) in problem["detail"]
    assert kept(runtime, person.workspace_id) == set()
    assert unfinished(runtime) == []
    assert good(await person.client.get(f"/tasks/{task['id']}/files"))["items"] == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"sha256": "abc"}, 422),
        ({"nonsense": "1"}, 422),
        ({"project_id": "x"}, 422),
        ({"strip_location": "perhaps"}, 422),
        ({"project_id": str(uuid4())}, 404),
        ({"x" * 20: "y" * 2_000}, 400),
    ],
)
async def test_bad_fields(
    person: Person, runtime: Runtime, fields: dict[str, str], status: int
) -> None:
    refused(await send(person.client, NOTE, **fields), status)
    assert unfinished(runtime) == []


FORM = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
A_FILE = FORM % (b"file", b'; filename="a.txt"', b"A")


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", A_FILE + b"--b--", 400),
        ("multipart/form-data; boundary=b", b"no form at all", 400),
        ("multipart/form-data; boundary=b", A_FILE[:60], 400),
        ("multipart/form-data; boundary=b", FORM % (b"file", b"", b"A") + b"--b--", 422),
        ("multipart/form-data; boundary=b", A_FILE * 2 + b"--b--", 400),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nA\r\n--b--", 400),
        ("multipart/form-data; boundary=b", FORM % (b"sha256", b"", b"\xff") + b"--b--", 400),
        # T107: ten thousand parts, and a field without end that is no file.
        ("multipart/form-data; boundary=b", A_FILE.replace(b"file", b"%d") * 10_000, 400),
        ("multipart/form-data; boundary=b", FORM % (b"f", b"", b"x" * 5_000_000), 400),
    ],
)
async def test_what_is_no_form_of_one_file(
    person: Person, runtime: Runtime, kind: str, body: bytes, status: int
) -> None:
    answer = await person.client.post("/files", content=body, headers={"Content-Type": kind})
    refused(answer, status)
    assert unfinished(runtime) == []


async def test_t107_memory_stays_flat(person: Person, runtime: Runtime) -> None:
    """However much is sent: refused with the first byte too many, and little of it in memory."""
    limit, sent = 20_000_000, 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield A_FILE[:-3]
        while sent < 1_000_000_000:
            sent += 65_536
            yield b"x" * 65_536

    async with served_with(runtime, person, max_bytes=limit) as (_, me):
        tracemalloc.start()
        try:
            headers = {"Content-Type": "multipart/form-data; boundary=b"}
            answer = await me.client.post("/files", content=endless(), headers=headers)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    refused(answer, 413)
    assert limit < sent < limit + 200_000
    assert peak < 6_000_000
    assert unfinished(runtime) == []


async def test_the_limit_is_of_the_file(person: Person, runtime: Runtime) -> None:
    async with served_with(runtime, person, max_bytes=1_000) as (_, me):
        await attach(me, b"x" * 1_000)
        problem = refused(await send(me.client, b"x" * 1_001), 413, "file_too_large")
        assert problem["limit"] == 1_000
        refused(await send(me.client, b"x" * 50_000), 413, "body_too_large")
    assert unfinished(runtime) == []


async def test_a_repeated_upload_with_a_key_is_one(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    first = await send(person.client, NOTE, task=task, key="k1")
    again = await send(person.client, NOTE, task=task, key="k1")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = await send(person.client, b"other", task=task, key="k1")
    refused(other, 422, "idempotency_key_reused")
    renamed = await send(person.client, NOTE, "b.txt", task=task, key="k1")
    refused(renamed, 422, "idempotency_key_reused")
    assert len(good(await person.client.get(f"/tasks/{task['id']}/files"))["items"]) == 1
    assert len(kept(runtime, person.workspace_id)) == 1
    assert unfinished(runtime) == []


async def test_equal_contents_are_kept_once(person: Person, runtime: Runtime) -> None:
    one, two = await attach(person, NOTE, "a.txt"), await attach(person, NOTE, "b.txt")
    assert (one["id"] == two["id"], one["sha256"]) == (False, two["sha256"])
    where = FileContent.workspace_id == UUID(person.workspace_id)
    (content,) = await rows(runtime, FileContent, where)
    assert (content.refs, len(kept(runtime, person.workspace_id))) == (2, 1)
    (usage,) = await rows(runtime, FileUsage, FileUsage.workspace_id == UUID(person.workspace_id))
    assert usage.bytes == len(NOTE)


async def test_contents_are_not_shared_between_workspaces(
    person: Person, make_user: MakeUser, runtime: Runtime
) -> None:
    """Whether somebody else has a content is told by nothing, not even by the space it takes."""
    other = await make_user()
    await attach(person, NOTE)
    await attach(other, NOTE)
    for one in (person, other):
        assert len(kept(runtime, one.workspace_id)) == 1


async def test_a_workspace_has_a_quota(person: Person, runtime: Runtime) -> None:
    async with served_with(runtime, person, quota_bytes=100) as (_, me):
        await attach(me, b"x" * 60, "a.txt")
        await attach(me, b"x" * 60, "same.txt")
        problem = refused(await send(me.client, b"y" * 41), 413, "quota_exceeded")
        assert (problem["used"], problem["quota"]) == (60, 100)
        last = await attach(me, b"y" * 40)
        refused(await send(me.client, b"z"), 413, "quota_exceeded")
        # The trash counts until it is emptied.
        good(await me.client.delete(f"/files/{last['id']}"))
        refused(await send(me.client, b"z"), 413, "quota_exceeded")
        good(await me.client.delete(f"/files/{last['id']}", params={"for_good": True}))
        await attach(me, b"z")
    assert len(kept(runtime, person.workspace_id)) == 3  # with the one that a job will remove


async def test_who_may_not_upload_learns_so_before_the_body_is_read(
    person: Person, make_user: MakeUser
) -> None:
    other, task, read = await make_user(), await make(person), []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield A_FILE + b"--b--"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for extra in ({}, {"Idempotency-Key": "k"}):
        answer = await other.client.post(
            f"/tasks/{task['id']}/files", content=body(), headers=headers | extra
        )
        refused(answer, 404)
    assert read == []


async def test_an_archived_project_takes_no_files(person: Person, runtime: Runtime) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"])
    file = await attach(person, NOTE, task=task)
    good(await person.client.patch(f"/projects/{project['id']}", json={"archived": True}))
    refused(await send(person.client, b"new", task=task), 409, "project_archived")
    free = await send(person.client, b"new", project_id=project["id"])
    refused(free, 409, "project_archived")
    renamed = await person.client.patch(f"/files/{file['id']}", json={"filename": "b.txt"})
    refused(renamed, 409, "project_archived")
    assert len(kept(runtime, person.workspace_id)) == 1
    assert (await person.client.get(f"/files/{file['id']}")).content == NOTE


async def test_a_name_is_made_safe(person: Person) -> None:
    for given, name in (
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mia\\report.pdf", "report.pdf"),
        ("con.txt", "_con.txt"),
        ("  .hidden  ", "hidden"),
        ("Übersicht ✓.txt", "Übersicht ✓.txt"),
    ):
        assert (await attach(person, NOTE, given))["filename"] == name


async def test_renaming(person: Person) -> None:
    file = await attach(person, NOTE)
    path = f"/files/{file['id']}"
    stale = await person.client.patch(path, json={"filename": "b"}, headers={"If-Match": '"9"'})
    refused(stale, 412)
    done = good(await person.client.patch(path, json={"filename": "a/b: c.txt"}))
    assert (done["filename"], done["version"]) == ("b_ c.txt", 2)
    assert good(await person.client.patch(path, json={"filename": "b_ c.txt"}))["version"] == 2
    for body in ({}, {"filename": " "}, {"filename": "a", "task_id": None}):
        refused(await person.client.patch(path, json=body), 422)


async def test_the_trash(person: Person) -> None:
    file = await attach(person, NOTE)
    path = f"/files/{file['id']}"
    refused(await person.client.post(f"{path}/restore"), 404)
    assert (await person.client.delete(path)).status_code == 204
    for hidden in ("", "/meta", "/verify", "/thumbnail"):
        refused(await person.client.get(f"{path}{hidden}"), 404)
    refused(await person.client.delete(path), 404)
    assert good(await person.client.get("/files"))["items"] == []
    (shown,) = good(await person.client.get("/files", params={"trashed": True}))["items"]
    assert shown["id"] == file["id"]
    back = good(await person.client.post(f"{path}/restore"))
    assert (back["version"], back["filename"]) == (3, "notes.txt")
    assert (await person.client.get(path)).content == NOTE


async def test_files_of_a_task_in_the_trash_are_hidden_with_it(person: Person) -> None:
    task = await make(person)
    file = await attach(person, NOTE, task=task)
    good(await person.client.delete(f"/tasks/{task['id']}"))
    for path in (f"/files/{file['id']}", f"/tasks/{task['id']}/files"):
        refused(await person.client.get(path), 404)
    for params in ({}, {"trashed": True}):
        assert good(await person.client.get("/files", params=params))["items"] == []
    for extra in ({}, {"for_good": True}):
        refused(await person.client.delete(f"/files/{file['id']}", params=extra), 404)
    good(await person.client.post(f"/tasks/{task['id']}/restore"))
    assert await look(person, file) == file


@pytest.mark.each
async def test_lists_page_and_ask_once(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    sent = [await attach(person, b"%d" % n, f"{n}.txt", task=task) for n in range(3)]
    free = await attach(person, NOTE)
    newest = [one["id"] for one in reversed(sent)]
    path, seen = f"/tasks/{task['id']}/files", list[str]()
    cursor: str | None = ""
    for _ in range(2):
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        # Who asks, whether they see the task, the page.
        with max_queries(runtime, 3):
            page = good(await person.client.get(path, params=params))
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert (seen, cursor) == (newest, None)
    with max_queries(runtime, 2):
        everything = good(await person.client.get("/files"))["items"]
    assert [one["id"] for one in everything] == [free["id"], *newest]
    for attached, count in ((True, 3), (False, 1)):
        found = good(await person.client.get("/files", params={"attached": attached}))
        assert len(found["items"]) == count
    first = good(await person.client.get("/files", params={"limit": 3}))
    rest = good(await person.client.get("/files", params={"cursor": first["next_cursor"]}))
    assert [one["id"] for one in rest["items"]] == [sent[0]["id"]]
    refused(await person.client.get("/files", params={"cursor": "x"}), 422)


async def test_a_file_follows_its_task_to_another_project(person: Person) -> None:
    task, project = await make(person), await make_project(person)
    file = await attach(person, NOTE, task=task)
    moved = {"project_id": project["id"]}
    good(await person.client.patch(f"/tasks/{task['id']}", json=moved))
    assert (await look(person, file))["project_id"] == project["id"]


async def test_the_row_is_all_that_a_create_of_a_task_knows_nothing_of(
    person: Person, runtime: Runtime
) -> None:
    assert await rows(runtime, File, File.workspace_id == UUID(person.workspace_id)) == []

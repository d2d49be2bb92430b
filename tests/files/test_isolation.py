"""Abuse cases of files: what a path, an id or a link must not open."""

import pytest
from starlette.types import ASGIApp

from tests.files.sending import attach, picture, send, work
from tests.kit.app import MakeUser, Person, good, refused
from tests.sharing.opening import share, through
from tests.tasks.making import make, make_project, make_team
from upnext.core.runtime import Runtime

NOTE = b"Zanzibar"


async def test_t001_a_file_has_no_other_way_to_it(person: Person, make_user: MakeUser) -> None:
    """No route takes a file by the path of a task, so none can be given another's."""
    other = await make_user()
    own, foreign = await make(other), await make(person)
    file = await attach(person, NOTE, task=foreign)
    for method in ("GET", "DELETE"):
        path = f"/tasks/{own['id']}/files/{file['id']}"
        refused(await other.client.request(method, path), 404)
        refused(await other.client.request(method, f"/files/{file['id']}"), 404)
    assert (await person.client.get(f"/files/{file['id']}")).content == NOTE


async def test_t013_no_upload_or_rename_takes_a_file_elsewhere(
    person: Person, make_user: MakeUser
) -> None:
    other = await make_user()
    task, project = await make(person), await make_project(person)
    file = await attach(person, NOTE, task=task)
    refused(await send(other.client, b"x", task=task), 404)
    refused(await send(other.client, b"x", project_id=project["id"]), 404)
    for body in ({"task_id": task["id"]}, {"workspace_id": other.workspace_id},
                 {"content_id": file["id"]}, {"sha256": file["sha256"]}):  # fmt: skip
        mine = await attach(other, b"mine")
        answer = await other.client.patch(f"/files/{mine['id']}", json={"filename": "a", **body})
        refused(answer, 422)
    for row in (file["id"],):
        refused(await other.client.patch(f"/files/{row}", json={"filename": "a"}), 404)
        refused(await other.client.post(f"/files/{row}/restore"), 404)
        refused(await other.client.delete(f"/files/{row}", params={"for_good": True}), 404)
    # To know what a content is does not give it: without the bytes there is no file.
    stolen = await send(other.client, b"guess", sha256=file["sha256"])
    refused(stolen, 422, "sha256_mismatch")
    assert (await person.client.get(f"/files/{file['id']}")).content == NOTE


async def test_t014_a_link_opens_the_files_of_its_task_only(
    person: Person, served: ASGIApp, runtime: Runtime
) -> None:
    shared, hidden = await make(person), await make(person)
    below = await make(person, parent_id=shared["id"])
    open_ones = [await attach(person, picture(50, 50), "a.png", task=shared),
                 await attach(person, NOTE, task=below)]  # fmt: skip
    closed = [await attach(person, NOTE, task=hidden), await attach(person, NOTE)]
    await work(runtime)
    link = await share(person, "tasks", shared["id"], access="write")
    async with through(served, link) as visitor:
        for file in open_ones:
            assert (await visitor.get(f"/files/{file['id']}")).is_success
            assert (await visitor.get(f"/files/{file['id']}/meta")).is_success
        assert (await visitor.get(f"/files/{open_ones[0]['id']}/thumbnail")).is_success
        for file in closed:
            for more in ("", "/meta", "/thumbnail"):
                refused(await visitor.get(f"/files/{file['id']}{more}"), 404)
        listed = good(await visitor.get(f"/tasks/{shared['id']}/files"))["items"]
        assert [one["id"] for one in listed] == [open_ones[0]["id"]]
        refused(await visitor.get(f"/tasks/{hidden['id']}/files"), 404)
        refused(await visitor.get("/files"), 403, "not_for_links")
        refused(await send(visitor, b"x", task=shared), 403, "not_for_links")
        refused(await visitor.delete(f"/files/{open_ones[0]['id']}"), 403, "not_for_links")
    # T046: from the next request on it opens nothing.
    good(await person.client.delete(f"/tasks/{shared['id']}/links/{link['id']}"))
    async with through(served, link) as visitor:
        refused(await visitor.get(f"/files/{open_ones[0]['id']}"), 401)


async def test_a_link_to_a_project_opens_no_free_standing_file(
    person: Person, served: ASGIApp
) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"])
    of_task = await attach(person, NOTE, task=task)
    free = await attach(person, NOTE, project_id=project["id"])
    async with through(served, await share(person, "projects", project["id"])) as visitor:
        assert (await visitor.get(f"/files/{of_task['id']}")).content == NOTE
        refused(await visitor.get(f"/files/{free['id']}"), 404)


@pytest.mark.parametrize("private", [True, False])
async def test_t025_lists_leave_private_projects_out(
    person: Person, make_user: MakeUser, private: bool
) -> None:
    viewer = await make_user()
    workspace = await make_team(person, viewer=viewer)
    project = await make_project(person, workspace, private=private)
    task = await make(person, project_id=project["id"])
    sent = [await attach(person, NOTE, task=task),
            await attach(person, NOTE, project_id=project["id"])]  # fmt: skip
    params = {"workspace_id": workspace}
    found = good(await viewer.client.get("/files", params=params))["items"]
    assert {one["id"] for one in found} == (set() if private else {one["id"] for one in sent})
    answer = await viewer.client.get("/files", params={"project_id": project["id"]})
    assert answer.status_code == (404 if private else 200)


@pytest.mark.parametrize("path", ["%2e%2e%2fetc", "..%5c", "%2f%2f", "....//"])
async def test_t100_no_path_leads_out(person: Person, path: str) -> None:
    refused(await person.client.get(f"/files/{path}"), 404)

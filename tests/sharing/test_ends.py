"""When a link ends or opens less, and where its secret must not turn up."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from tests.identity.conftest import Start
from tests.kit.app import MakeUser, Person, connect, good, refused, register, serve, settings_for
from tests.kit.logs import quiet
from tests.sharing.opening import share, tells, through
from tests.tasks.making import make, make_project
from tests.tasks.test_changes import recorded
from tests.workspaces.teams import ROLES, Team
from upnext.core import logs
from upnext.core.config import LogSettings
from upnext.core.runtime import Runtime
from upnext.identity import accounts
from upnext.identity.models import ShareLink
from upnext.main import build_runtime, close


async def _opens(served: ASGIApp, link: Any) -> int:
    """The status of what a link is for; its own address says the same."""
    where = f"/tasks/{link['task_id']}" if link["task_id"] else f"/projects/{link['project_id']}"
    async with through(served, link) as visitor:
        answer = await visitor.get(where)
        address = await tells(visitor, link)
    assert (answer.is_success, address.status_code) in {(True, 200), (False, 404)}
    return answer.status_code


async def test_t046_revoked_is_shut_with_the_next_request(
    person: Person, served: ASGIApp, database_url: str, tmp_path: Any
) -> None:
    """Also in a process that was not told and has just let it in."""
    task = await make(person)
    link = await share(person, "tasks", task["id"], access="write")
    other = build_runtime(settings_for(database_url, tmp_path))
    elsewhere = serve(other)
    assert [await _opens(each, link) for each in (served, elsewhere)] == [200, 200]
    good(await person.client.delete(f"/tasks/{task['id']}/links/{link['id']}"))
    assert [await _opens(each, link) for each in (served, elsewhere)] == [401, 401]
    await close(other)
    assert good(await person.client.get(f"/tasks/{task['id']}/links"))["items"] == []
    refused(await person.client.delete(f"/tasks/{task['id']}/links/{link['id']}"), 404)


async def test_t046_an_expired_one_is_shut_to_the_second(start: Start, database_url: str) -> None:
    instance = start(database_url)
    person = await register(await instance.client("127.0.0.1"), f"{uuid4().hex}@share.example")
    task = await make(person)
    until = instance.clock.now() + timedelta(seconds=3)
    link = await share(person, "tasks", task["id"], expires_at=until.isoformat())
    async with through(instance.served, link) as visitor:
        good(await visitor.get(f"/tasks/{task['id']}"))
        instance.clock.advance(timedelta(seconds=3))
        refused(await visitor.get(f"/tasks/{task['id']}"), 401, "invalid_token")
    # Its maker still sees it, as what it is.
    (shown,) = good(await person.client.get(f"/tasks/{task['id']}/links"))["items"]
    assert shown["id"] == link["id"]


async def test_t046_what_is_in_the_trash_is_shut(team: Team, served: ASGIApp) -> None:
    project = await team.project()
    above = await make(team.owner, project_id=project)
    task = await make(team.owner, project_id=project, parent_id=above["id"])
    links = [
        await share(team.owner, "tasks", task["id"]),
        await share(team.owner, "projects", project),
    ]
    for path in (f"/tasks/{above['id']}", f"/projects/{project}", team.path()):
        good(await team.owner.client.delete(path))
        shut = [await _opens(served, link) for link in links]
        assert shut == [401, 200 if path.startswith("/tasks") else 401], path
        good(await team.owner.client.post(f"{path}/restore"))
        assert [await _opens(served, link) for link in links] == [200, 200], path


async def test_who_made_it_is_the_limit(team: Team, served: ASGIApp) -> None:
    """It reads only once they only read, and shuts when they cannot see it any more."""
    project = await team.project()
    task = await make(team.owner, project_id=project)
    link = await share(team.member, "tasks", task["id"], access="write")
    path = team.path("members", team.member.id)
    async with through(served, link) as visitor:
        good(await visitor.patch(f"/tasks/{task['id']}", json={"title": "Changed"}))
        good(await team.owner.client.patch(path, json={"role": "viewer"}))
        refused(await visitor.patch(f"/tasks/{task['id']}", json={"title": "x"}), 403)
        good(await visitor.get(f"/tasks/{task['id']}"))
        assert good(await tells(visitor, link))["access"] == "read"
        # More rights than it was given do not make it more.
        good(await team.owner.client.patch(path, json={"role": "admin"}))
        refused(await visitor.delete(f"/tasks/{task['id']}"), 403)
        good(await team.owner.client.patch(path, json={"role": "member"}))
        good(await visitor.patch(f"/tasks/{task['id']}", json={"title": "Again"}))
    private = {"private": True}
    good(await team.owner.client.patch(f"/projects/{project}", json=private))
    assert await _opens(served, link) == 401
    good(await team.owner.client.patch(f"/projects/{project}", json={"private": False}))
    assert await _opens(served, link) == 200
    good(await team.owner.client.delete(path))
    assert await _opens(served, link) == 401


async def test_it_follows_its_task_only_where_its_maker_may(team: Team, served: ASGIApp) -> None:
    first, second = await team.project(), await team.project()
    hidden = await team.project(private=True)
    task = await make(team.owner, project_id=first)
    beside = await make(team.owner, project_id=second)
    link = await share(team.member, "tasks", task["id"], access="write")
    for project, status in ((second, 200), (hidden, 401), (first, 200)):
        body = {"project_id": project}
        good(await team.owner.client.patch(f"/tasks/{task['id']}", json=body))
        assert await _opens(served, link) == status
        async with through(served, link) as visitor:
            assert (await visitor.get(f"/tasks/{beside['id']}")).status_code in {404, 401}


async def test_a_disabled_maker_opens_nothing(
    make_user: MakeUser, served: ASGIApp, runtime: Runtime
) -> None:
    person = await make_user()
    task = await make(person)
    link = await share(person, "tasks", task["id"])
    assert await _opens(served, link) == 200
    await accounts.disable(runtime, person.email)
    assert await _opens(served, link) == 401
    await accounts.enable(runtime, person.email)
    assert await _opens(served, link) == 200


async def test_t004_a_link_is_revoked_where_it_lies_only(team: Team, served: ASGIApp) -> None:
    """By the id of another project or task nobody ends it, whatever their role there."""
    project, beside = await team.project(), await team.project()
    task = await make(team.owner, project_id=project)
    other = await make(team.owner, project_id=project)
    of_task = await share(team.owner, "tasks", task["id"])
    of_project = await share(team.owner, "projects", project)
    foreign = await make_project(team.outsider)
    for person, path in (
        (team.owner, f"/projects/{beside}/links/{of_project['id']}"),
        (team.owner, f"/tasks/{other['id']}/links/{of_task['id']}"),
        (team.owner, f"/projects/{project}/links/{of_task['id']}"),
        (team.owner, f"/tasks/{task['id']}/links/{of_project['id']}"),
        (team.outsider, f"/projects/{foreign['id']}/links/{of_project['id']}"),
        (team.outsider, f"/projects/{project}/links/{of_project['id']}"),
    ):
        refused(await person.client.delete(path), 404)
    assert [await _opens(served, link) for link in (of_task, of_project)] == [200, 200]


async def test_t047_no_secret_for_anybody(team: Team, served: ASGIApp, runtime: Runtime) -> None:
    """Not for viewers, not through links, and for nobody a second time; only a digest is kept."""
    project = await team.project()
    task = await make(team.owner, project_id=project)
    links = [
        await share(team.owner, "tasks", task["id"], access="write"),
        await share(team.owner, "projects", project, access="write"),
    ]
    secrets = [link["token"] for link in links]
    for what, row_id in (("tasks", task["id"]), ("projects", project)):
        for role in ROLES:
            answer = await team[role].client.get(f"/{what}/{row_id}/links")
            assert not any(secret in answer.text for secret in secrets)
            least = 403 if role == "viewer" or (what, role) == ("projects", "member") else 200
            assert answer.status_code == least, (what, role)
        for link in links:
            async with through(served, link) as visitor:
                refused(await visitor.get(f"/{what}/{row_id}/links"), 403, "not_for_links")
    for link in links:
        told = json.dumps(await recorded(runtime, link))
        assert not any(secret in told for secret in secrets)
        async with runtime.db.read() as session:
            statement = select(ShareLink).where(ShareLink.id == UUID(link["id"]))
            row = (await session.scalars(statement)).one()
        assert link["token"].encode() not in row.hash
        assert len(row.hash) == 32


async def test_t016_it_counts_nothing_else(team: Team, served: ASGIApp) -> None:
    project, beside = await team.project(), await team.project()
    for each in (project, beside, beside):
        await make(team.owner, project_id=each)
    link = await share(team.owner, "projects", project)
    async with through(served, link) as visitor:
        page = good(await visitor.get("/tasks", params={"total": True}))
        assert (page["total"], len(page["items"])) == (1, 1)
        for path in ("/next-action", "/exports", "/workspaces", "/projects", "/feeds", "/filters"):
            refused(await visitor.get(path), 403, "not_for_links")


async def test_t017_it_names_nobody(team: Team, served: ASGIApp) -> None:
    project = await team.project()
    task = await make(team.owner, project_id=project, assignee_ids=[team.member.id])
    link = await share(team.owner, "projects", project, access="write")
    async with through(served, link) as visitor:
        for path in (f"/tasks/{task['id']}/mentionable", f"/projects/{project}/members",
                     team.path("members")):  # fmt: skip
            refused(await visitor.get(path), 403, "not_for_links")
        for path in (f"/tasks/{task['id']}", f"/projects/{project}", "/tasks"):
            text = (await visitor.get(path)).text
            assert not any(team[role].email in text for role in ROLES)


async def test_only_a_person_makes_one(person: Person, served: ASGIApp) -> None:
    """An API token, which may end sooner, cannot; nor can a link make or end another."""
    task = await make(person)
    scopes = {"name": "t", "scopes": ["links:read", "links:write"]}
    token = good(await person.client.post("/auth/tokens", json=scopes))
    link = await share(person, "tasks", task["id"], access="write")
    path = f"/tasks/{task['id']}/links"
    async with through(served, token) as program:
        refused(await program.post(path, json={"access": "read"}), 403, "session_required")
        assert len(good(await program.get(path))["items"]) == 1
    async with through(served, link) as visitor:
        refused(await visitor.post(path, json={"access": "read"}), 403)
        refused(await visitor.delete(f"{path}/{link['id']}"), 403, "not_for_links")
        refused(await visitor.post("/auth/tokens", json=scopes), 403)
        refused(await visitor.get("/auth/me"), 403, "not_for_links")
    async with through(served, token) as program:
        good(await program.delete(f"{path}/{link['id']}"))


async def test_every_dead_address_looks_the_same(person: Person, client: httpx.AsyncClient) -> None:
    task = await make(person)
    revoked = await share(person, "tasks", task["id"])
    good(await person.client.delete(f"/tasks/{task['id']}/links/{revoked['id']}"))
    gone = await make(person)
    trashed = await share(person, "tasks", gone["id"])
    good(await person.client.delete(f"/tasks/{gone['id']}"))
    feed = good(await person.client.post("/feeds", json={"name": "Phone"}))
    session = person.client.headers["authorization"].removeprefix("Bearer ")
    tokens = [revoked["token"], trashed["token"], f"upn_share_{'a' * 43}", "x", revoked["id"],
              "y" * 3_000, "%F0%9F%8C%B1", feed["token"], session]  # fmt: skip
    answers = []
    for token in tokens:
        answer = await tells(client, {"token": token})
        told = {n: v for n, v in answer.json().items() if n not in {"instance", "request_id"}}
        answers.append((answer.status_code, answer.headers["cache-control"], told))
    assert answers == [answers[0]] * len(tokens)
    assert answers[0][:2] == (404, "no-store")


async def test_a_key_is_not_shared_with_who_made_the_link(person: Person, served: ASGIApp) -> None:
    """Else its holder could be told a reply that its maker got."""
    task = await make(person)
    link = await share(person, "tasks", task["id"], access="write")
    headers, body = {"Idempotency-Key": str(uuid4())}, {"body": "Hi"}
    path = f"/tasks/{task['id']}/comments"
    mine = good(await person.client.post(path, json=body, headers=headers))
    async with through(served, link) as visitor:
        answer = await visitor.post(path, json=body, headers=headers)
        again = await visitor.post(path, json=body, headers=headers)
    assert "idempotent-replayed" not in answer.headers
    assert good(answer)["id"] != mine["id"]
    assert good(again) == good(answer)


async def test_requests_count_for_the_link(database_url: str, tmp_path: Any) -> None:
    """Not for whoever made it: a busy link shall not lock them out."""
    settings = settings_for(
        database_url, tmp_path, RATE_LIMIT_ENABLED="true", RATE_LIMIT_USER="12/minute",
        RATE_LIMIT_DEFAULT="50/minute", RATE_LIMIT_AUTH="1000/minute",
    )  # fmt: skip
    runtime = build_runtime(settings)
    served = serve(runtime)
    async with connect(served) as client:
        person = await register(client, f"{uuid4().hex}@share.example")
        task = await make(person)
        link = await share(person, "tasks", task["id"])
        async with through(served, link) as visitor:
            path = f"/tasks/{task['id']}"
            statuses = [(await visitor.get(path)).status_code for _ in range(14)]
        assert statuses == [*[200] * 12, 429, 429]
        good(await person.client.get(path))
    await close(runtime)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at every level."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.StringIO()
    logs.configure(LogSettings(level="debug"), stream)
    yield stream
    quiet()
    root.handlers = before
    root.setLevel(level)


async def test_t058_the_secret_is_in_no_log_and_no_metric(
    person: Person, served: ASGIApp, runtime: Runtime, log: io.StringIO
) -> None:
    task = await make(person)
    link = await share(person, "tasks", task["id"])
    secret = link["token"]
    async with through(served, link) as visitor:
        good(await visitor.get(f"/tasks/{task['id']}"))
        root = httpx.URL("http://localhost")
        for path in (f"/share/{secret}", f"/share/{secret}/more", f"/api/v1/share/{secret}",
                     f"/x?link={secret}"):  # fmt: skip
            await visitor.get(root.join(path))
        await visitor.post(root.join(f"/share/{secret}"))
    # In a URL it is no credential.
    async with connect(served) as nobody:
        refused(await nobody.get(f"/tasks/{task['id']}", params={"token": secret}), 401)
    assert secret not in log.getvalue()
    assert secret[-20:] not in log.getvalue()
    page = runtime.metrics.render()[0].decode()
    assert "upn_share_" not in page
    assert 'route="/share/{token}"' in page


async def test_its_use_is_noted(person: Person, served: ASGIApp, runtime: Runtime) -> None:
    task = await make(person)
    link = await share(person, "tasks", task["id"])
    assert await _opens(served, link) == 200
    await runtime.parts["authenticate"].settle()
    (shown,) = good(await person.client.get(f"/tasks/{task['id']}/links"))["items"]
    assert shown["last_used_at"] is not None

"""Who may read a feed, until when, and where its secret must not turn up."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from tests.feeds.reading import make_feed, read, titles
from tests.kit.app import MakeUser, Person, connect, good, refused, register, serve, settings_for
from tests.kit.logs import quiet
from tests.tasks.making import block, make, patch
from tests.workspaces.teams import Team
from upnext import manifest
from upnext.core import logs
from upnext.core.config import LogSettings
from upnext.core.runtime import Runtime
from upnext.identity import accounts
from upnext.main import build_runtime, close

SOON = "2031-05-01T12:00:00Z"


async def _answers(calendar: httpx.AsyncClient, *urls: str) -> list[tuple[int, dict[str, Any]]]:
    """Without what names the request itself."""
    found = []
    for url in urls:
        answer = await calendar.get(url)
        body = {n: v for n, v in answer.json().items() if n not in {"instance", "request_id"}}
        found.append((answer.status_code, body))
    return found


async def test_every_dead_address_looks_the_same(
    make_user: MakeUser, calendar: httpx.AsyncClient, runtime: Runtime
) -> None:
    person, leaver = await make_user(), await make_user()
    replaced, deleted, last = [await make_feed(person) for _ in range(3)]
    disabled = await make_feed(leaver)
    good(await person.client.post(f"/feeds/{replaced['id']}/rotate"))
    good(await person.client.delete(f"/feeds/{deleted['id']}"))
    await accounts.disable(runtime, leaver.email)
    unknown = f"/feeds/upn_feed_{'a' * 43}.ics"
    urls = [replaced["url"], deleted["url"], disabled["url"], unknown, "/feeds/x.ics",
            f"/feeds/{'y' * 3_000}.ics", "/feeds/%F0%9F%8C%B1.ics"]  # fmt: skip
    answers = await _answers(calendar, *urls)
    assert answers == [answers[0]] * len(urls)
    assert answers[0][0] == 404
    await read(calendar, last)
    await accounts.enable(runtime, leaver.email)
    await read(calendar, disabled)


async def test_other_credentials_open_no_feed(
    person: Person, calendar: httpx.AsyncClient, served: ASGIApp
) -> None:
    """Nor does the address open anything else."""
    feed = await make_feed(person)
    scopes = {"name": "t", "scopes": [*map(str, manifest.SCOPES)]}
    token = good(await person.client.post("/auth/tokens", json=scopes))["token"]
    refused(await calendar.get(f"/feeds/{token}.ics"), 404)
    refused(await calendar.get(f"/feeds/{feed['id']}.ics"), 404)
    async with connect(served, Authorization=f"Bearer {feed['token']}") as program:
        for path in ("/tasks", "/feeds", "/auth/me"):
            refused(await program.get(path), 401)


async def test_who_leaves_a_workspace_takes_nothing_along(
    team: Team, calendar: httpx.AsyncClient
) -> None:
    project = await team.project()
    await make(team.owner, title="Theirs", due_at=SOON, project_id=project)
    everything = await make_feed(team.member, filters={"project_id": project})
    named = await make_feed(team.member, workspace_id=team.workspace_id)
    assert await titles(calendar, everything) == await titles(calendar, named) == ["Theirs"]
    good(await team.owner.client.delete(team.path("members", team.member.id)))
    # Empty, and not gone: so the tasks leave the phone as well.
    assert await titles(calendar, everything) == await titles(calendar, named) == []


async def test_what_becomes_private_is_gone(team: Team, calendar: httpx.AsyncClient) -> None:
    hidden, shown = await team.project(), await team.project()
    secret = await make(team.owner, title="Zanzibar", due_at=SOON, project_id=hidden)
    task = await make(team.owner, title="Plain", due_at=SOON, project_id=shown)
    await block(team.owner, task, secret)
    feed = await make_feed(team.viewer, workspace_id=team.workspace_id)
    assert set(await titles(calendar, feed)) == {"Zanzibar", "Plain"}
    body = {"private": True}
    good(await team.owner.client.patch(f"/projects/{hidden}", json=body))
    first = await calendar.get(feed["url"])
    for word in ("Zanzibar", secret["id"], secret["key"]):
        assert word not in first.text
    # What happens there does not even show in the ETag.
    await patch(team.owner, secret, title="Zanzibar, again")
    assert (await calendar.get(feed["url"])).headers["etag"] == first.headers["etag"]


async def test_what_is_thrown_away_is_gone(person: Person, calendar: httpx.AsyncClient) -> None:
    task = await make(person, due_at=SOON)
    feed = await make_feed(person)
    good(await person.client.delete(f"/tasks/{task['id']}"))
    assert await titles(calendar, feed) == []


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


async def test_the_secret_is_in_no_log_and_no_metric(
    person: Person, calendar: httpx.AsyncClient, runtime: Runtime, log: io.StringIO
) -> None:
    feed = await make_feed(person)
    secret = feed["token"]
    # Also where the address is misspelt, so that no route takes it.
    for path in (f"/feeds/{secret}.ics", f"/feeds/{secret}", f"/feeds/{secret}.ics/more",
                 f"/api/v1/feeds/{secret}.ics", f"/x?feed={secret}"):  # fmt: skip
        await calendar.get(path)
    await calendar.post(f"/feeds/{secret}.ics")
    await calendar.head(f"/feeds/{secret}.ics")
    good(await person.client.delete(f"/feeds/{feed['id']}"))
    await calendar.get(f"/feeds/{secret}.ics")
    assert secret not in log.getvalue()
    assert secret[-20:] not in log.getvalue()
    page = runtime.metrics.render()[0].decode()
    assert "upn_feed_" not in page
    assert 'route="/feeds/{token}.ics"' in page
    events = [json.loads(line) for line in log.getvalue().splitlines()]
    paths = {one["path"] for one in events if one.get("route") == "/feeds/{token}.ics"}
    assert paths == {"/feeds/{token}.ics"}


async def test_guessing_is_slowed_down(database_url: str, tmp_path: Any) -> None:
    settings = settings_for(
        database_url, tmp_path, RATE_LIMIT_ENABLED="true", RATE_LIMIT_DEFAULT="3/minute"
    )
    runtime = build_runtime(settings)
    transport = httpx.ASGITransport(serve(runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as calendar:
        statuses = [(await calendar.get(f"/feeds/{n}.ics")).status_code for n in range(5)]
    await close(runtime)
    assert statuses == [404, 404, 404, 429, 429]


async def test_the_address_follows_the_public_url(database_url: str, tmp_path: Any) -> None:
    settings = settings_for(database_url, tmp_path, UPNEXT_PUBLIC_URL="https://up.example.org")
    runtime = build_runtime(settings)
    async with connect(serve(runtime)) as client:
        person = await register(client, f"public-{tmp_path.name}@example.com")
        feed = await make_feed(person)
    await close(runtime)
    assert feed["url"].startswith("https://up.example.org/feeds/upn_feed_")
    assert feed["webcal_url"].startswith("webcal://up.example.org/feeds/upn_feed_")

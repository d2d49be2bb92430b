"""Making, listing, replacing and deleting calendar links."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from tests.feeds.reading import make_feed, read
from tests.kit.app import Person, connect, good, refused
from tests.tasks.making import make_project
from tests.workspaces.teams import Team
from upnext.core.changes import ChangeRow
from upnext.core.runtime import Runtime
from upnext.feeds.models import Feed
from upnext.feeds.service import MOST, digest

FILTERS = {
    "status": ["todo", "in_progress"],
    "priority": ["high"],
    "tag": ["Home"],
    "category": "chores",
    "assignee_id": "me",
    "overdue": False,
    "blocked": False,
    "text": "rent",
}


async def test_the_address_is_told_once(person: Person, runtime: Runtime) -> None:
    body = {"name": "Phone", "filters": FILTERS, "workspace_id": person.workspace_id}
    answer = await person.client.post("/feeds", json=body)
    made = good(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["etag"] == '"1"'
    assert re.fullmatch(r"upn_feed_[A-Za-z0-9_-]{43}", made["token"])
    assert made["url"] == f"http://localhost/feeds/{made['token']}.ics"
    assert made["webcal_url"] == f"webcal://localhost/feeds/{made['token']}.ics"
    shown = {"name": "Phone", "kind": "tasks", "filters": FILTERS, "version": 1}
    assert {name: made[name] for name in shown} == shown
    assert (made["hint"], made["last_read_at"]) == (made["token"][-4:], None)
    page = await person.client.get("/feeds")
    told = {"token", "url", "webcal_url"}
    assert good(page)["items"] == [{n: v for n, v in made.items() if n not in told}]
    assert made["token"] not in page.text
    async with runtime.db.read() as session:
        row = await session.get(Feed, UUID(made["id"]))
        assert row is not None
        assert row.hash == digest(made["token"])
        stored = [str(value) for value in vars(row).values()]
        assert not any(made["token"] in value for value in stored)


async def test_a_repeated_key_makes_a_second_link(person: Person) -> None:
    """A reply with a secret in it is never kept, so it cannot be given again."""
    headers = {"Idempotency-Key": "once"}
    body = {"name": "Phone"}
    made = [good(await person.client.post("/feeds", json=body, headers=headers)) for _ in range(2)]
    assert made[0]["token"] != made[1]["token"]


async def test_rotating_kills_the_old_address(person: Person, calendar: httpx.AsyncClient) -> None:
    made = await make_feed(person)
    answer = await person.client.post(f"/feeds/{made['id']}/rotate")
    fresh = good(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert (fresh["id"], fresh["version"]) == (made["id"], 2)
    assert fresh["token"] != made["token"]
    refused(await calendar.get(made["url"]), 404)
    await read(calendar, fresh)


async def test_deleting(person: Person, calendar: httpx.AsyncClient) -> None:
    made = await make_feed(person)
    assert (await person.client.delete(f"/feeds/{made['id']}")).status_code == 204
    assert good(await person.client.get("/feeds"))["items"] == []
    refused(await calendar.get(made["url"]), 404)
    refused(await person.client.delete(f"/feeds/{made['id']}"), 404)


async def test_versions(person: Person, calendar: httpx.AsyncClient) -> None:
    made = await make_feed(person)
    await read(calendar, made)  # which changes nothing that has a version
    path = f"/feeds/{made['id']}"
    stale = {"If-Match": '"7"'}
    refused(await person.client.post(f"{path}/rotate", headers=stale), 412)
    good(await person.client.post(f"{path}/rotate", headers={"If-Match": '"1"'}))
    refused(await person.client.delete(path, headers={"If-Match": '"1"'}), 412)
    good(await person.client.delete(path, headers={"If-Match": '"2"'}))


async def test_another_persons_link_does_not_exist(person: Person, team: Team) -> None:
    made = await make_feed(person)
    for method, path in (
        ("POST", f"/feeds/{made['id']}/rotate"),
        ("DELETE", f"/feeds/{made['id']}"),
    ):
        refused(await team.owner.client.request(method, path), 404)
    assert good(await team.owner.client.get("/feeds"))["items"] == []
    refused(await person.client.delete(f"/feeds/{uuid4()}"), 404)


async def test_pages(person: Person) -> None:
    made = [(await make_feed(person, name=f"Number {n}"))["id"] for n in range(5)]
    found, cursor = [], None
    for _ in range(3):
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = good(await person.client.get("/feeds", params=params))
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert (found, cursor) == (made[::-1], None)
    refused(await person.client.get("/feeds", params={"cursor": "x"}), 422)


async def test_not_too_many(person: Person) -> None:
    for _ in range(MOST):
        await make_feed(person)
    refused(await person.client.post("/feeds", json={"name": "One more"}), 409, "too_many_feeds")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " "},
        {"name": "x", "kind": "blocks"},
        {"name": "x", "filter": "p1"},
        {"name": "x", "filters": {"due_before": "2030-01-01T00:00:00Z"}},
        {"name": "x", "filters": {"sort": "title"}},
        {"name": "x", "filters": {"filter": "p1 and"}},
        {"name": "x", "filters": {"filter": "#nowhere"}},
        {"name": "x", "filters": {"trashed": True}},
        {"name": "x", "filters": {"status": ["odd"]}},
        {"name": "x", "filters": {"workspace_id": str(uuid4())}},
    ],
)
async def test_what_is_not_built_is_refused(person: Person, body: dict[str, Any]) -> None:
    refused(await person.client.post("/feeds", json=body), 422)


async def test_only_places_that_one_sees(person: Person, team: Team) -> None:
    project = await team.project(private=True)
    bodies: list[dict[str, Any]] = [
        {"workspace_id": team.workspace_id},
        {"filters": {"project_id": project}},
    ]
    for body in bodies:
        refused(await person.client.post("/feeds", json={"name": "x", **body}), 404)
    body = {"workspace_id": team.workspace_id, "filters": {"project_id": project}}
    refused(await team.viewer.client.post("/feeds", json={"name": "x", **body}), 404)
    await make_feed(team.owner, **body)
    own = (await make_project(person))["id"]
    other = {"workspace_id": str(uuid4()), "filters": {"project_id": own}}
    refused(await person.client.post("/feeds", json={"name": "x", **other}), 404)


async def test_a_token_cannot_make_a_link_that_outlives_it(person: Person, served: ASGIApp) -> None:
    scopes = {"name": "t", "scopes": ["feeds:read", "feeds:write", "tasks:read"]}
    token = good(await person.client.post("/auth/tokens", json=scopes))["token"]
    made = await make_feed(person)
    async with connect(served, Authorization=f"Bearer {token}") as program:
        refused(await program.post("/feeds", json={"name": "x"}), 403, "session_required")
        refused(await program.post(f"/feeds/{made['id']}/rotate"), 403, "session_required")
        assert len(good(await program.get("/feeds"))["items"]) == 1
        good(await program.delete(f"/feeds/{made['id']}"))


async def test_changes_are_recorded_without_the_secret(person: Person, runtime: Runtime) -> None:
    made = await make_feed(person)
    fresh = good(await person.client.post(f"/feeds/{made['id']}/rotate"))
    good(await person.client.delete(f"/feeds/{made['id']}"))
    async with runtime.db.read() as session:
        statement = select(ChangeRow).where(ChangeRow.resource_id == UUID(made["id"]))
        rows = list(await session.scalars(statement.order_by(ChangeRow.id)))
    assert [(row.type, row.resource_version) for row in rows] == [
        ("feed.created", 1),
        ("feed.rotated", 2),
        ("feed.deleted", 3),
    ]
    assert {row.actor for row in rows} == {f"user:{person.id}"}
    for secret in (made["token"], fresh["token"]):
        assert not any(secret in str(row.diff) for row in rows)

"""A5: one's own account."""

import asyncio

import pytest

from tests.identity.conftest import Instance, signed
from tests.kit.app import Person, good, refused
from upnext.identity.models import User

# What `PATCH /auth/me` takes; every other column is somebody else's to set.
OWN = {"username", "working_hours", "notifications", "language", "quick_add_mode"}


async def test_what_one_may_choose(person: Person) -> None:
    week = [[[480, 720], [780, 1020]], [], [[0, 1440]], [], [], [], [[600, 660]]]
    body = {
        "username": f"name{person.id[-8:]}",
        "timezone": "Europe/Berlin",
        "working_hours": week,
        "notifications": {"task.completed": ["app", "email"]},
        "language": "de",
        "quick_add_mode": "todoist",
    }
    before = await person.client.get("/auth/me")
    changed = await person.client.patch("/auth/me", json=body)
    user = good(changed)
    assert {name: user[name] for name in body} == body
    assert user["version"] == good(before)["version"] + 1
    assert changed.headers["etag"] != before.headers["etag"]
    assert good(await person.client.get("/auth/me")) == user


async def test_what_is_left_out_stays(person: Person) -> None:
    good(await person.client.patch("/auth/me", json={"timezone": "Asia/Tokyo"}))
    user = good(await person.client.patch("/auth/me", json={"username": None}))
    assert user["timezone"] == "Asia/Tokyo"
    assert user["username"] is None
    assert good(await person.client.patch("/auth/me", json={}))["version"] == user["version"]


@pytest.mark.parametrize(
    "body",
    [
        {"timezone": "Berlin"},
        {"timezone": "../etc/passwd"},
        {"timezone": "localtime"},
        {"timezone": None},
        {"timezone": 1},
        {"working_hours": None},
        {"working_hours": []},
        {"working_hours": [[]] * 7},
        {"working_hours": [[[540, 1020]]] * 6},
        {"working_hours": [[[1020, 540]]] + [[]] * 6},
        {"working_hours": [[[540, 540]]] + [[]] * 6},
        {"working_hours": [[[540, 700], [600, 800]]] + [[]] * 6},
        {"working_hours": [[[0, 1441]]] + [[]] * 6},
        {"working_hours": [[[0, 60, 90]]] + [[]] * 6},
        {"working_hours": [[[0.5, 60]]] + [[]] * 6},
        {"working_hours": [[["0", 60]]] + [[]] * 6},
        {"notifications": None},
        {"notifications": {"task.completed": ["pigeon"]}},
        {"notifications": {"Task Completed": ["app"]}},
        {"language": "fr"},
        {"language": None},
        {"quick_add_mode": "trello"},
        {"quick_add_mode": None},
        {"username": "a@b"},
        {"username": ""},
    ],
)
async def test_what_is_refused(person: Person, body: dict[str, object]) -> None:
    before = good(await person.client.get("/auth/me"))
    refused(await person.client.patch("/auth/me", json=body), 422)
    assert good(await person.client.get("/auth/me")) == before


async def test_t035_nobody_sets_what_is_not_theirs(person: Person) -> None:
    others = {column.key for column in User.__table__.columns} - OWN
    others |= {"role", "email_verified", "plan", "rate_limit", "tenant_id", "created_by"}
    before = good(await person.client.get("/auth/me"))
    for name in others:
        problem = refused(await person.client.patch("/auth/me", json={name: before["id"]}), 422)
        assert problem["errors"][0]["pointer"] == f"/{name}"
    assert good(await person.client.get("/auth/me")) == before


async def test_a_taken_name_is_refused(person: Person, instance: Instance) -> None:
    name = f"taken{person.id[-8:]}"
    good(await person.client.patch("/auth/me", json={"username": name}))
    good(await person.client.patch("/auth/me", json={"username": name.upper()}))
    email, other = await instance.member()
    other.headers.update(signed(await instance.login(email)))
    refused(await other.patch("/auth/me", json={"username": name}), 409, "username_taken")


async def test_conditional_requests(person: Person) -> None:
    read = await person.client.get("/auth/me")
    tag = {"If-Match": read.headers["etag"]}
    unchanged = await person.client.get("/auth/me", headers={"If-None-Match": read.headers["etag"]})
    assert unchanged.status_code == 304
    good(await person.client.patch("/auth/me", json={"timezone": "Asia/Tokyo"}, headers=tag))
    stale = await person.client.patch("/auth/me", json={"timezone": "UTC"}, headers=tag)
    refused(stale, 412, "precondition_failed")


@pytest.mark.each
async def test_of_many_conditional_changes_one_is_made(person: Person) -> None:
    tag = {"If-Match": (await person.client.get("/auth/me")).headers["etag"]}
    zones = ["Asia/Tokyo", "Europe/Paris", "Africa/Cairo", "America/Lima", "Asia/Dubai"]
    answers = await asyncio.gather(
        *(person.client.patch("/auth/me", json={"timezone": z}, headers=tag) for z in zones)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 4


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/auth/me"),
        ("PATCH", "/auth/me"),
        ("POST", "/auth/password"),
        ("GET", "/auth/sessions"),
        ("DELETE", "/auth/sessions/00000000-0000-0000-0000-000000000000"),
        ("GET", "/auth/tokens"),
        ("POST", "/auth/tokens"),
        ("DELETE", "/auth/tokens/00000000-0000-0000-0000-000000000000"),
    ],
)
async def test_nobody_is_let_in_without_a_credential(
    instance: Instance, method: str, path: str
) -> None:
    client = await instance.client()
    answer = await client.request(method, path, json={} if method in {"PATCH", "POST"} else None)
    refused(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"

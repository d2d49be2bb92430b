"""Endpoints through the API: who may have one, what it tells of itself, what it refuses."""

import pytest

from tests.kit.app import Person, good, max_queries, refused, seal
from tests.webhooks.receiving import make
from tests.workspaces.teams import Team
from upnext.core.runtime import Runtime

URL = "https://hooks.example.org/upnext?key=s3cr3t-of-the-receiver"


async def test_its_whole_life(person: Person) -> None:
    made = await make(person, URL, "task.created", "comment.*", name="To the wiki")
    assert made["secret"].startswith("whsec_")
    assert made["public_key"].startswith("whpk_")
    assert made["workspace_id"] == person.workspace_id
    assert (made["enabled"], made["disabled"], made["version"] > 0) == (True, None, True)
    path = f"/webhooks/{made['id']}"
    read = await person.client.get(path)
    assert good(read) == {name: value for name, value in made.items() if name != "secret"}
    assert [one["id"] for one in good(await person.client.get("/webhooks"))["items"]] == [
        made["id"]
    ]
    tag = {"If-Match": read.headers["etag"]}
    changed = good(await person.client.patch(path, json={"enabled": False}, headers=tag))
    assert (changed["enabled"], changed["disabled"]) == (False, "by_hand")
    refused(await person.client.patch(path, json={"name": "x"}, headers=tag), 412)
    good(await person.client.patch(path, json={"enabled": True, "filter": "p1"}))
    good(await person.client.delete(path))
    refused(await person.client.get(path), 404)


async def test_secrets_are_told_once(person: Person, runtime: Runtime) -> None:
    made = await make(person, URL)
    path = f"/webhooks/{made['id']}"
    rotated = good(await person.client.post(f"{path}/rotate"))
    assert rotated["secret"] != made["secret"]
    assert rotated["public_key"] != made["public_key"]
    assert rotated["previous_until"] is not None
    good(await person.client.post(f"{path}/test"))
    await seal(runtime)
    asked = ["/webhooks", path, f"{path}/deliveries", f"/audit?workspace_id={person.workspace_id}"]
    for place in asked:
        told = (await person.client.get(place)).text
        assert made["secret"] not in told
        assert rotated["secret"] not in told
    # Of the URL the log has the host; what follows is often a secret of the receiver.
    log = (await person.client.get(asked[-1])).text
    assert "https://hooks.example.org" in log
    assert "s3cr3t-of-the-receiver" not in log


async def test_a_repeated_create_is_no_way_to_the_secret(person: Person) -> None:
    key = {"Idempotency-Key": "once"}
    body = {"url": URL, "events": ["*"]}
    first = good(await person.client.post("/webhooks", json=body, headers=key))
    second = good(await person.client.post("/webhooks", json=body, headers=key))
    assert first["id"] != second["id"]


BAD_URLS = [
    "http://127.0.0.1.nip.io\\@10.0.0.1/",
    "ftp://hooks.example.org/",
    "http://user:word@hooks.example.org/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[fc00::1]:8080/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "https://hooks.example.org:22/",
    "hooks.example.org",
]


async def test_urls_that_are_refused(person: Person) -> None:
    for url in BAD_URLS:
        body = {"url": url, "events": ["*"]}
        problem = refused(await person.client.post("/webhooks", json=body), 422)
        assert problem["errors"][0]["pointer"] == "/url"


BAD_BODIES: list[tuple[dict[str, object], str]] = [
    ({"events": ["task.exploded"]}, "/events"),
    ({"events": []}, "/events"),
    ({"events": ["webhook.*"]}, "/events"),
    ({"filter": "due <<< 3"}, "/filter"),
    ({"filter": "project = nowhere"}, "/filter"),
    ({"secret": "mine"}, "/secret"),
    ({"owner_id": "0190a1b2-0000-7000-8000-000000000001"}, "/owner_id"),
]


async def test_bodies_that_are_refused(person: Person) -> None:
    for body, pointer in BAD_BODIES:
        whole = {"url": URL, "events": ["*"], **body}
        problem = refused(await person.client.post("/webhooks", json=whole), 422)
        assert problem["errors"][0]["pointer"].startswith(pointer)


async def test_a_patch_changes_what_it_names(person: Person) -> None:
    made = await make(person, URL, "task.created", filter="priority = urgent", name="One")
    path = f"/webhooks/{made['id']}"
    bad: list[dict[str, object]] = [
        {"url": None},
        {"events": []},
        {"enabled": None},
        {"url": ""},
        {"name": None},
    ]
    for body in bad:
        refused(await person.client.patch(path, json=body), 422)
    changed = good(await person.client.patch(path, json={"filter": None}))
    same = ("url", "events", "name", "enabled", "public_key", "owner_id")
    assert {name: changed[name] for name in same} == {name: made[name] for name in same}
    assert (changed["filter"], changed["version"]) == (None, made["version"] + 1)
    # What changes nothing is no change.
    again = good(await person.client.patch(path, json={"filter": None}))
    assert again == changed


async def test_event_types_are_listed(person: Person) -> None:
    found = good(await person.client.get("/webhooks/event-types"))["items"]
    assert {"type": "task.deleted", "description": "A task went to the trash."} in found


async def test_who_looks_after_what(team: Team) -> None:
    """A manager of the workspace has webhooks, a member none."""
    made = good(
        await team["manager"].client.post(
            "/webhooks", json={"url": URL, "events": ["*"], "workspace_id": team.workspace_id}
        )
    )
    path = f"/webhooks/{made['id']}"
    refused(await team["member"].client.get(path), 403)
    refused(await team.outsider.client.get(path), 404)
    assert good(await team["member"].client.get("/webhooks"))["items"] == []
    listed = good(await team.owner.client.get("/webhooks"))["items"]
    assert [one["owner_id"] for one in listed] == [team["manager"].id]
    # Whoever changes it lends it their own rights from then on.
    changed = good(await team.owner.client.patch(path, json={"name": "Ours"}))
    assert changed["owner_id"] == team.owner.id


@pytest.mark.each
async def test_a_list_is_one_statement(person: Person, runtime: Runtime) -> None:
    for _ in range(3):
        await make(person, URL)
    with max_queries(runtime, 3):
        assert len(good(await person.client.get("/webhooks"))["items"]) == 3


async def test_there_is_a_most(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upnext.webhooks.service.MOST", 2)
    for _ in range(2):
        await make(person, URL)
    body = {"url": URL, "events": ["*"]}
    refused(await person.client.post("/webhooks", json=body), 409, "too_many_webhooks")

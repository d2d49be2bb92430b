"""What a request to import is refused for, and how often it may be made."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.imports.asking import begin, form, preview, send, tasks_of, work
from tests.kit.app import Person, connect, good, refused
from upnext.core.runtime import Runtime

CSV = "id,title,project\n1,Tea,Kitchen\n2,Milk,Kitchen\n"


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"format": "nix"}, "/format"),
        ({"mapping": "no json"}, "/mapping"),
        ({"mapping": [1]}, "/mapping"),
        ({"values": {"priority": "high"}}, "/values/priority"),
        ({"dates": "ymd"}, "/dates"),
        ({"delimiter": "ab"}, "/delimiter"),
        ({"source": "a b"}, "/source"),
        ({"dry_run": "perhaps"}, "/dry_run"),
        ({"project_id": "7"}, "/project_id"),
        ({"colour": "red"}, "/colour"),
        ({"user_id": "7"}, "/user_id"),
    ],
)
async def test_odd_fields_are_refused_by_name(
    person: Person, options: dict[str, Any], pointer: str
) -> None:
    for path in ("/imports", "/imports/preview"):
        problem = refused(await send(person, CSV, path=path, **options), 422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]


async def test_odd_mappings_are_refused_by_the_preview(person: Person) -> None:
    for options, pointer in (
        ({"mapping": {"nix": "title"}}, "/mapping"),
        ({"mapping": {"title": "nix"}}, "/mapping"),
        ({"values": {"nix": {"a": "b"}}}, "/values"),
    ):
        answer = await send(person, CSV, path="/imports/preview", **options)
        assert refused(answer, 422)["errors"][0]["pointer"] == pointer


async def test_odd_bodies_are_refused(person: Person) -> None:
    ask = person.client.post
    refused(await ask("/imports", json={}), 415)
    refused(await ask("/imports"), 415)
    kind = {"content-type": "multipart/form-data"}
    refused(await ask("/imports", content=b"x", headers=kind), 400, "invalid_form")
    kind = {"content-type": "multipart/form-data; boundary=b"}
    refused(await ask("/imports", content=b"--x\r\n", headers=kind), 400, "invalid_form")
    refused(await ask("/imports", data={"file": "x"}, files={"other": b"y"}), 422)
    two = [("file", ("a", b"title\nx\n")), ("file", ("b", b"title\nx\n"))]
    refused(await ask("/imports", files=two), 400, "invalid_form")
    refused(await ask("/imports", files={"file": ("a", b'{"a": 1}')}), 422, "unknown_format")
    refused(await ask("/imports", files={"file": ("a", b"\0\1")}), 422, "bad_file")
    boundary = '--b\r\nContent-Disposition: form-data; name="source"\r\n\r\na\r\n'
    twice = f"{boundary}{boundary}--b--\r\n".encode()
    refused(await ask("/imports", content=twice, headers=kind), 400, "invalid_form")


async def test_an_upload_may_be_larger_than_other_bodies(person: Person) -> None:
    large = "title,description\n" + f"x,{'y' * 1_000}\n" * 2_000
    found = await preview(person, large)
    assert found["tasks"] == 2_000
    too_large = b"title\n" + b"x" * 26_000_000
    refused(await send(person, too_large), 413, "body_too_large")


async def test_a_repeated_request_starts_one_run(person: Person, runtime: Runtime) -> None:
    request = person.client.build_request("POST", "/imports", **form(CSV))
    request.read()
    headers = {"idempotency-key": "once", "content-type": request.headers["content-type"]}
    answers = [
        await person.client.post("/imports", content=request.content, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    await work(runtime)
    assert len(good(await person.client.get("/imports"))["items"]) == 1


async def test_only_three_run_at_once(person: Person, runtime: Runtime) -> None:
    runs = [await begin(person, CSV) for _ in range(3)]
    refused(await send(person, CSV), 429, "too_many_imports")
    good(await person.client.delete(f"/imports/{runs[0]['id']}"))
    await begin(person, CSV)
    await work(runtime)


async def test_a_cancelled_run_does_nothing_more(person: Person, runtime: Runtime) -> None:
    run = await begin(person, CSV)
    assert (await person.client.delete(f"/imports/{run['id']}")).status_code == 204
    await work(runtime)
    refused(await person.client.get(f"/imports/{run['id']}"), 404)
    assert await tasks_of(person) == {}


@pytest.mark.parametrize("path", ["/imports", "/imports/preview", "/tasks"])
async def test_with_an_idempotency_key_too_nobody_unknown_sends_a_body(
    served: ASGIApp, person: Person, path: str
) -> None:
    """Whoever would be refused in any case is so before a byte is taken in."""
    body = {"name": "reads", "scopes": ["tasks:read"]}
    token = good(await person.client.post("/auth/tokens", json=body))["token"]
    for authorization, status in ((None, 401), ("Bearer nonsense", 401), (f"Bearer {token}", 403)):
        taken: list[int] = []

        async def slow(taken: list[int] = taken) -> AsyncIterator[bytes]:
            for number in range(3):
                taken.append(number)
                yield b"x" * 1_000

        headers = {"Idempotency-Key": "k", "content-type": "multipart/form-data; boundary=b"}
        headers |= {"Authorization": authorization} if authorization else {}
        async with connect(served) as client:
            refused(await client.post(path, content=slow(), headers=headers), status)
        if path != "/tasks":
            assert taken == []


async def test_a_stored_reply_is_not_for_a_credential_with_fewer_rights(
    served: ASGIApp, person: Person
) -> None:
    """The key and the body of an earlier request do not stand in for a scope."""
    headers = {"Idempotency-Key": "secret"}
    body = {"title": "Made once"}
    good(await person.client.post("/tasks", json=body, headers=headers))
    asked = {"name": "reads", "scopes": ["planning:read"]}
    token = good(await person.client.post("/auth/tokens", json=asked))["token"]
    headers |= {"Authorization": f"Bearer {token}"}
    async with connect(served) as client:
        refused(await client.post("/tasks", json=body, headers=headers), 403, "scope_missing")

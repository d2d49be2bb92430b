"""Downloads: conditions, ranges, and headers that keep a file from being more than a file."""

from email import message_from_bytes
from uuid import uuid4

import httpx
import pytest

from tests.files.sending import attach, kept, picture, sha, work
from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import make
from upnext.core.runtime import Runtime
from upnext.files.ranges import MOST

DATA = bytes(range(256)) * 4_000


async def _got(person: Person, file: dict[str, str], **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await person.client.get(f"/files/{file['id']}", headers=sent)


async def test_the_whole_file(person: Person) -> None:
    file = await attach(person, DATA, "Übersicht.bin")
    answer = await _got(person, file)
    assert (answer.status_code, answer.content) == (200, DATA)
    headers = answer.headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-length"] == str(len(DATA))
    assert headers["etag"] == f'"{sha(DATA)}"'
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-disposition"] == (
        "attachment; filename=\"Ubersicht.bin\"; filename*=UTF-8''%C3%9Cbersicht.bin"
    )
    head = await person.client.head(f"/files/{file['id']}")
    assert (head.status_code, head.content) == (200, b"")
    same = ("etag", "content-length", "content-type", "content-disposition", "accept-ranges")
    assert {n: head.headers[n] for n in same} == {n: headers[n] for n in same}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.xml", b'<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml"/>'),
        ("a.png", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.7\n<script>alert(1)</script>"),
    ],
)
async def test_t080_nothing_is_shown_as_a_page(person: Person, name: str, data: bytes) -> None:
    file = await attach(person, data, name)
    for answer in (await _got(person, file), await _got(person, file, range="bytes=0-3")):
        assert answer.is_success
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_who_has_it_is_not_sent_it_again(person: Person) -> None:
    file = await attach(person, DATA)
    tag = f'"{sha(DATA)}"'
    for held in (tag, f'"x", W/{tag}', "*"):
        answer = await _got(person, file, if_none_match=held)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await _got(person, file, if_none_match='"x"')).status_code == 200
    answer = await person.client.head(f"/files/{file['id']}", headers={"If-None-Match": tag})
    assert answer.status_code == 304


async def test_parts(person: Person) -> None:
    file = await attach(person, DATA)
    size = len(DATA)
    one = await _got(person, file, range="bytes=300000-599999")
    assert (one.status_code, one.content) == (206, DATA[300_000:600_000])
    assert one.headers["content-range"] == f"bytes 300000-599999/{size}"
    last = await _got(person, file, range="bytes=-7")
    assert (last.status_code, last.content) == (206, DATA[-7:])
    several = await _got(person, file, range="bytes=0-9,500000-500019,-5")
    assert several.status_code == 206
    assert several.headers["content-length"] == str(len(several.content))
    kind = several.headers["content-type"]
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + several.content)
    found = {part["content-range"]: part.get_payload(decode=True) for part in message.walk()
             if not part.is_multipart()}  # fmt: skip
    assert found == {
        f"bytes 0-9/{size}": DATA[:10],
        f"bytes 500000-500019/{size}": DATA[500_000:500_020],
        f"bytes {size - 5}-{size - 1}/{size}": DATA[-5:],
    }
    assert (await _got(person, file, range="lines=1-2")).status_code == 200
    empty = await attach(person, b"", "empty.txt")
    assert (await _got(person, empty)).content == b""
    refused(await _got(person, empty, range="bytes=0-"), 416)


async def test_t107_ranges_without_sense_or_number(person: Person) -> None:
    file = await attach(person, DATA)
    for header in ("bytes=9-1", f"bytes={len(DATA)}-", "bytes=x", "bytes=" + "0-0," * (MOST + 1)):
        answer = await _got(person, file, range=header)
        refused(answer, 416, "range_not_satisfiable")
        assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


async def test_a_download_goes_on_if_nothing_changed(person: Person) -> None:
    file = await attach(person, DATA)
    whole = await _got(person, file)
    for held, status in (
        (whole.headers["etag"], 206),
        (whole.headers["last-modified"], 206),
        ('"other"', 200),
        (f"W/{whole.headers['etag']}", 200),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 200),
        ("nonsense", 200),
    ):
        answer = await _got(person, file, range="bytes=0-9", if_range=held)
        assert answer.status_code == status, held


async def test_t023_a_guessed_id_finds_nothing(person: Person, make_user: MakeUser) -> None:
    file, other = await attach(person, DATA), await make_user()
    for path in ("", "/meta", "/verify", "/thumbnail"):
        for client, row_id in ((other.client, file["id"]), (person.client, str(uuid4()))):
            refused(await client.get(f"/files/{row_id}{path}"), 404)
    assert (await other.client.head(f"/files/{file['id']}")).status_code == 404


async def test_what_is_stored_can_be_verified(person: Person, runtime: Runtime) -> None:
    file = await attach(person, DATA)
    path = f"/files/{file['id']}/verify"
    found = good(await person.client.get(path))
    assert (found["ok"], found["actual_sha256"], found["actual_size"]) == (
        True, sha(DATA), len(DATA),
    )  # fmt: skip
    (place,) = kept(runtime, person.workspace_id)
    place.write_bytes(b"rotten" + DATA[6:])
    found = good(await person.client.get(path))
    assert (found["ok"], found["sha256"]) == (False, sha(DATA))
    assert found["actual_sha256"] == sha(b"rotten" + DATA[6:])
    place.unlink()
    refused(await person.client.get(path), 503, "content_missing")
    refused(await person.client.get(f"/files/{file['id']}"), 503, "content_missing")
    assert good(await person.client.get(f"/files/{file['id']}/meta"))["sha256"] == sha(DATA)


async def test_pictures_get_a_small_one(person: Person, runtime: Runtime) -> None:
    file = await attach(person, picture(800, 500), "p.png", task=await make(person))
    assert file["image"] == {"width": 800, "height": 500}
    path = f"/files/{file['id']}/thumbnail"
    refused(await person.client.get(path), 404, "no_thumbnail")
    await work(runtime)
    answer = await person.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.content[8:12] == b"WEBP"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    again = await person.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert good(await person.client.get(f"/files/{file['id']}/meta"))["thumbnail"] is True
    assert len(kept(runtime, person.workspace_id)) == 2
    # What is no picture for all its name, and what is too large, is kept without one.
    broken = await attach(person, picture()[:50], "broken.png")
    await work(runtime)
    refused(await person.client.get(f"/files/{broken['id']}/thumbnail"), 404)


async def test_a_position_is_stripped_on_request(person: Person) -> None:
    plain = picture(50, 50, "JPEG")
    file = await attach(person, plain, "p.jpg", strip_location="true", sha256=sha(plain))
    stripped = (await _got(person, file)).content
    assert sha(stripped) == file["sha256"]
    answer = await person.client.post(
        "/files", files={"file": ("a.txt", b"text")}, data={"strip_location": "true"}
    )
    refused(answer, 422, "cannot_strip")

"""Rules without a database: names, types, ranges, positions in pictures."""

import io
from email.message import Message
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.files.sending import picture
from upnext.core.ids import new_id
from upnext.files.keys import key_of, owner_of, thumbnail_of
from upnext.files.kinds import HEAD, kind_of
from upnext.files.locations import GPS, CannotStrip, without_location
from upnext.files.names import LONGEST, disposition, safe
from upnext.files.pictures import MOST_PIXELS, Undecodable, shrink, size_of
from upnext.files.ranges import MOST, Part, RangeRefused, parts_of


@given(st.text(max_size=400))
def test_a_safe_name_is_no_path_and_stays_as_it_is(text: str) -> None:
    name = safe(text)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\:*?"<>|\0\r\n')
    assert name.strip(". ") == name or name.startswith("_")
    assert safe(name) == name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("", "file"), ("..", "file"), ("a" * 300 + ".txt", "a" * 196 + ".txt"),
        ("a\u202egpj.exe", "agpj.exe"), ("NUL", "_NUL"), ("com1.tar.gz", "_com1.tar.gz"),
        ("a\r\nSet-Cookie: b", "a Set-Cookie_ b"), ("x" * 300, "x" * 200),
    ],
)  # fmt: skip
def test_names(given_name: str, name: str) -> None:
    assert safe(given_name) == name


@given(st.text(min_size=1, max_size=100))
def test_a_disposition_says_the_name_and_stays_one_line(text: str) -> None:
    name = safe(text)
    header = disposition(name)
    header.encode("ascii")
    assert header.isprintable()
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    _, _, encoded = header.partition("UTF-8''")
    assert (unquote(encoded) if encoded else message.get_filename()) == name


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", b"plain", "text/plain"), ("a.md", b"# Title", "text/markdown"),
        ("a.csv", b"a,b\n1,2\n", "text/csv"), ("a.json", b'{"a": 1}', "application/json"),
        ("a.bin", b"plain", "text/plain"), ("a", b"\x00\x01\x02", "application/octet-stream"),
        ("a.txt", b"\x02\x03\x00\x00\x01", "application/octet-stream"),
        ("a.png", picture(2, 2), "image/png"), ("a.txt", picture(2, 2, "JPEG"), "image/jpeg"),
        ("a.png", b"<!DOCTYPE html><p>", "text/html"),
        ("a.jpg", b"<svg onload=x>", "image/svg+xml"),
        ("a.txt", b"hi <script>alert(1)</script>", "text/html"),
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="x"/>', "image/svg+xml"),
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"), ("a.gif", b"GIF89a\0\0", "image/gif"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 30,
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 30, "application/zip"),
        ("a.png", b"PK\x03\x04" + b"\0" * 30, "application/zip"),
        ("a.txt", b"", "text/plain"), ("a.png", b"", "application/octet-stream"),
        ("a.txt", b"x" * (HEAD - 1) + "ä".encode()[:1], "text/plain"),
        ("a.txt", b"BM is a text", "text/plain"),
    ],
)  # fmt: skip
def test_what_is_in_it_decides_its_type(name: str, head: bytes, kind: str) -> None:
    assert kind_of(name, head) == kind


SIZE = 1_000


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        (None, None), ("items=0-1", None), ("nonsense", None),
        ("bytes=0-99", [Part(0, 100)]), ("bytes=900-", [Part(900, 100)]),
        ("bytes=-100", [Part(900, 100)]), ("bytes=-5000", [Part(0, 1000)]),
        ("bytes=990-5000", [Part(990, 10)]), ("Bytes = 0-0", [Part(0, 1)]),
        ("bytes=0-9,20-29", [Part(0, 10), Part(20, 10)]),
        ("bytes=20-29,0-9", [Part(20, 10), Part(0, 10)]),
        ("bytes=0-9,5-19", [Part(0, 20)]), ("bytes=0-9,10-19,50-59", [Part(0, 20), Part(50, 10)]),
        ("bytes=0-9,5000-", [Part(0, 10)]), ("bytes=0-9,,", [Part(0, 10)]),
    ],
)  # fmt: skip
def test_ranges(header: str | None, parts: list[Part] | None) -> None:
    assert parts_of(header, SIZE) == parts


@pytest.mark.parametrize(
    "header",
    [
        "bytes=", "bytes=-", "bytes=a-b", "bytes=9-1", "bytes=1000-", "bytes=-0", "bytes=1 0-2",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 2 * MOST + 2, 2)),
        "bytes=" + "0-," * 10_000, "bytes=" + "9" * 400 + "-", "bytes=--5",
    ],
)  # fmt: skip
def test_ranges_that_are_refused(header: str) -> None:
    with pytest.raises(RangeRefused) as refused:
        parts_of(header, SIZE)
    assert refused.value.headers == {"Content-Range": "bytes */1000"}


def test_of_an_empty_file_there_is_no_part() -> None:
    with pytest.raises(RangeRefused):
        parts_of("bytes=0-", 0)


@given(st.text(alphabet="0123456789-,bytes= ", max_size=60), st.integers(0, 50))
def test_no_header_asks_beyond_the_content(text: str, size: int) -> None:
    try:
        parts = parts_of(f"bytes={text}", size) or []
    except RangeRefused:
        return
    assert all(p.start >= 0 and p.length > 0 and p.end < size for p in parts)


def _located(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    more: dict[str, Any] = {"comment": "kept"} if kind == "JPEG" else {}
    xmp = b"<x:xmpmeta><exif:GPSLatitude>52,31</exif:GPSLatitude></x:xmpmeta>"
    if kind != "PNG":
        more["xmp"] = xmp
    return picture(40, 30, kind, exif=exif, **more)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_position_is_taken_out_and_no_pixel_changes(kind: str) -> None:
    before = _located(kind)
    after = without_location(before, f"image/{kind.lower()}")
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert old.getexif().get_ifd(GPS)
        assert not new.getexif().get_ifd(GPS)
        assert new.getexif()[0x0112] == 6
        assert old.tobytes() == new.tobytes()
    assert b"GPSLatitude" not in after
    assert len(after) < len(before)
    assert without_location(after, f"image/{kind.lower()}") == after


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/webp", "text/plain"])
@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n\0\0\0\xff", b"x"])
def test_what_cannot_be_read_is_not_passed_on(kind: str, data: bytes) -> None:
    with pytest.raises(CannotStrip):
        without_location(data, kind)


@pytest.mark.filterwarnings("ignore::UserWarning")  # what Pillow says of it
@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 400))
def test_a_broken_picture_does_no_harm(noise: bytes, kind: str, at: int) -> None:
    data = _located(kind)
    broken = data[:at] + noise + data[at + len(noise) :]
    try:
        without_location(broken, f"image/{kind.lower()}")
    except CannotStrip:
        return


def test_t097_a_bomb_is_not_decoded(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bomb")
    file = folder / "bomb.png"
    Image.new("1", (7_000, 7_200)).save(file, "PNG")
    assert file.stat().st_size < 20_000
    found = size_of(file, "image/png")
    assert found is not None
    assert found.width * found.height > MOST_PIXELS
    with pytest.raises(Undecodable):
        shrink(file, "image/png", folder / "small.webp")
    (folder / "broken.png").write_bytes(picture(50, 50)[:60])
    with pytest.raises(Undecodable):
        shrink(folder / "broken.png", "image/png", folder / "small.webp")
    assert not (folder / "small.webp").exists()


def test_t101_a_key_has_ids_in_it_and_nothing_else() -> None:
    workspace_id, content_id = new_id(), new_id()
    for key in (key_of(workspace_id, content_id), thumbnail_of(workspace_id, content_id)):
        assert owner_of(key) == (workspace_id, content_id)
    for strange in ("", "readme.txt", "../x", key_of(workspace_id, content_id) + ".exe"):
        assert owner_of(strange) is None

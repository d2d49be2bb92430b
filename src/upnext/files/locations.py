"""Taking out of a picture where it was made, without touching a pixel.

EXIF can hold a position, and so can XMP. EXIF is written anew without it; XMP, which repeats what
EXIF says and more, goes altogether.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

GPS: Final = 0x8825
"""The tag of EXIF under which the position hangs."""
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_TEXTS = (b"iTXt", b"tEXt", b"zTXt")
_HIDING = (b"xmp", b"exif", b"raw profile")
_XMP_FLAG, _EXIF_FLAG = 0x04, 0x08


class CannotStrip(Exception):
    """It is no picture of a kind that this can read, or a broken one."""


def without_location(data: bytes, kind: str) -> bytes:
    """Raises CannotStrip rather than leave something in."""
    strip = _STRIPPERS.get(kind)
    if strip is None:
        raise CannotStrip
    try:
        return strip(data)
    except (struct.error, IndexError) as error:
        raise CannotStrip from error


def _jpeg(data: bytes) -> bytes:
    if data[:2] != b"\xff\xd8":
        raise CannotStrip
    found, at = [b"\xff\xd8"], 2
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004  (every segment begins so)
            raise CannotStrip
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  (a fill byte)
            at += 1
            continue
        if marker == 0xDA:  # noqa: PLR2004  (from here on come the pixels)
            return b"".join([*found, data[at:]])
        end = at + 2 + _word(data, at + 2)
        if end > len(data):
            raise CannotStrip
        found.append(_segment(marker, data[at:end]))
        at = end


def _segment(marker: int, whole: bytes) -> bytes:
    body = whole[4:]
    if marker != 0xE1:  # noqa: PLR2004  (APP1 holds EXIF and XMP)
        return whole
    if body.startswith(_XMP):
        return b""
    if not body.startswith(_EXIF):
        return whole
    kept = _EXIF + _exif(body[len(_EXIF) :])
    return b"\xff\xe1" + struct.pack(">H", len(kept) + 2) + kept if len(kept) > len(_EXIF) else b""


def _png(data: bytes) -> bytes:
    if data[:8] != _PNG:
        raise CannotStrip
    found, at = [_PNG], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        end = at + 12 + length
        if end > len(data):
            raise CannotStrip
        found.append(_chunk(name, body, data[at:end]))
        at = end
        if name == b"IEND":
            break
    return b"".join(found)


def _chunk(name: bytes, body: bytes, whole: bytes) -> bytes:
    if name in _PNG_TEXTS and any(word in body[:80].lower() for word in _HIDING):
        return b""
    if name != b"eXIf":
        return whole
    kept = _exif(body)
    check = struct.pack(">I", zlib.crc32(name + kept))
    return struct.pack(">I", len(kept)) + name + kept + check if kept else b""


def _webp(data: bytes) -> bytes:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise CannotStrip
    parts = list(_riff(data))
    kept = [(name, _riff_body(name, body)) for name, body in parts if name != b"XMP "]
    kept = [(name, body) for name, body in kept if body or name != b"EXIF"]
    has_exif = any(name == b"EXIF" for name, _ in kept)
    body = b"WEBP" + b"".join(_riff_part(n, _flagged(b, has_exif=has_exif) if n == b"VP8X" else b)
                              for n, b in kept)  # fmt: skip
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack("<I", data[at + 4 : at + 8])
        if at + 8 + length > len(data):
            raise CannotStrip
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _riff_body(name: bytes, body: bytes) -> bytes:
    if name != b"EXIF":
        return body
    return _exif(body.removeprefix(_EXIF))


def _riff_part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _flagged(body: bytes, *, has_exif: bool) -> bytes:
    flags = body[0] & ~_XMP_FLAG
    return bytes([flags if has_exif else flags & ~_EXIF_FLAG]) + body[1:]


def _exif(tiff: bytes) -> bytes:
    """The same without the position; nothing if it cannot be read."""
    from PIL import Image  # noqa: PLC0415  (loaded with the first image)

    exif = Image.Exif()
    try:
        exif.load(_EXIF + tiff)
        if GPS in exif:
            del exif[GPS]
        return exif.tobytes().removeprefix(_EXIF) if len(exif) else b""
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, struct.error):
        # Who cannot be read cannot be searched for a position either.
        return b""


def _word(data: bytes, at: int) -> int:
    (found,) = struct.unpack(">H", data[at : at + 2])
    return int(found)


_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}

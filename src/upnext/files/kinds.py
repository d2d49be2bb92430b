"""Of what type a file is: what is in it decides, its name says which of several it is.

By puremagic, which is maintained and needs nothing of the system. A type is a description and no
permission: files leave as attachments in a sandbox, whatever they are.
"""

import mimetypes
import re
from typing import Final

HEAD: Final = 8 * 1024
"""How much of the beginning is looked at."""
UNKNOWN: Final = "application/octet-stream"
PLAIN: Final = "text/plain"
PICTURES: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
"""Those that are looked into, by what Pillow calls them."""

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>/]", re.IGNORECASE)
_TEXTUAL = re.compile(
    r"text/.*|application/(?:json|xml|javascript|x-sh|sql|yaml|toml|rtf|.*\+(?:json|xml))"
    r"|image/svg\+xml"
)
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
# What the registry of this machine may not know.
_NAMED = {
    ".md": "text/markdown",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".yaml": "text/yaml",
}
_SURE = 0.5


def kind_of(name: str, head: bytes) -> str:
    """The media type. A name can choose among what the content may be, and never beyond."""
    named = _by_name(name)
    if not head:
        return named if _TEXTUAL.fullmatch(named) else UNKNOWN
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    text = _is_text(head)
    if text and (found := _MARKUP.search(head)):
        return "image/svg+xml" if found[0][:4].lower() == b"<svg" else "text/html"
    candidates = _by_content(head)
    if named in candidates:
        return named
    if text and not any(sure >= _SURE for sure in candidates.values()):
        return named if _TEXTUAL.fullmatch(named) else PLAIN
    return _container(head) or next(iter(candidates), UNKNOWN)


def _by_name(name: str) -> str:
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    return _NAMED.get(ending) or mimetypes.guess_type(f"x{ending}", strict=False)[0] or UNKNOWN


def _by_content(head: bytes) -> dict[str, float]:
    """Types that it may be with how sure that is, the surest first."""
    import puremagic  # noqa: PLC0415  (its tables are read with the first upload)

    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return {}
    sure: dict[str, float] = {}
    for one in found:
        if one.mime_type:
            sure.setdefault(one.mime_type, one.confidence)
    return sure


def _container(head: bytes) -> str | None:
    """Of these the content alone says only what wraps it."""
    if head.startswith(_ZIP):
        return "application/zip"
    return "application/x-ole-storage" if head.startswith(_OLE) else None


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The head may end within a character.
        return len(head) == HEAD and error.start >= HEAD - 4
    return True

"""Pure: what a file may be called, and how its name travels in a header."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from upnext.core.text import clean

LONGEST: Final = 200
NAMELESS: Final = "file"
# What some system takes for a separator, a wildcard or a drive.
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
# Names of devices on Windows, whatever their ending.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LONGEST_ENDING = 20


def safe(name: str) -> str:
    """One that any system can keep a file under, and none takes for a path."""
    last = re.split(r"[\\/]", clean(name))[-1]
    text = " ".join(_FORBIDDEN.sub("_", last).split()).lstrip(". ").rstrip(". ")
    if _DEVICE.fullmatch(text):
        text = f"_{text}"
    return _cut(text) or NAMELESS


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return text[:LONGEST].rstrip(". ")
    return stem[: LONGEST - len(ending) - 1].rstrip(". ") + dot + ending


def disposition(name: str, kind: str = "attachment") -> str:
    """RFC 6266: for all that can read it the name as it is, for others the nearest ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r'[^ -~]|["\\%;]', "_", plain).strip() or NAMELESS
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

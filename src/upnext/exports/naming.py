"""What a downloaded file is called (RFC 6266)."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import quote

LONGEST = 60
# Signs that some file system does not take, and white space.
_AWKWARD = re.compile(r'[\s/\\:*?"<>|\x00-\x1f\x7f]+')


def filename(name: str, now: datetime, ending: str) -> str:
    """Such as `upnext-Garden-2026-11-21.json`; `name` is of what was exported, or empty."""
    about = _AWKWARD.sub("-", name)[:LONGEST].strip("-.")
    return "-".join(part for part in ("upnext", about, f"{now:%Y-%m-%d}") if part) + f".{ending}"


def disposition(name: str) -> str:
    """The header: the name in ASCII for all, and as it is for those who read RFC 8187."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]", "", plain)
    whole = f'attachment; filename="{plain}"'
    return whole if plain == name else f"{whole}; filename*=UTF-8''{quote(name, safe='')}"

"""What the client reads from the machine it runs on: environment, clock and time zone.

The only reader of them here; the server's own settings have another one.
"""

# ruff: noqa: TID251 - the client imports nothing of upnext.core, so it has its own one place.

import os
from datetime import UTC, datetime
from pathlib import Path

DEFAULT_SERVER = "http://127.0.0.1:8000"
TOKEN_VARIABLE = "UPNEXT_TOKEN"  # noqa: S105 - the name of a variable, not a secret
FOLDER_VARIABLE = "UPNEXT_CONFIG_DIR"


def folder() -> Path:
    """The client's folder: UPNEXT_CONFIG_DIR, else upnext/ in XDG_CONFIG_HOME or ~/.config."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        return Path(own).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "upnext"


def token() -> str | None:
    """A personal API token given for this call, which goes before every stored credential."""
    return os.environ.get(TOKEN_VARIABLE, "").strip() or None


def wants_no_colour() -> bool:
    """Whether the person asked every program for plain text, as no-color.org says."""
    return bool(os.environ.get("NO_COLOR"))


def has_set_width() -> bool:
    """Whether the width of the output is given, terminal or not."""
    return bool(os.environ.get("COLUMNS"))


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def zone() -> str | None:
    """The IANA name of this machine's time zone, if it says one."""
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named or named == "UTC":
        return named
    _, found, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return name if found and "/" in name else None

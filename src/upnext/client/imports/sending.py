"""A run at the server: started, and watched until it ends."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from upnext.client.errors import ClientError, Unreachable
from upnext.client.shapes import ImportPreview, ImportRun

if TYPE_CHECKING:
    from upnext.client.api import Api

_ENDED = frozenset({"completed", "failed"})
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0
_PATIENCE = 120.0
"""Seconds without any progress after which nobody seems to work on it."""
File = tuple[str, bytes]


def form(fields: Mapping[str, object]) -> dict[str, str]:
    """The fields that say something, as a form takes them."""
    said = {name: value for name, value in fields.items() if value not in (None, {}, "")}
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in said.items()}


def preview(api: "Api", file: File, fields: Mapping[str, str]) -> ImportPreview:
    """What the server reads in the file."""
    return cast("ImportPreview", api.upload("imports/preview", file, fields))


def run(
    api: "Api", file: File, fields: Mapping[str, str], progress: Callable[[int, int], None]
) -> ImportRun:
    """The run when it has ended; one that failed as a whole is an error."""
    begun = cast("ImportRun", api.upload("imports", file, fields))
    ended = _watched(api, begun, progress)
    if ended["state"] == "failed":
        raise ClientError(f"The import failed: {ended['error']}")
    return ended


def _look(api: "Api", run_id: str) -> ImportRun:
    try:
        return cast("ImportRun", api.get(f"imports/{run_id}"))
    except Unreachable as error:
        hint = "The import goes on as soon as the server is back. Importing again doubles nothing."
        raise Unreachable(error.message, hint=hint) from error


def _watched(api: "Api", begun: ImportRun, progress: Callable[[int, int], None]) -> ImportRun:
    now, wait, moved = begun, _FIRST_WAIT, time.monotonic()
    while now["state"] not in _ENDED:
        time.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_WAIT)
        last, now = now, _look(api, begun["id"])
        if now["version"] != last["version"]:
            moved = time.monotonic()
            progress(now["progress"]["done"], now["progress"]["total"])
        elif time.monotonic() - moved > _PATIENCE:
            hint = "Does a worker run? It goes on as soon as one does; nothing is lost."
            raise ClientError("The server takes the file, but nobody works on it.", hint=hint)
    return now

"""What schedules, rules, templates and reminders look like, and how one is found by its name."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict, cast

from upnext.client import lookup, when
from upnext.client.errors import NotFound, Usage
from upnext.client.printable import line

if TYPE_CHECKING:
    from upnext.client.api import Record
    from upnext.client.session import Session


class Named(TypedDict):
    id: str
    name: str


class Schedule(Named):
    action: dict[str, object]
    cron: str | None
    rrule: str | None
    run_at: str | None
    timezone: str
    enabled: bool
    paused_because: str | None
    next_runs: list[str]


class Run(TypedDict):
    state: str
    fire_at: str
    attempts: int
    output: dict[str, object] | None
    error: str | None


class Rule(Named):
    events: list[str]
    filter: str
    actions: list[dict[str, object]]
    enabled: bool


class RuleRun(TypedDict):
    task_id: str
    event: str
    state: str
    operation_id: str | None
    changes: dict[str, object]
    error: str | None
    created_at: str


class Reminder(TypedDict):
    id: str
    task_id: str
    before_minutes: int | None
    text: str
    fire_at: str | None
    fired_at: str | None


def one(session: "Session", path: str, which: str) -> "Record":
    """The one with this name or id; `path` is also what they are called."""
    known = cast("list[Named]", list(session.api.items(path)))
    wanted = which.strip().casefold()
    found = [each for each in known if wanted in {each["id"], each["name"].casefold()}]
    what = path.removesuffix("s")
    if len(found) == 1:
        return cast("Record", found[0])
    if found:
        ids = ", ".join(each["id"] for each in found)
        raise Usage(f"{len(found)} {path} are called “{which}”.", hint=f"Give an id: {ids}")
    names = ", ".join(line(each["name"]) for each in known) or "none"
    raise NotFound(f"There is no {what} “{which}”.", hint=f"You have: {names}")


def variables(pairs: Sequence[str]) -> dict[str, str]:
    """From `name=value`."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise Usage(f"“{pair}” is no variable; write name=value.")
        found[name.strip()] = value
    return found


def parsed(text: str, option: str) -> dict[str, object]:
    """A JSON object that somebody typed."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Usage(f"What is given for {option} is no JSON object.")
    return cast("dict[str, object]", found)


def moment(session: "Session", text: str, option: str) -> str:
    """A moment as people write it, as the server reads it."""
    now = session.moment
    try:
        return when.wire(when.parse(text, now=now.now, zone=now.zone))
    except ValueError as error:
        raise Usage(f"{option}: {error}.") from None


def shown(session: "Session", at: str | None) -> str:
    now = session.moment
    return when.short(when.read(at), now=now.now, zone=now.zone) if at else ""


def placed(session: "Session", workspace: str | None) -> dict[str, object]:
    if not workspace:
        return {}
    return {"workspace_id": lookup.workspace(session.api, workspace)["id"]}

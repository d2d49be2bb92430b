"""What of a valid call's body no schema can say, in what is arranged around tasks and happens by
itself: what goes together, and when.

By the operation: `METHOD /path`, each with its reason.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Values = dict[str, Any]  # a body, as JSON
ACTION = {"type": "reminder", "text": "Look"}
LATER = "2090-01-01T09:00:00Z"
RULED = [{"type": "set", "fields": {"priority": "high"}}, {"type": "add_tags", "tags": ["red"]}]
EVENTS = ["task.created", "goal.created", "comment.*"]


def choose(body: Values, operation: str) -> None:
    if operation == "PATCH /time-entries/{entry_id}":
        # With minutes alone its end moves, from a begin that only the server knows.
        body.pop("minutes", None)
    for path, mend in _MENDS.items():
        if path in operation:
            mend(body)


def _first(body: Values, *names: str) -> str | None:
    """Keeps the first that is given; schemas say so, and not everything heeds that."""
    given = [name for name in names if body.get(name) is not None]
    for name in names:
        if name not in given[:1]:
            body.pop(name, None)
    return given[0] if given else None


def _beside(body: Values) -> None:
    """Beside what the board or the column has: a made-up neighbour is none."""
    _first(body, "before", "after")


def _schedule(body: Values) -> None:
    """A made-up line of cron is none, a time that has passed never comes, and kinds of actions are
    what the server has, each with what belongs to it."""
    way = _first(body, "cron", "rrule", "run_at")
    if way is None and {"name", "action"} <= body.keys():
        way = "cron"
    if way is not None:
        body[way] = {"cron": "30 9 * * 1-5", "rrule": "FREQ=DAILY", "run_at": LATER}[way]
    if body.pop("starts_at", None) is not None:
        body["starts_at"] = "2030-01-01T00:00:00Z"
    if "action" in body:
        body["action"] = ACTION


def _reminder(body: Values) -> None:
    """Has to lie ahead; and most tasks have no due date."""
    body.pop("before_minutes", None)
    body.pop("user_id", None)
    body["at"] = LATER


def _template(body: Values) -> None:
    """Dates are a small language, and what stands in braces is a variable that has to be there."""
    if isinstance(body.get("task"), dict):
        _plain_task(body["task"])
    if "variables" in body:
        body["variables"] = [] if isinstance(body["variables"], list) else {}


def _plain_task(task: Values) -> None:
    for name in ("due", "start"):
        if task.get(name) is not None:
            task[name] = {"due": "+2d", "start": "+1d"}[name]
    for name, value in task.items():
        if isinstance(value, str):
            task[name] = value.replace("{{", "[[")
    if "tags" in task:
        task["tags"] = ["red"] if task["tags"] else []
    task.pop("assignee_ids", None)
    # So many tasks and levels altogether.
    below = task.get("subtasks") or []
    task["subtasks"] = [{"title": "Below"} for _ in below[:2]]


def _rule(body: Values) -> None:
    """Actions together make one change of a task, which has its own rules."""
    if "actions" in body:
        body["actions"] = RULED[: len(body["actions"])] or RULED[:1]


def _webhook(body: Values) -> None:
    """Events are those of the server, which another operation lists; the address is a real one."""
    if "events" in body:
        body["events"] = EVENTS[: len(body["events"])] or EVENTS[:1]
    if "url" in body:
        body["url"] = "https://hooks.example.org/in"


def _replay(body: Values) -> None:
    """Of what has happened already."""
    body["since"] = "2026-01-01T00:00:00Z"


def _goal(body: Values) -> None:
    """A goal lies where its parent does, and that is one place."""
    if body.get("parent_id") is not None:
        body.pop("workspace_id", None)
        body.pop("project_id", None)


def _policy(body: Values) -> None:
    """Something is promised, and closed statuses pause nothing."""
    if "resolution_minutes" in body and body["resolution_minutes"] is None:
        body["resolution_minutes"] = 60
    if body.get("first_response_minutes", 0) is None:
        body.pop("first_response_minutes")
    body.setdefault("resolution_minutes", 60)
    if "pause_statuses" in body:
        body["pause_statuses"] = ["in_review"]


def _calendar(body: Values) -> None:
    """Hours in order and apart, as in a person's week; a date only once."""
    if "hours" in body:
        body["hours"] = [[[540, 1020]]] * 7
    if "holidays" in body:
        body["holidays"] = body["holidays"][:1]


def _time(body: Values) -> None:
    """How long, in one of two ways, and in the past."""
    if body.get("minutes") is not None:
        body.pop("ended_at", None)
        if body.get("started_at") is not None:
            body["started_at"] = "2020-01-01T00:00:00Z"
        return
    body.pop("minutes", None)
    body["started_at"], body["ended_at"] = "2020-01-01T09:00:00Z", "2020-01-01T10:00:00Z"


def _busy(body: Values) -> None:
    if "start" in body or "end" in body:
        body["start"], body["end"] = "2030-01-01T09:00:00Z", "2030-01-01T10:00:00Z"


def _subscribed(body: Values) -> None:
    """An address that can be called; nothing answers there."""
    if "url" in body:
        body["url"] = "https://192.0.43.8/calendar.ics"


def _pin(body: Values) -> None:
    """Has to lie ahead, within the plan."""
    body["start"] = (datetime.now(UTC) + timedelta(days=2)).isoformat()


def _preferences(body: Values) -> None:
    """From one minute to another one."""
    quiet = body.get("quiet_hours")
    if quiet and quiet.get("start") == quiet.get("until"):
        quiet["start"], quiet["until"] = 60, 120


def _reclassify(body: Values) -> None:
    """A project of that workspace, which few are."""
    body.pop("project_id", None)


def _setting(body: Values) -> None:
    """Projects of that workspace, as well."""
    if "local_projects" in body:
        body["local_projects"] = []


def _invitation(body: Values) -> None:
    """A project of that workspace, and a role in it only with it; and each address once."""
    body.pop("project_id", None)
    body.pop("project_role", None)


def _bulk(body: Values) -> None:
    """Which tasks, in one of two ways; and some changes exclude each other."""
    if body.get("task_ids") is not None:
        body.pop("workspace_id", None)
    _first(body, "task_ids", "filter")
    updates = body.get("updates")
    if isinstance(updates, dict):
        if "deleted" in updates or not updates:
            body["updates"] = {"deleted": True} if "deleted" in updates else {"priority": "low"}
        for whole, parts in (("tags", "tags"), ("assignee_ids", "assignees")):
            if whole in updates:
                updates.pop(f"add_{parts}", None)
                updates.pop(f"remove_{parts}", None)


def _saved(body: Values) -> None:
    """Which filters are shared only the server knows; those stay in their workspace."""
    if body.get("workspace_id", "") is None:
        body.pop("workspace_id")


def _below(body: Values) -> None:
    """A parent and a goal of the same project, which only the server knows."""
    body.pop("parent_id", None)
    body.pop("goal_id", None)


def _feed(body: Values) -> None:
    """A plan is shown as a whole."""
    if body.get("kind") == "plan":
        body.pop("filters", None)
        body.pop("workspace_id", None)


def _board(body: Values) -> None:
    """Whether a board is the default one already only the server knows; then it has to stay so."""
    if "default" in body:
        body["default"] = True


def _stranger(body: Values) -> None:
    """Tokens are told to people, by mail and by the server's own output."""
    body.pop("invitation_token", None)
    body.pop("setup_token", None)


_MENDS: dict[str, Callable[[Values], None]] = {
    "/auth/register": _stranger,
    "PATCH /boards": _board,
    "/columns": _beside,
    "/move": _beside,
    "/schedules": _schedule,
    "/reminders": _reminder,
    "/templates": _template,
    "/rules": _rule,
    "/webhooks": _webhook,
    "POST /webhooks/{webhook_id}/replay": _replay,
    "/goals": _goal,
    "sla-policies": _policy,
    "/calendar": _calendar,
    "time-entries": _time,
    "/busy": _busy,
    "POST /feeds": _feed,
    "/busy/calendars": _subscribed,
    "/plan/pins": _pin,
    "/notifications/preferences": _preferences,
    "/classification/reclassify": _reclassify,
    "/classification": _setting,
    "/invitations": _invitation,
    "PATCH /tasks/bulk": _bulk,
    "PATCH /filters": _saved,
    "PATCH /admin/tasks": _below,
}

"""What people have for themselves: tokens, filters, feeds, plans, notifications, imports."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench.contract.world.builder import ACCOUNT, PASSWORD, Builder, named

NOTIFICATION = "/notifications/{notification_id}"
PUSH_KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
    "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
SUBSCRIPTION = {"keys": PUSH_KEYS, "name": "Fox"}


def build(builder: Builder) -> None:
    _account(builder)
    _filters_and_feeds(builder)
    _imports(builder)
    _plans(builder)
    _notifications(builder)
    _receivers(builder)


def _account(builder: Builder) -> None:
    tokens = [
        builder.good("POST", "/auth/tokens", {"name": f"t{n}", "scopes": ["tasks:read"]})["id"]
        for n in range(25)
    ]
    builder.pool("token_id", tokens)
    builder.bodies("POST /auth/login", [ACCOUNT])
    builder.bodies("POST /auth/refresh", [{"refresh_token": ""}])
    changed = {"current_password": PASSWORD, "new_password": PASSWORD}
    builder.bodies("POST /auth/password", [changed])


def _filters_and_feeds(builder: Builder) -> None:
    builder.pool("filter_id", builder.made("/filters", 10, query="p1"))
    gone = builder.made("/filters", 25, query="p1")
    builder.places("DELETE /filters/{filter_id}", named("filter_id", gone))
    feeds = [builder.good("POST", "/feeds", {"name": f"Phone {n}"}) for n in range(20)]
    ids = [feed["id"] for feed in feeds]
    builder.places("GET /feeds/{token}.ics", named("token", [f["token"] for f in feeds[:3]]))
    builder.places("POST /feeds/{feed_id}/rotate", named("feed_id", ids[3:6]))
    builder.places("DELETE /feeds/{feed_id}", named("feed_id", ids[6:]))


def _imports(builder: Builder) -> None:
    """Finished ones: only so many may be under way."""
    ids: list[str] = []
    for _ in range(12):
        answer = builder.http.post("/imports", files={"file": ("list.csv", b"title\nMade\n")})
        ids.append(answer.raise_for_status().json()["id"])
        builder.until(partial(_ended, builder, ids[-1]), 1)
    builder.pool("run_id", ids[:4])
    builder.places("DELETE /imports/{run_id}", named("run_id", ids[4:]))


def _ended(builder: Builder, run_id: str) -> list[Any]:
    run = builder.good("GET", f"/imports/{run_id}")
    return [run] if run["state"] in {"completed", "failed"} else []


def _plans(builder: Builder) -> None:
    def busy(count: int) -> list[str]:
        body = {"start": "2030-01-01T09:00:00Z", "end": "2030-01-01T10:00:00Z"}
        return [builder.good("POST", "/busy", body)["id"] for _ in range(count)]

    builder.pool("busy_id", busy(10))
    builder.places("DELETE /busy/{busy_id}", named("busy_id", busy(20)))
    body = {"name": "Work", "url": "https://192.0.43.8/calendar.ics"}
    calendars = [builder.good("POST", "/busy/calendars", body)["id"] for _ in range(6)]
    operation = "DELETE /busy/calendars/{calendar_id}"
    builder.places(operation, named("calendar_id", calendars))
    pinned = builder.made("/tasks", 20)
    for number, task_id in enumerate(pinned):
        start = datetime.now(UTC) + timedelta(days=1, hours=number)
        pin = {"task_id": task_id, "start": start.isoformat(), "minutes": 30}
        builder.good("PUT", "/plan/pins", pin)
    builder.places("DELETE /plan/pins/{task_id}", named("task_id", pinned))
    _feedback(builder)


def _feedback(builder: Builder) -> None:
    answer = builder.good("GET", "/next-action")
    task_id, ticket = answer["action"]["task"]["id"], answer["ticket"]
    given = {"ticket": ticket, "task_id": task_id}
    skipped = {**given, "verdict": "skip", "reason": "not_now"}
    builder.fixed("POST /next-action/feedback", [{**given, "verdict": "accept"}, skipped])


def _notifications(builder: Builder) -> None:
    timing = {"cron": "0 9 * * *", "action": {"type": "reminder", "text": "Look"}}
    for one in builder.made("/schedules", 15, **timing):
        builder.good("POST", f"/schedules/{one}/run-now")

    def told() -> list[Any]:
        found: list[Any] = builder.good("GET", "/notifications?limit=100")["items"]
        return found

    ids = [one["id"] for one in builder.until(told, 25)]
    builder.pool("notification_id", ids[:5])
    builder.places(f"DELETE {NOTIFICATION}", named("notification_id", ids[5:]))


def _receivers(builder: Builder) -> None:
    browsers = [
        builder.good("POST", "/notifications/push", {**SUBSCRIPTION, "endpoint": _endpoint(n)})[
            "id"
        ]
        for n in range(8)
    ]
    operation = "DELETE /notifications/push/{subscription_id}"
    builder.places(operation, named("subscription_id", browsers))
    # What a browser's keys are nobody can guess.
    fitting = [{**SUBSCRIPTION, "endpoint": _endpoint(n)} for n in (0, 1, 100)]
    builder.fixed("POST /notifications/push", fitting)
    url = "jsons://hooks.example.org/x"
    targets = [
        builder.good("POST", "/notifications/targets", {"name": f"Hook {n}", "url": url})["id"]
        for n in range(8)
    ]
    operation = "DELETE /notifications/targets/{target_id}"
    builder.places(operation, named("target_id", targets))
    builder.fixed("POST /notifications/targets", [{"name": "Hook", "url": url}])


def _endpoint(number: int) -> str:
    return f"https://push.example.org/{number}"

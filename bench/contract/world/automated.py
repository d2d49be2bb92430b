"""What happens by itself: schedules, reminders, templates, rules, webhooks."""

from bench.contract.world.builder import Builder, named
from bench.contract.world.teams import Team

SCHEDULE, RULE, TEMPLATE = (
    "/schedules/{schedule_id}",
    "/rules/{rule_id}",
    "/templates/{template_id}",
)
WEBHOOK = "/webhooks/{webhook_id}"
DELIVERY = f"{WEBHOOK}/deliveries/{{delivery_id}}"
REMINDER = "/tasks/{task_id}/reminders/{reminder_id}"
ACTION = {"type": "reminder", "text": "Look"}
TIMING = {"cron": "0 9 * * *", "action": ACTION}
RULED = {
    "events": ["task.created"],
    "filter": "p1 and p2",
    "actions": [{"type": "set", "fields": {"priority": "high"}}],
}
HOOK = {"url": "https://hooks.example.org/in", "events": ["goal.created"]}
TASK = {"title": "Made"}


def build(builder: Builder, team: Team) -> None:
    _schedules(builder)
    _reminders(builder)
    for path, name, fields in (
        ("/templates", "template_id", {"task": TASK}),
        ("/rules", "rule_id", RULED),
    ):
        builder.pool(name, builder.made(path, 8, **fields))
        gone = named(name, builder.made(path, 20, **fields))
        builder.places(f"DELETE {path}/{{{name}}}", gone)
    _webhooks(builder, team)


def _schedules(builder: Builder) -> None:
    builder.pool("schedule_id", builder.made("/schedules", 10, **TIMING))
    gone = builder.made("/schedules", 25, **TIMING)
    builder.places(f"DELETE {SCHEDULE}", named("schedule_id", gone))
    # What makes them happen is a reminder, of which its owner is told.
    running = builder.made("/schedules", 4, **TIMING)
    builder.places(f"POST {SCHEDULE}/run-now", named("schedule_id", running))


def _reminders(builder: Builder) -> None:
    task_id = builder.made("/tasks", 1)[0]
    body = {"at": "2090-01-01T09:00:00Z"}
    made = [builder.good("POST", f"/tasks/{task_id}/reminders", body)["id"] for _ in range(15)]
    builder.places(f"DELETE {REMINDER}", named("reminder_id", made, task_id=task_id))
    due = builder.made("/tasks", 20, due_at="2090-01-01T09:00:00Z")
    builder.places("POST /tasks/{task_id}/reminders", named("task_id", due))


def _webhooks(builder: Builder, team: Team) -> None:
    """There may not be many in a workspace."""

    def hooks(count: int) -> list[str]:
        return [
            builder.good("POST", "/webhooks", {**HOOK, "workspace_id": one})["id"]
            for one in builder.made("/workspaces", count)
        ]

    builder.pool("webhook_id", hooks(4))
    builder.places(f"DELETE {WEBHOOK}", named("webhook_id", hooks(20)))
    # Others are switched off by whoever changes them.
    for operation in ("replay", "test"):
        builder.places(f"POST {WEBHOOK}/{operation}", named("webhook_id", hooks(4)))
    used = hooks(1)[0]
    sent = [builder.good("POST", f"/webhooks/{used}/test")["id"] for _ in range(5)]
    for operation in (f"GET {DELIVERY}", f"POST {DELIVERY}/replay"):
        builder.places(operation, named("delivery_id", sent, webhook_id=used))
    builder.pool("POST /webhooks workspace_id", builder.made("/workspaces", 20))
    builder.pool("POST /webhooks project_id", builder.made("/projects", 20))

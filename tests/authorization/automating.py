"""The routes of what happens by itself: schedules, reminders, templates, rules."""

from uuid import uuid4

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World

SCHEDULES = "/schedules/{schedule_id}"
REMINDERS = "/tasks/{task_id}/reminders"
TEMPLATES = "/templates/{template_id}"
RULES = "/rules/{rule_id}"
TIMING = {"cron": "0 9 * * *"}
REMIND = {"at": "2090-01-01T09:00:00Z"}
TASK = {"title": "Made"}
WHEN = {"events": ["task.created"], "filter": "p1 and p2"}
ACTIONS = [{"type": "set", "fields": {"priority": "high"}}]


async def _workspace(_: World, place: Place, __: str) -> Params:
    return {"workspace_id": place.workspace_id}


async def _project(_: World, place: Place, __: str) -> Params:
    return {"project_id": place.project_id, "workspace_id": place.workspace_id}


def _in_workspace(params: Params) -> Params:
    return {"workspace_id": params["workspace_id"]}


async def _schedule(_: World, place: Place, __: str) -> Params:
    """The keeper's own."""
    action = {"type": "reminder", "text": "Look"}
    body = {"name": "Mine", "workspace_id": place.workspace_id, "action": action, **TIMING}
    return {"schedule_id": (await place.make("/schedules", **body))["id"]}


def _schedule_in(params: Params) -> object:
    action = {"type": "reminder", "text": "Look"}
    return {"name": "Made", "workspace_id": params["workspace_id"], "action": action, **TIMING}


async def _task(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task()}


async def _reminder(world: World, place: Place, column: str) -> Params:
    """Of whoever knocks, if they see the task at all."""
    task_id = await place.new_task()
    path = f"/tasks/{task_id}/reminders"
    answer = await world.asking(column).post(path, json=REMIND)
    found = answer.json()["id"] if answer.is_success else str(uuid4())
    return {"task_id": task_id, "reminder_id": found}


async def _template(_: World, place: Place, __: str) -> Params:
    made = await place.make("/templates", name="Mine", project_id=place.project_id, task=TASK)
    return {"template_id": made["id"]}


async def _rule(_: World, place: Place, __: str) -> Params:
    """One that nothing ever fits."""
    body = {"name": "Mine", "project_id": place.project_id, "actions": ACTIONS, **WHEN}
    return {"rule_id": (await place.make("/rules", **body))["id"]}


ROUTES: dict[str, list[Entry]] = {
    "POST /schedules": [Entry("schedule.create", _workspace, _schedule_in, level="workspace")],
    f"GET {SCHEDULES}": [Entry("schedule.read", _schedule, level="workspace")],
    f"GET {SCHEDULES}/runs": [Entry("schedule.read", _schedule, level="workspace")],
    f"PATCH {SCHEDULES}": [
        Entry("schedule.update", _schedule, lambda _: {"name": "New"}, level="workspace")
    ],
    f"POST {SCHEDULES}/run-now": [Entry("schedule.update", _schedule, level="workspace")],
    f"POST {SCHEDULES}/dry-run": [Entry("schedule.update", _schedule, level="workspace")],
    f"POST {SCHEDULES}/resume": [Entry("schedule.update", _schedule, level="workspace")],
    f"POST {SCHEDULES}/pause": [Entry("schedule.stop", _schedule, level="workspace")],
    f"DELETE {SCHEDULES}": [Entry("schedule.stop", _schedule, level="workspace")],
    f"GET {REMINDERS}": [Entry("reminder.read", _task)],
    f"POST {REMINDERS}": [Entry("reminder.create", _task, lambda _: REMIND)],
    f"DELETE {REMINDERS}/{{reminder_id}}": [Entry("reminder.delete", _reminder, fresh=True)],
    "GET /templates": [
        Entry("template.read", _project, query=_in_workspace, level="workspace")
    ],
    "POST /templates": [
        Entry(
            "template.create",
            _project,
            lambda params: {"name": "Made", "project_id": params["project_id"], "task": TASK},
        )
    ],
    f"GET {TEMPLATES}": [Entry("template.read", _template)],
    f"PATCH {TEMPLATES}": [Entry("template.update", _template, lambda _: {"name": "New"})],
    f"DELETE {TEMPLATES}": [Entry("template.delete", _template)],
    f"POST {TEMPLATES}/create": [Entry("template.use", _template, lambda _: {})],
    "GET /rules": [Entry("rule.read", _project, query=_in_workspace, level="workspace")],
    "POST /rules": [
        Entry(
            "rule.create",
            _project,
            lambda params: {
                "name": "Made", "project_id": params["project_id"], "actions": ACTIONS, **WHEN,
            },
        )
    ],
    f"GET {RULES}": [Entry("rule.read", _rule)],
    f"GET {RULES}/runs": [Entry("rule.read", _rule)],
    f"PATCH {RULES}": [Entry("rule.update", _rule, lambda _: {"name": "New"})],
    f"POST {RULES}/dry-run": [Entry("rule.update", _rule, lambda _: {})],
    f"POST {RULES}/rotate": [Entry("rule.update", _rule)],
    f"DELETE {RULES}": [Entry("rule.delete", _rule)],
}  # fmt: skip
OWN_LISTS = {"GET /schedules", "GET /reminders"}
"""Of what one made for oneself."""

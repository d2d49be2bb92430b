"""Rules: set off by sealed changes, in their owners' names, never in circles, and undone."""

from typing import Any

import pytest

from tests.automation.office import Office
from tests.kit.app import Person, good, max_queries, refused, seal

HIGH = {"type": "set", "fields": {"priority": "high"}}


async def rule(person: Person, **fields: Any) -> Any:
    body = {"name": "Rule", "events": ["task.created"], "actions": [HIGH], **fields}
    return good(await person.client.post("/rules", json=body))


async def new_task(person: Person, title: str = "Work", **fields: Any) -> Any:
    return good(await person.client.post("/tasks", json={"title": title, **fields}))


async def read(person: Person, task: Any) -> Any:
    return good(await person.client.get(f"/tasks/{task['id']}"))


async def runs(person: Person, made: Any) -> list[Any]:
    found: list[Any] = good(await person.client.get(f"/rules/{made['id']}/runs"))["items"]
    return found


async def test_what_fits_is_changed_once_and_can_be_undone(office: Office) -> None:
    boss, member, place, project = await office.team()
    actions = [
        HIGH,
        {"type": "add_tags", "tags": ["bug"]},
        {"type": "assign", "user_ids": [member.id]},
        {"type": "comment", "body": "Look at {{key}}: {{title}}"},
        {"type": "notify", "text": "{{key}} burns", "assignees": True},
        {"type": "create_task", "title": "Follow up", "due": "+3d"},
    ]
    made = await rule(boss, workspace_id=place, filter="#work", actions=actions)
    task = await new_task(boss, "It broke", project_id=project)
    other = await new_task(boss, "Mine")
    await office.settle()
    now = await read(boss, task)
    assert (now["priority"], now["tags"], now["assignee_ids"]) == ("high", ["bug"], [member.id])
    said = good(await boss.client.get(f"/tasks/{task['id']}/comments"))["items"]
    assert [each["body"] for each in said] == [f"Look at {task['key']}: It broke"]
    told = await office.changes("rule.notified")
    assert [(each.diff["user_id"][1], each.diff["text"][1]) for each in told][-1:] == [
        (member.id, f"{task['key']} burns")
    ]
    assert "Follow up" in await office.tasks(boss, project_id=project)
    assert (await read(boss, other))["priority"] == "medium"
    # The rule's own task set it off, too: it fits the filter, but was made by the rule itself.
    [run] = await runs(boss, made)
    assert run["changes"]["task"]["priority"] == {"before": "medium", "after": "high"}
    assert (run["state"], run["depth"], run["event"]) == ("completed", 0, "task.created")
    good(await boss.client.post(f"/operations/{run['operation_id']}/undo"))
    now = await read(boss, task)
    assert (now["priority"], now["tags"], now["assignee_ids"]) == ("medium", [], [])


async def test_rules_do_not_run_in_circles(office: Office) -> None:
    person = await office.join()
    for own, other in (("ping", "pong"), ("pong", "ping")):
        actions = [
            {"type": "add_tags", "tags": [other]},
            {"type": "remove_tags", "tags": [own]},
        ]
        await rule(person, name=own, events=["task.updated"], filter=f"@{own}", actions=actions)
    task = await new_task(person)
    good(await person.client.patch(f"/tasks/{task['id']}", json={"tags": ["ping"]}))
    await office.settle()
    changes = [
        each
        for each in await office.changes("task.updated")
        if str(each.resource_id) == task["id"] and "tags" in each.diff
    ]
    # How many see what in one job depends on what else there is to seal; how deep it goes does not.
    depths = [each.request_id or "" for each in changes[1:]]
    assert sorted(set(depths)) == ["rule:1", "rule:2", "rule:3"]
    assert len(depths) <= 6


async def test_a_rule_does_not_set_itself_off(office: Office) -> None:
    person = await office.join()
    actions = [{"type": "comment", "body": "Seen"}]
    made = await rule(person, events=["comment.created", "task.updated"], actions=actions)
    task = await new_task(person)
    good(await person.client.post(f"/tasks/{task['id']}/comments", json={"body": "Hello"}))
    await office.settle()
    said = good(await person.client.get(f"/tasks/{task['id']}/comments"))["items"]
    assert [each["body"] for each in said] == ["Hello", "Seen"]
    assert len(await runs(person, made)) == 1


async def test_in_order_and_one_that_is_refused_does_not_hold_up_the_next(office: Office) -> None:
    boss, member, place, project = await office.team()
    body = {"email": (await office.join()).email, "role": "member"}
    stranger = good(await boss.client.post(f"/workspaces/{place}/members", json=body))
    path = f"/workspaces/{place}/members/{stranger['user_id']}"
    actions = [HIGH, {"type": "assign", "user_ids": [stranger["user_id"]]}]
    broken = await rule(boss, workspace_id=place, position=1, actions=actions)
    good(await boss.client.delete(path))
    second = await rule(
        boss, workspace_id=place, position=2, filter="priority = medium",
        actions=[{"type": "set", "fields": {"priority": "low"}}],
    )  # fmt: skip
    third = await rule(boss, workspace_id=place, position=3, filter="priority = low")
    task = await new_task(member, project_id=project)
    await office.settle()
    assert (await read(boss, task))["priority"] == "high"
    [failed] = await runs(boss, broken)
    assert (failed["state"], failed["operation_id"]) == ("failed", None)
    assert "member" in failed["error"]
    assert len(await runs(boss, second)) == len(await runs(boss, third)) == 1


async def test_tried_on_what_happened_lately(office: Office) -> None:
    person = await office.join()
    old = await new_task(person, "Old", tags=["bug"])
    await new_task(person, "Other")
    await office.settle()
    actions = [HIGH, {"type": "comment", "body": "On it"}]
    made = await rule(person, filter="@bug", actions=actions)
    trial = good(await person.client.post(f"/rules/{made['id']}/dry-run", json={"last": 100.0}))
    assert (trial["checked"], trial["matched"]) == (2, 1)
    [result] = trial["results"]
    assert result["key"] == old["key"]
    assert result["changes"] == {"priority": {"before": "medium", "after": "high"}}
    assert result["then"] == [{"type": "comment", "body": "On it"}]
    await office.settle()
    assert (await read(person, old))["priority"] == "medium"
    assert await runs(person, made) == []


@pytest.mark.each
async def test_where_there_are_no_rules_nothing_is_looked_at_twice(office: Office) -> None:
    person = await office.join()
    await office.settle()
    tasks = [{"title": f"Task {number}"} for number in range(20)]
    good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))
    with max_queries(office.runtime, 8) as statements:
        await seal(office.runtime)
    assert len([each for each in statements if "FROM rule" in each]) <= 1
    assert await office.jobs() == 0


async def test_who_may_make_and_change_rules(office: Office) -> None:
    boss, member, place, project = await office.team()
    body = {"name": "x", "events": ["task.created"], "actions": [HIGH], "workspace_id": place}
    refused(await member.client.post("/rules", json=body), 403)
    made = await rule(boss, workspace_id=place)
    path = f"/rules/{made['id']}"
    assert good(await member.client.get(path))["user_id"] == boss.id
    refused(await member.client.patch(path, json={"name": "y"}), 403)
    role = {"role": "manager"}
    good(await boss.client.patch(f"/workspaces/{place}/members/{member.id}", json=role))
    changed = good(await member.client.patch(path, json={"name": "y"}))
    assert (changed["user_id"], changed["version"]) == (member.id, 2)
    # In the name of a viewer it can do nothing any more, and says so.
    good(
        await boss.client.patch(f"/workspaces/{place}/members/{member.id}", json={"role": "viewer"})
    )
    task = await new_task(boss, project_id=project)
    await office.settle()
    assert (await read(boss, task))["priority"] == "medium"
    assert [each["state"] for each in await runs(boss, made)] == ["failed"]


async def test_what_makes_no_sense_is_refused(office: Office) -> None:
    person = await office.join()
    wrong: list[dict[str, Any]] = [
        {"events": ["goal.created"]},
        {"events": []},
        {"filter": "nonsense ="},
        {"actions": []},
        {"actions": [{"type": "webhook", "url": "https://example.com:22"}]},
        {"actions": [{"type": "webhook", "url": "http://10.0.0.1/in"}]},
        {"actions": [{"type": "webhook"}]},
        {"actions": [{"type": "set", "fields": {"colour": "red"}}]},
        {"actions": [{"type": "set", "fields": {"deleted": True}}]},
        {
            "actions": [
                {"type": "set", "fields": {"tags": ["a"]}},
                {"type": "add_tags", "tags": ["b"]},
            ]
        },
        {"actions": [{"type": "create_task"}]},
    ]
    for fields in wrong:
        body = {"name": "x", "events": ["task.created"], "actions": [HIGH], **fields}
        refused(await person.client.post("/rules", json=body), 422)
    assert good(await person.client.get("/rules"))["items"] == []

"""One task: made, read, changed, replaced."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import make

FULL = {
    "title": "  Pay   the rent ",
    "description": "By **transfer**\nnot cash",
    "status": "in_progress",
    "priority": "high",
    "category": "Money",
    "estimated_duration": 30,
    "due_at": "2030-05-01T09:00:00+02:00",
    "start_at": "2030-04-01T00:00:00.123456789Z",
    "tags": ["Bills", "bills", "home"],
    "context": ["phone", "@@ Desk"],
    "energy": "low",
}


USER = {"source": "user", "confidence": 1.0}


async def test_a_task_says_everything_back(person: Person) -> None:
    answer = await person.client.post("/tasks", json={**FULL, "assignee_ids": [person.id]})
    task = good(answer)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/tasks/{task['id']}"
    assert answer.headers["etag"] == '"1"'
    assert task | {"id": 0, "key": 0, "created_at": 0, "updated_at": 0} == {
        **{"id": 0, "key": 0, "created_at": 0, "updated_at": 0},
        "workspace_id": person.workspace_id,
        "project_id": person.inbox_id,
        "parent_id": None,
        "goal_id": None,
        "board_id": None,
        "column_id": None,
        "title": "Pay the rent",
        "description": "By **transfer**\nnot cash",
        "status": "in_progress",
        "completed": False,
        "completed_at": None,
        "priority": "high",
        "category": "Money",
        "estimated_duration": 30,
        "actual_minutes": 0,
        "due_at": "2030-05-01T07:00:00Z",
        "start_at": "2030-04-01T00:00:00.123456Z",
        "overdue": False,
        "blocked": False,
        "blocked_by": [],
        "sla": None,
        "classification": {
            "state": "off",
            **dict.fromkeys(("category", "priority", "estimated_duration"), USER),
        },
        "tags": ["Bills", "home"],
        "context": ["@phone", "@desk"],
        "energy": "low",
        "assignee_ids": [person.id],
        "reporter_id": person.id,
        "recurrence": None,
        "external_id": None,
        "deleted_at": None,
        "version": 1,
    }
    assert good(await person.client.get(f"/tasks/{task['id']}")) == task
    assert good(await person.client.get("/tasks"))["items"] == [task]


async def test_a_title_is_enough(person: Person) -> None:
    first, second = await make(person), await make(person)
    assert (first["status"], first["priority"], first["category"]) == ("todo", "medium", "general")
    assert first["due_at"] is first["estimated_duration"] is first["energy"] is None
    prefix, _, number = first["key"].rpartition("-")
    assert second["key"] == f"{prefix}-{int(number) + 1}"


async def test_statuses_of_other_systems(person: Person) -> None:
    words = {"Pending": "todo", "PROCESSING": "in_progress", "failed": "cancelled"}
    for word, status in words.items():
        assert (await make(person, status=word))["status"] == status
    done = await make(person, status="completed")
    assert done["completed"] is True
    assert done["completed_at"] == done["created_at"]


async def test_completed_and_status_go_together(person: Person) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}"

    async def patch(**fields: Any) -> Any:
        return good(await person.client.patch(path, json=fields))

    done = await patch(completed=True)
    assert (done["status"], done["completed"]) == ("done", True)
    assert done["completed_at"] == done["updated_at"] > task["updated_at"]
    again = await patch(completed=False)
    assert (again["status"], again["completed_at"]) == ("todo", None)
    await patch(status="cancelled")
    assert (await patch(completed=False))["status"] == "cancelled"
    assert (await patch(status="done", completed=True))["status"] == "done"
    refused(await person.client.patch(path, json={"status": "todo", "completed": True}), 422)
    refused(await person.client.patch(path, json={"status": "done", "completed": False}), 422)


async def test_patch_merges_and_put_replaces(person: Person) -> None:
    task = await make(person, **FULL)
    path = f"/tasks/{task['id']}"
    patched = good(await person.client.patch(path, json={"priority": "low", "due_at": None}))
    changed = {"priority": "low", "due_at": None, "version": 2}
    assert patched == task | changed | {"updated_at": patched["updated_at"]}
    replaced = good(await person.client.put(path, json={"title": "Pay", "priority": "urgent"}))
    assert replaced["title"] == "Pay"
    assert replaced["priority"] == "urgent"
    assert replaced["status"] == "todo"
    assert replaced["tags"] == replaced["context"] == []
    assert replaced["description"] == ""
    assert replaced["key"] == task["key"]
    assert replaced["version"] == 3
    refused(await person.client.put(path, json={"priority": "low"}), 422)


async def test_a_patch_that_changes_nothing_leaves_no_trace(person: Person) -> None:
    task = await make(person, **FULL)
    same = {"title": "Pay the rent", "tags": ["Bills", "home"], "due_at": "2030-05-01T07:00:00Z"}
    for body in ({}, same):
        answer = await person.client.patch(f"/tasks/{task['id']}", json=body)
        assert good(answer) == task
        assert answer.headers["etag"] == '"1"'


async def test_due_and_start_stay_in_order(person: Person) -> None:
    body = {"title": "x", "due_at": "2030-01-01T00:00:00Z", "start_at": "2030-01-02T00:00:00Z"}
    refused(await person.client.post("/tasks", json=body), 422)
    task = await make(person, due_at="2030-01-01T00:00:00Z")
    late = {"start_at": "2030-01-02T00:00:00Z"}
    refused(await person.client.patch(f"/tasks/{task['id']}", json=late), 409, "start_after_due")
    together = {**late, "due_at": "2030-01-03T00:00:00Z"}
    good(await person.client.patch(f"/tasks/{task['id']}", json=together))


async def test_overdue(person: Person) -> None:
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    task = await make(person, due_at=past)
    assert task["overdue"] is True
    done = good(await person.client.patch(f"/tasks/{task['id']}", json={"completed": True}))
    assert done["overdue"] is False


async def test_conditional_get(person: Person) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}"
    unchanged = await person.client.get(path, headers={"If-None-Match": '"1"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    good(await person.client.patch(path, json={"title": "Else"}))
    changed = await person.client.get(path, headers={"If-None-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')


async def test_an_overdue_task_is_always_sent(person: Person) -> None:
    """It became overdue without a new version."""
    task = await make(person, due_at="2001-01-01T00:00:00Z")
    answer = await person.client.get(f"/tasks/{task['id']}", headers={"If-None-Match": '"1"'})
    assert answer.status_code == 200


async def test_if_match(person: Person) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}"
    new = {"title": "New"}
    good(await person.client.patch(path, json=new, headers={"If-Match": '"1"'}))
    stale = await person.client.patch(path, json={"title": "Old"}, headers={"If-Match": '"1"'})
    assert refused(stale, 412)["current_version"] == 2
    refused(await person.client.put(path, json=new, headers={"If-Match": '"1"'}), 412)
    refused(await person.client.delete(path, headers={"If-Match": '"1"'}), 412)


async def test_a_stranger_sees_nothing(person: Person, make_user: MakeUser) -> None:
    stranger = (await make_user()).client
    task = await make(person)
    path = f"/tasks/{task['id']}"
    refused(await stranger.get(path), 404)
    refused(await stranger.patch(path, json={"title": "Mine"}), 404)
    refused(await stranger.put(path, json={"title": "Mine"}), 404)
    refused(await stranger.delete(path), 404)
    refused(await stranger.post(f"{path}/restore"), 404)
    refused(await stranger.post(f"{path}/tags", json={"tags": ["x"]}), 404)
    refused(await stranger.get(f"{path}/dependencies"), 404)
    refused(await stranger.get(f"{path}/subtasks"), 404)
    refused(await stranger.get("/tasks", params={"workspace_id": person.workspace_id}), 404)
    refused(await stranger.post("/tasks", json={"title": "x", "project_id": person.inbox_id}), 404)
    assert good(await stranger.get("/tasks"))["items"] == []


async def test_without_a_credential(client: Any, person: Person) -> None:
    refused(await client.get("/tasks"), 401)
    refused(await client.post("/tasks", json={"title": "x"}), 401)


async def test_an_external_id_is_unique_in_its_workspace(
    person: Person, make_user: MakeUser
) -> None:
    task = await make(person, external_id="a-1")
    body = {"title": "Again", "external_id": "a-1"}
    problem = refused(await person.client.post("/tasks", json=body), 409, "external_id_taken")
    assert problem["task_id"] == task["id"]
    await make(await make_user(), external_id="a-1")
    good(await person.client.delete(f"/tasks/{task['id']}"))
    await make(person, external_id="a-1")
    refused(await person.client.post(f"/tasks/{task['id']}/restore"), 409, "external_id_taken")


async def test_a_person_is_no_project(person: Person) -> None:
    """Where their Inbox lies is remembered under their id."""
    good(await person.client.post("/tasks", json={"title": "Into the Inbox"}))
    body = {"title": "Nowhere", "project_id": person.id}
    refused(await person.client.post("/tasks", json=body), 404)

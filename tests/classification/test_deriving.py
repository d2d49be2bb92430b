"""What users leave out is derived by a job; what they set is theirs."""

from typing import Any

import pytest

from tests.classification.settling import derived, settled
from tests.kit.app import Person, good, refused
from tests.tasks.making import get, make, make_all, patch
from upnext.core.runtime import Runtime

USER = {"source": "user", "confidence": 1.0}


def sources(task: Any) -> dict[str, str]:
    return {
        name: task["classification"][name]["source"]
        for name in ("category", "priority", "estimated_duration")
    }


async def test_what_was_left_out_is_derived(person: Person, runtime: Runtime) -> None:
    new = await make(person, title="Pay the electricity bill, urgent, 15 min")
    assert new["classification"]["state"] == "pending"
    await settled(runtime)
    task = await get(person, new)
    assert task["classification"]["state"] == "completed"
    for each in (new, task):
        assert (each["category"], each["priority"], each["estimated_duration"]) == (
            "finance", "urgent", 15,
        )  # fmt: skip
        assert sources(each) == {
            "category": "embedded", "priority": "rule", "estimated_duration": "rule",
        }  # fmt: skip
    assert 0.4 <= task["classification"]["category"]["confidence"] <= 1
    assert task["version"] == new["version"], "an If-Match is about what people wrote"
    found = good(await person.client.get("/tasks", params={"category": "finance"}))["items"]
    assert [each["id"] for each in found] == [new["id"]]
    assert found[0]["classification"] == task["classification"]
    assert await told(person, new) == ["task.created"], "nothing became of it that was not told"


async def test_what_the_workspace_knows_is_derived_by_the_job(
    person: Person, runtime: Runtime
) -> None:
    await derived(runtime, person, "Pay the electricity bill", category="home")
    new = await make(person, title="Pay the electricity bill")
    assert (new["category"], sources(new)["category"]) == ("finance", "embedded")
    await settled(runtime)
    task = await get(person, new)
    assert (task["category"], sources(task)["category"]) == ("home", "memory")
    assert await told(person, new) == ["task.created", "task.updated"]


async def told(person: Person, task: Any) -> list[str]:
    """The types of its events, in their order."""
    found = good(await person.client.get(f"/tasks/{task['id']}/history"))["items"]
    return [each["type"] for each in found][::-1]


async def test_what_a_user_set_stays(person: Person, runtime: Runtime) -> None:
    task = await derived(
        runtime, person, "Pay the bill asap", category="home", estimated_duration=None
    )
    assert (task["category"], task["priority"], task["estimated_duration"]) == (
        "home", "urgent", None,
    )  # fmt: skip
    assert task["classification"]["category"] == USER
    assert sources(task)["estimated_duration"] == "user"
    whole = await make(person, title="x", category="a", priority="low", estimated_duration=5)
    assert whole["classification"]["state"] == "completed"


async def test_an_edit_before_the_job_wins_even_if_it_changes_nothing(
    person: Person, runtime: Runtime
) -> None:
    task = await make(person, title="Pay the electricity bill")
    task = await patch(person, task, category="general")
    await settled(runtime)
    task = await get(person, task)
    assert task["category"] == "general"
    assert task["classification"]["category"] == USER
    assert sources(task)["priority"] == "default"


async def test_an_edit_of_what_was_derived_is_the_users(person: Person, runtime: Runtime) -> None:
    task = await derived(runtime, person, "Buy milk and bread")
    assert task["category"] == "shopping"
    edited = await patch(person, task, category="errands")
    assert edited["classification"]["category"] == USER
    await settled(runtime)
    again = good(await person.client.post(f"/tasks/{task['id']}/classify"))
    assert again["category"] == "errands"
    assert again["version"] == edited["version"]


async def test_a_put_claims_only_what_it_names(person: Person, runtime: Runtime) -> None:
    task = await derived(runtime, person, "Buy milk and bread")
    body = {"title": "Buy milk", "priority": "high"}
    task = good(await person.client.put(f"/tasks/{task['id']}", json=body))
    assert sources(task)["priority"] == "user"


async def test_many_at_once_are_derived_by_one_job(person: Person, runtime: Runtime) -> None:
    tasks = await make_all(person, *({"title": f"Email number {n}"} for n in range(5)))
    assert {task["category"] for task in tasks} == {"communication"}
    await settled(runtime)
    found = [await get(person, task) for task in tasks]
    assert {task["classification"]["state"] for task in found} == {"completed"}
    assert {task["category"] for task in found} == {"communication"}


async def test_its_history_says_who_derived_it(person: Person, runtime: Runtime) -> None:
    task = await derived(runtime, person, "Call the dentist about the invoice, 10 min")
    about = good(await person.client.get(f"/tasks/{task['id']}/classification"))
    known = {name: said for name, said in task["classification"].items() if name != "state"}
    for name, said in known.items():
        assert about["classification"][name].items() >= said.items()
    assert {each["field"] for each in about["predictions"]} >= {"category", "estimated_duration"}
    assert all(each["applied"] for each in about["predictions"] if each["confidence"] >= 0.4)


@pytest.mark.parametrize("decision", ["accept", "dismiss"])
async def test_what_is_unsure_is_suggested(person: Person, runtime: Runtime, decision: str) -> None:
    task = await derived(runtime, person, "Discuss travel budget")
    about = task["classification"]["category"]
    assert about["source"] == "default"
    assert task["category"] == "general"
    value = about["suggestion"]["value"]
    path = f"/tasks/{task['id']}/suggestions/category/{decision}"
    after = good(await person.client.post(path))
    if decision == "accept":
        assert (after["category"], after["classification"]["category"]) == (value, USER)
    else:
        assert after["category"] == "general"
        assert "suggestion" not in after["classification"]["category"]
        again = good(await person.client.post(f"/tasks/{task['id']}/classify"))
        assert again["classification"]["category"].get("suggestion") is None
    refused(await person.client.post(path), 409, "no_suggestion")


async def test_the_trash_is_left_alone(person: Person, runtime: Runtime) -> None:
    task = await make(person, title="Pay the electricity bill")
    good(await person.client.delete(f"/tasks/{task['id']}"))
    await settled(runtime)
    good(await person.client.post(f"/tasks/{task['id']}/restore"))
    assert (await get(person, task))["classification"]["state"] == "pending"


async def test_a_polled_task_is_not_answered_from_the_past(
    person: Person, runtime: Runtime
) -> None:
    task = await make(person, title="Pay the electricity bill")
    headers = {"If-None-Match": f'"{task["version"]}"'}
    await settled(runtime)
    answer = await person.client.get(f"/tasks/{task['id']}", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["category"] == "finance"
    tag = answer.headers["etag"]
    again = await person.client.get(f"/tasks/{task['id']}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    body, held = {"title": "Pay it"}, {"If-Match": tag}
    edited = await person.client.patch(f"/tasks/{task['id']}", json=body, headers=held)
    assert good(edited)["version"] == task["version"] + 1
    refused(await person.client.patch(f"/tasks/{task['id']}", json=body, headers=held), 412)

"""Comments and goals are found as tasks are."""

from tests.kit.app import Person, good, max_queries
from tests.search.finding import find, titles
from tests.tasks.making import make, make_project
from tests.workspaces.teams import Team
from upnext import manifest
from upnext.core.runtime import Runtime


async def _comment(person: Person, task_id: str, body: str) -> str:
    found: str = good(await person.client.post(f"/tasks/{task_id}/comments", json={"body": body}))[
        "id"
    ]
    return found


async def test_comments_are_found_under_their_task(person: Person) -> None:
    task = await make(person, title="Paint the door")
    comment = await _comment(person, task["id"], "Take the *crimson* one from Müller")
    (hit,) = await find(person, "crimson muller")
    assert (hit["kind"], hit["id"], hit["task_id"]) == ("comment", comment, task["id"])
    assert (hit["key"], hit["title"]) == (task["key"], "Paint the door")
    assert [part["text"] for part in hit["snippet"] if part["hit"]] == ["crimson", "Müller"]
    path = f"/comments/{comment}"
    good(await person.client.patch(path, json={"body": "Take the azure one"}))
    assert await titles(person, "crimson") == []
    assert await titles(person, "azure", types="comment") == ["Paint the door"]
    good(await person.client.delete(path))
    assert await titles(person, "azure") == []
    good(await person.client.post(f"{path}/restore"))
    assert await titles(person, "azure") == ["Paint the door"]


async def test_comments_go_where_their_task_goes(person: Person) -> None:
    task = await make(person, title="Paint")
    await _comment(person, task["id"], "Teal")
    gone = await _comment(person, task["id"], "Teal, thrown away")
    good(await person.client.delete(f"/comments/{gone}"))
    project = await make_project(person, name="Walls", key="WALLS")
    path = f"/tasks/{task['id']}"
    good(await person.client.patch(path, json={"project_id": project["id"]}))
    (hit,) = await find(person, "teal", project_id=project["id"])
    assert hit["key"] == "WALLS-1"
    good(await person.client.delete(path))
    assert await find(person, "teal") == []
    good(await person.client.post(f"{path}/restore"))
    assert len(await find(person, "teal")) == 1
    good(await person.client.delete(f"/projects/{project['id']}"))
    assert await find(person, "teal") == []


async def test_goals_are_found(person: Person) -> None:
    body = {"title": "Run a marathon", "description": "Before I am forty"}
    goal = good(await person.client.post("/goals", json=body))
    (hit,) = await find(person, "marathon forty")
    assert (hit["kind"], hit["id"], hit["status"]) == ("goal", goal["id"], "open")
    path = f"/goals/{goal['id']}"
    good(await person.client.patch(path, json={"title": "Walk a marathon"}))
    assert await titles(person, "walk", types="goal") == ["Walk a marathon"]
    good(await person.client.delete(path))
    assert await find(person, "marathon") == []
    good(await person.client.post(f"{path}/restore"))
    assert len(await find(person, "marathon")) == 1


async def test_a_private_project_hides_all_of_it(team: Team) -> None:
    project = await team.project(private=True)
    task = {"title": "Task xylophone", "project_id": project}
    made = good(await team.owner.client.post("/tasks", json=task))
    await _comment(team.owner, made["id"], "Comment xylophone")
    goal = {"title": "Goal xylophone", "project_id": project, "workspace_id": team.workspace_id}
    good(await team.owner.client.post("/goals", json=goal))
    assert len(await find(team.owner, "xylophone")) == 3
    for who in (team.manager, team.viewer, team.outsider):
        assert await find(who, "xylophone") == []


async def test_a_hit_of_each_kind_costs_a_statement(person: Person, runtime: Runtime) -> None:
    task = await make(person, title="Drum")
    await _comment(person, task["id"], "Drum")
    good(await person.client.post("/goals", json={"title": "Drum"}))
    await make_project(person, name="Drum", key="DRUM")
    # Who is asking and by which session, what is found, and what is shown of each of four kinds.
    with max_queries(runtime, 7):
        assert {hit["kind"] for hit in await find(person, "drum")} == set(manifest.SEARCHED)

"""What is found, in which order, and how it is shown."""

import pytest

from tests.kit.app import MakeUser, Person, good, max_queries, reading, refused
from tests.search.finding import find, titles
from tests.tasks.making import make, make_project
from upnext.core.runtime import Runtime


async def test_what_was_just_written_is_found(person: Person) -> None:
    task = await make(person, title="Buy a piñata", description="For the *Größte* party")
    (hit,) = await find(person, "grosste")
    assert hit["title"] == "Buy a piñata"
    assert (hit["kind"], hit["id"], hit["key"], hit["task_id"]) == (
        "task",
        task["id"],
        task["key"],
        task["id"],
    )
    good(await person.client.patch(f"/tasks/{task['id']}", json={"title": "Buy balloons"}))
    assert await titles(person, "pinata") == []
    assert await titles(person, "ballo*") == ["Buy balloons"]
    good(await person.client.delete(f"/tasks/{task['id']}"))
    assert await titles(person, "balloons") == []
    good(await person.client.post(f"/tasks/{task['id']}/restore"))
    assert await titles(person, "balloons") == ["Buy balloons"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("annual report", {"The annual report", "Annual figures"}),
        ('"annual report"', {"The annual report"}),
        ('"report annual"', {"Annual figures"}),
        ("report -annual", {"Reporters"}),
        ('report -"the annual"', {"Annual figures", "Reporters"}),
        ("report*", {"The annual report", "Annual figures", "Reporters"}),
        ('"the ann*"', {"The annual report"}),
        ("the", {"The annual report"}),
        ("THE ANNUAL", {"The annual report"}),
        ("Zürich", {"Annual figures"}),
        ("zur*", {"Annual figures"}),
        ("e-mail", {"Reporters"}),
        ("mail", {"Reporters"}),
        ("nowhere", set()),
        ("office report", {"The annual report"}),
        ('"tax office"', set()),
        ("go", {"Reporters"}),
    ],
)
async def test_the_grammar(person: Person, q: str, found: set[str]) -> None:
    await make(person, title="The annual report", tags=["tax", "office"])
    await make(person, title="Annual figures", description="A report annual zurich asked for")
    await make(person, title="Reporters", description="E-mail them a report, or go there")
    hits = await titles(person, q)
    assert set(hits) == found
    assert len(hits) == len(found)


async def test_the_best_come_first(person: Person) -> None:
    project = await make_project(person, name="Launch", key="ROCKET")
    for title, description in (
        ("Something", "about the rocket launch"),
        ("Rocket and launch", ""),
        ("The rocket launch", ""),
        ("Rocket launch", ""),
        ("A rocket", "for the launch"),
    ):
        await make(person, title=title, description=description, project_id=project["id"])
    assert await titles(person, "rocket launch", types="task") == [
        "Rocket launch",
        "The rocket launch",
        "Rocket and launch",
        "A rocket",
        "Something",
    ]
    await make(person, title="Follow up on ROCKET-1")
    assert await titles(person, "ROCKET-1") == ["Something", "Follow up on ROCKET-1"]
    assert (await titles(person, "rocket"))[0] == "Launch"


async def test_pages_go_on_where_the_last_one_ended(person: Person) -> None:
    for number in range(7):
        await make(person, title=f"Water plant {number}" if number % 2 else "Water")
    whole = await titles(person, "water")
    assert whole[:4] == ["Water"] * 4
    assert whole[4:] == ["Water plant 5", "Water plant 3", "Water plant 1"]
    assert await titles(person, "water", limit=2) == whole
    page = good(await person.client.get("/search", params={"q": "water", "limit": 2}))
    other = {"q": "plant", "limit": 2, "cursor": page["next_cursor"]}
    refused(await person.client.get("/search", params=other), 422, "bad_cursor")


async def test_hits_are_marked_in_plain_text(person: Person) -> None:
    text = "Nothing here. " * 20 + "Then <b>the budget</b>\nof Zürich. " + "More. " * 50
    await make(person, title="Budget & <script>", description=text)
    (hit,) = await find(person, 'budg* zurich "the budget"')
    assert hit["title_parts"] == [
        {"text": "Budget", "hit": True},
        {"text": " & <script>", "hit": False},
    ]
    assert [part["text"] for part in hit["snippet"] if part["hit"]] == ["the budget", "Zürich"]
    shown = "".join(part["text"] for part in hit["snippet"])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "<b>the budget</b> of Zürich" in shown
    assert len(shown) < 300
    (only_title,) = await find(person, "script")
    assert only_title["snippet"] == []


async def test_projects_are_found_and_narrow(person: Person) -> None:
    project = await make_project(person, name="Garden house", key="GH")
    await make(person, title="Paint the garden fence", project_id=project["id"])
    await make(person, title="Visit a garden")
    kinds = [hit["kind"] for hit in await find(person, "garden")]
    assert sorted(kinds) == ["project", "task", "task"]
    assert await titles(person, "garden", types="project") == ["Garden house"]
    assert len(await find(person, "garden", types=["project", "task"])) == 3
    assert len(await find(person, "garden", types="project,task")) == 3
    inside = await titles(person, "garden", project_id=project["id"], types="task")
    assert inside == ["Paint the garden fence"]
    assert len(await find(person, "garden", workspace_id=person.workspace_id)) == 3


async def test_a_project_takes_its_tasks_along(person: Person) -> None:
    project = await make_project(person, name="Shed", key="SHED")
    await make(person, title="Saw", project_id=project["id"])
    path = f"/projects/{project['id']}"
    good(await person.client.patch(path, json={"name": "Barn", "key": "BARN"}))
    assert await titles(person, "SHED-1") == []
    assert await titles(person, "BARN-1") == ["Saw"]
    assert await titles(person, "barn", types="project") == ["Barn"]
    good(await person.client.delete(path))
    assert await titles(person, "saw") == []
    assert await titles(person, "barn") == []
    other = await make_project(person, name="Other", key="BARN")
    good(await person.client.post(f"{path}/restore"))
    (saw,) = await find(person, "saw")
    assert await titles(person, saw["key"]) == ["Saw"]
    assert saw["key"] != "BARN-1"
    moved = good(await person.client.patch(f"/tasks/{saw['id']}", json={"project_id": other["id"]}))
    assert await titles(person, moved["key"]) == ["Saw"]
    assert await titles(person, "saw", project_id=other["id"]) == ["Saw"]


async def test_words_that_are_not_finished(person: Person) -> None:
    await make(person, title="Configure the printer")
    assert await titles(person, "printer conf") == []
    assert await titles(person, "printer conf", typing=True) == ["Configure the printer"]
    assert await titles(person, "conf print", typing=True) == []
    # Behind a space it is finished.
    assert await titles(person, '"conf"', typing=True) == []


@pytest.mark.spread
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"q": "-only"}, "nothing_to_search"),
        ({"q": "?!"}, "nothing_to_search"),
        ({"q": " ".join("abcdefghijklmnopqrstuvwxyz")}, "too_many_words"),
        ({"q": "a", "types": "cat"}, "bad_type"),
        ({"q": "a", "cursor": "bad"}, "bad_cursor"),
        ({"q": ""}, None),
        ({}, None),
        ({"q": "a", "colour": "red"}, None),
    ],
)
async def test_bad_questions(person: Person, params: dict[str, str], code: str | None) -> None:
    refused(await person.client.get("/search", params=params), 422, code)


async def test_another_workspace_is_not_searched(person: Person, make_user: MakeUser) -> None:
    other = await make_user()
    await make(person, title="Secret plan")
    assert await titles(other, "secret") == []
    params = {"q": "secret", "workspace_id": person.workspace_id}
    refused(await other.client.get("/search", params=params), 404)


async def test_of_several_workspaces(person: Person) -> None:
    second = good(await person.client.post("/workspaces", json={"name": "Second"}))
    body = {"name": "Elsewhere", "key": "ELSE", "workspace_id": second["id"]}
    project = good(await person.client.post("/projects", json=body))
    await make(person, title="Here alpha beta")
    await make(person, title="There alpha", project_id=project["id"])
    assert set(await titles(person, "alpha")) == {"Here alpha beta", "There alpha"}
    assert await titles(person, "alp* beta") == ["Here alpha beta"]
    assert await titles(person, '"there alpha"') == ["There alpha"]
    assert await titles(person, "alpha -beta") == ["There alpha"]
    assert await titles(person, "alpha", workspace_id=second["id"]) == ["There alpha"]


async def test_what_a_search_costs(person: Person, runtime: Runtime) -> None:
    project = await make_project(person, name="Paper", key="PAPER")
    for number in range(5):
        await make(person, title=f"Paper {number}", project_id=project["id"])
    # Who is asking, what is found with what is shown of tasks, and that of projects.
    with max_queries(runtime, reading(runtime, 3)):
        assert len(await find(person, "paper")) == 6

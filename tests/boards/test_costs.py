"""What boards cost the database, and how much of them is shown."""

import pytest

from tests.boards.making import column, make_board, move, show
from tests.kit.app import Person, good, max_queries
from tests.tasks.making import make, make_all, make_project, patch
from upnext.core.runtime import Runtime


@pytest.mark.each
async def test_a_board_of_a_thousand_cards(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    place = {"project_id": board["project_id"], "tags": ["a"], "due_at": "2020-01-01T00:00:00Z"}
    statuses = ("backlog", "todo", "in_progress", "in_review")
    await make_all(person, *({**place, "status": statuses[n % 4]} for n in range(1_000)))
    with max_queries(runtime, 3):
        whole = await show(person, board)
    assert [each["count"] for each in whole["columns"]] == [250, 250, 250, 250, 0]
    cards = [card for each in whole["columns"] for card in each["cards"]]
    assert len({card["id"] for card in cards}) == 1_000
    assert cards[0]["tags"] == ["a"]
    assert cards[0]["overdue"] is True
    titles = [card["title"] for card in whole["columns"][1]["cards"]]
    assert titles == [f"Number {n}" for n in range(1, 1_000, 4)]


@pytest.mark.each
async def test_of_what_is_closed_the_last_is_shown(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    place = {"project_id": board["project_id"], "status": "done"}
    await make_all(person, *({**place, "title": f"{n}"} for n in range(60)))
    with max_queries(runtime, 4):
        done = column(await show(person, board), "Done")
    assert done["count"] == 60
    assert [card["title"] for card in done["cards"]] == [f"{n}" for n in range(59, 9, -1)]
    assert column(await show(person, board, closed=0), "Done")["cards"] == []
    more = column(await show(person, board, closed=200), "Done")
    assert (len(more["cards"]), more["count"]) == (60, 60)


@pytest.mark.each
async def test_moving(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    place = {"project_id": board["project_id"]}
    a, b = [await make(person, **place) for _ in "ab"]
    todo, doing = column(board, "To do"), column(board, "In progress")
    # The actor, the column, the card, its neighbours, the card and the change written, and what
    # planning keeps, which asks more when it sees somebody for the first time.
    await move(person, a, doing)
    with max_queries(runtime, 7):
        await move(person, a, todo, before=b)
    with max_queries(runtime, 6):
        await move(person, a, todo, after=b)


@pytest.mark.each
async def test_many_new_cards(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    tasks = [{"title": f"{n}", "project_id": board["project_id"]} for n in range(200)]
    with max_queries(runtime, 15):
        good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))


@pytest.mark.each
async def test_a_task_on_a_board(person: Person, runtime: Runtime, dialect: str) -> None:
    """One statement more than elsewhere to make it: whether its column has a hard limit. A change
    that leaves the status alone costs nothing more."""
    board = await make_board(person)
    bare = (await make_project(person))["id"]
    for project_id in (bare, board["project_id"]):  # the first one in a project costs more
        await make(person, project_id=project_id)
    with max_queries(runtime, 100) as without:
        await make(person, project_id=bare)
    with max_queries(runtime, len(without) + 1):
        task = await make(person, project_id=board["project_id"])
    other = await make(person, project_id=bare)
    with max_queries(runtime, 100) as without:
        await patch(person, other, title="New")
    with max_queries(runtime, len(without)):
        await patch(person, task, title="New")
    # A status that takes no card along needs no lock, and it is asked first whether it does.
    beyond = 5 if dialect == "postgresql" else 3
    with max_queries(runtime, 100) as without:
        await patch(person, other, completed=True)
    with max_queries(runtime, len(without) + beyond):
        await patch(person, task, completed=True)

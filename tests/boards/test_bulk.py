"""Many cards changed at once: their columns, full ones, and the way back."""

from typing import Any

import pytest

from tests.boards.making import column, make_board, move, show, titles
from tests.kit.app import Person, good, max_queries, refused
from tests.tasks.making import get, make, make_all, make_project, patch
from tests.tasks.test_bulk_edits import edit
from tests.tasks.test_undo import undo
from upnext.core.runtime import Runtime

HARD: list[dict[str, Any]] = [
    {"name": "To do", "status": "todo"},
    {"name": "Doing", "status": "in_progress", "wip_limit": 2, "wip_hard": True},
    {"name": "Done", "status": "done"},
]


def where(task: Any) -> tuple[Any, Any, Any]:
    return task["board_id"], task["column_id"], task["status"]


async def test_a_column_for_many_is_the_column_for_one(person: Person) -> None:
    board = await make_board(person)
    doing, done = column(board, "In progress"), column(board, "Done")
    place = {"project_id": board["project_id"]}
    tasks = await make_all(person, place, place, place)
    told = await edit(person, tasks[:2], updates={"column_id": doing["id"]}, dry_run=True)
    before = tasks[0]["column_id"]
    assert told["results"][0]["changes"]["column_id"] == {"before": before, "after": doing["id"]}
    await edit(person, tasks[:2], updates={"column_id": doing["id"]})
    await edit(person, tasks[2:], updates={"status": "done"})
    now = [where(await get(person, task)) for task in tasks]
    assert now == [(board["id"], doing["id"], "in_progress")] * 2 + [
        (board["id"], done["id"], "done")
    ]
    await edit(person, tasks, updates={"board_id": None})
    assert [where(await get(person, each))[:2] for each in tasks] == [(None, None)] * 3
    await edit(person, tasks, updates={"board_id": board["id"]})
    assert [where(await get(person, task)) for task in tasks] == now
    told = await edit(person, tasks, updates={"board_id": board["id"]})
    assert told["changed"] == 0


async def test_what_is_not_on_its_boards_is_refused_for_each(person: Person) -> None:
    board, other = await make_board(person), await make_board(person)
    here = await make(person, project_id=board["project_id"])
    there = await make(person, project_id=other["project_id"])
    doing = column(board, "In progress")
    told = await edit(person, [here, there], updates={"column_id": doing["id"]})
    assert [each["outcome"] for each in told["results"]] == ["changed", "refused"]
    assert told["results"][1]["error"]["code"] == "not_found"
    body = {
        "task_ids": [here["id"]],
        "updates": {"column_id": doing["id"], "status": "done"},
    }
    told = good(await person.client.patch("/tasks/bulk", json=body))
    assert told["results"][0]["error"]["code"] == "contradiction"


async def test_a_full_column_refuses_those_for_whom_there_is_no_room(person: Person) -> None:
    board = await make_board(person, columns=HARD)
    place = {"project_id": board["project_id"]}
    tasks = await make_all(person, place, place, place, place)
    await edit(person, tasks[:1], updates={"status": "in_progress"})
    body = {"task_ids": [each["id"] for each in tasks], "updates": {"status": "in_progress"}}
    answer = await person.client.patch("/tasks/bulk", json={**body, "atomic": True})
    told = refused(answer, 409, "bulk_refused")
    assert [each["id"] for each in told["results"]] == [each["id"] for each in tasks[2:]]
    assert len((await titles(person, board))["Doing"]) == 1
    told = good(await person.client.patch("/tasks/bulk", json=body))
    assert [each["outcome"] for each in told["results"]] == [
        *("unchanged", "changed", "refused", "refused"),
    ]
    error = told["results"][2]["error"]
    assert (error["status"], error["code"]) == (409, "column_full")
    assert (error["count"], error["limit"]) == (2, 2)
    whole = await titles(person, board)
    assert {name: len(cards) for name, cards in whole.items()} == {
        "To do": 2,
        "Doing": 2,
        "Done": 0,
    }


async def test_who_leaves_makes_room(person: Person) -> None:
    board = await make_board(person, columns=HARD)
    project = await make_project(person)
    other = await make_board(person, project["id"], columns=HARD)
    place = {"project_id": board["project_id"], "status": "in_progress"}
    inside = await make_all(person, place, place)
    outside = await make(person, project_id=board["project_id"])
    told = await edit(person, [*inside, outside], updates={"project_id": project["id"]})
    assert told["changed"] == 3
    assert {n: len(c) for n, c in (await titles(person, other)).items()} == {
        "To do": 1, "Doing": 2, "Done": 0,
    }  # fmt: skip
    back = await make(person, project_id=board["project_id"], status="in_progress")
    told = await edit(person, [back], updates={"project_id": project["id"]})
    assert told["results"][0]["error"]["code"] == "column_full"
    told = await edit(person, [back], updates={"project_id": project["id"], "status": "done"})
    assert told["changed"] == 1
    assert where(await get(person, back))[1:] == (column(other, "Done")["id"], "done")


async def test_subtasks_that_find_no_room_hold_up_everything(person: Person) -> None:
    board = await make_board(person, columns=HARD)
    top = await make(person)
    below = [await make(person, parent_id=top["id"], status="in_progress") for _ in range(3)]
    updates = {"project_id": board["project_id"]}
    body = {"task_ids": [top["id"]], "updates": updates}
    refused(await person.client.patch("/tasks/bulk", json=body), 409, "column_full")
    for task in (top, *below):
        assert (await get(person, task))["project_id"] == person.inbox_id
    await patch(person, below[0], status="todo")
    assert (await edit(person, [top], updates=updates))["also_changed"] == 3


async def test_undone_each_lies_where_it_lay(person: Person) -> None:
    board = await make_board(person)
    todo, review = column(board, "To do"), column(board, "In review")
    place = {"project_id": board["project_id"]}
    tasks = await make_all(person, *[{**place, "title": name} for name in "abcd"])
    await move(person, tasks[3], todo, before=tasks[0])
    before = await show(person, board)
    for updates in (
        {"status": "done"},
        {"column_id": review["id"]},
        {"board_id": None},
        {"project_id": person.inbox_id},
    ):
        done = await edit(person, tasks[1:], updates=updates)
        assert done["changed"] == 3
        undone = await undo(person, done)
        assert (undone["restored"], undone["partly"]) == (3, 0)
        assert (await titles(person, board))["To do"] == list("dabc")
        assert [where(await get(person, each)) for each in tasks] == [where(e) for e in tasks]
        redone = await undo(person, undone)
        assert redone["restored"] == 3
        assert (await titles(person, board))["To do"] == ["a"]
        await undo(person, redone)
    after = await show(person, board)
    assert [[card["id"] for card in each["cards"]] for each in after["columns"]] == [
        [card["id"] for card in each["cards"]] for each in before["columns"]
    ]


async def test_a_column_that_is_gone_is_not_restored(person: Person) -> None:
    board = await make_board(person)
    todo, review = column(board, "To do"), column(board, "In review")
    task = await make(person, project_id=board["project_id"], column_id=review["id"])
    done = await edit(person, [task], updates={"status": "done", "title": "New"})
    path = f"/boards/{board['id']}/columns/{review['id']}"
    good(await person.client.delete(path, params={"move_to": todo["id"]}))
    (result,) = (await undo(person, done))["results"]
    assert result["outcome"] == "partly"
    assert [(e["field"], e["code"]) for e in result["not_restored"]] == [
        ("column_id", "column_gone")
    ]
    now = await get(person, task)
    assert (now["title"], now["status"]) == ("Something", "in_review")
    whole = await show(person, board)
    assert now["column_id"] in {each["id"] for each in whole["columns"]}


async def test_a_column_that_is_full_by_now_is_not_restored(person: Person) -> None:
    board = await make_board(person, columns=HARD)
    place = {"project_id": board["project_id"], "status": "in_progress"}
    tasks = await make_all(person, place, place)
    done = await edit(person, tasks, updates={"status": "done", "title": "New"})
    await make(person, **place)
    undone = await undo(person, done)
    assert [each["outcome"] for each in undone["results"]] == ["restored", "partly"]
    (kept,) = undone["results"][1]["not_restored"]
    assert (kept["field"], kept["code"]) == ("column_id", "column_full")
    now = [await get(person, task) for task in tasks]
    assert [each["status"] for each in now] == ["in_progress", "done"]
    assert [each["title"] for each in now] == ["Number 0", "Number 1"]


async def test_a_card_that_somebody_moved_since_stays(person: Person) -> None:
    board = await make_board(person)
    review = column(board, "In review")
    tasks = await make_all(person, *[{"project_id": board["project_id"]}] * 2)
    done = await edit(person, tasks, updates={"status": "done", "title": "New"})
    await move(person, tasks[0], review)
    undone = await undo(person, done)
    assert [each["outcome"] for each in undone["results"]] == ["partly", "restored"]
    fields = {each["field"] for each in undone["results"][0]["not_restored"]}
    assert fields == {"status", "completed_at", "column_id"}
    assert where(await get(person, tasks[0]))[1:] == (review["id"], "in_review")
    assert where(await get(person, tasks[1])) == where(tasks[1])


async def test_many_that_were_thrown_away_come_back_to_their_columns(person: Person) -> None:
    board = await make_board(person)
    tasks = await make_all(person, *[{"project_id": board["project_id"]}] * 3)
    done = await edit(person, tasks, updates={"deleted": True})
    assert (await titles(person, board))["To do"] == []
    await undo(person, done)
    assert (await titles(person, board))["To do"] == [each["title"] for each in tasks]


@pytest.mark.each
async def test_statements_do_not_grow_with_the_cards(person: Person, runtime: Runtime) -> None:
    columns = [{**each, "wip_limit": each.get("wip_limit") and 100} for each in HARD]
    board = await make_board(person, columns=columns)
    tasks = await make_all(person, *[{"project_id": board["project_id"]}] * 40)
    counts = []
    for some in (tasks[:15], tasks[15:]):
        with max_queries(runtime, 60) as statements:
            done = await edit(person, some, updates={"status": "in_progress"})
        with max_queries(runtime, 60) as more:
            await undo(person, done)
        counts.append((len(statements), len(more)))
    assert counts[1] <= counts[0]
    await patch(person, tasks[0], title="Alive")

"""Cards: how they come to a column, and in which order they lie there."""

from typing import Any

from tests.boards.making import ask_move, column, make_board, move, show, titles
from tests.imports.asking import bring
from tests.kit.app import MakeUser, Person, good, refused, seal
from tests.tasks.making import get, make, make_all, make_project, make_team, patch
from upnext.core.runtime import Runtime


async def _three(person: Person) -> tuple[Any, list[Any]]:
    board = await make_board(person)
    cards = [await make(person, title=t, project_id=board["project_id"]) for t in "abc"]
    return board, cards


async def test_new_tasks_land_in_the_column_of_their_status(person: Person) -> None:
    board = await make_board(person)
    place = {"project_id": board["project_id"]}
    await make(person, title="a", **place)
    await make_all(person, *({**place, "title": t} for t in "bcd"))
    line = {"text": "e\n  f", "project_id": board["project_id"]}
    good(await person.client.post("/tasks/quick", json=line))
    await make(person, title="g", **place, status="done")
    await make(person, title="h", **place, completed=True)
    found = await titles(person, board)
    assert (found["To do"], found["Done"]) == (["a", "b", "c", "d", "e", "f"], ["h", "g"])


async def test_a_new_task_may_name_its_column(person: Person) -> None:
    board = await make_board(person)
    second = await make_board(person, board["project_id"], name="Second")
    place = {"project_id": board["project_id"]}
    doing = column(second, "In progress")
    task = await make(person, **place, column_id=doing["id"])
    assert (task["board_id"], task["status"]) == (second["id"], "in_progress")
    task = await make(person, **place, board_id=second["id"])
    assert task["column_id"] == column(second, "To do")["id"]
    task = await make(person, **place, board_id=None)
    assert (task["board_id"], task["column_id"]) == (None, None)
    elsewhere = await make_board(person)
    bad: list[tuple[dict[str, Any], int]] = [
        ({"column_id": doing["id"], "status": "todo"}, 422),
        ({"column_id": doing["id"], "completed": True}, 422),
        ({"column_id": doing["id"], "board_id": board["id"]}, 422),
        ({"column_id": None, "board_id": board["id"]}, 422),
        ({"column_id": elsewhere["columns"][0]["id"]}, 404),
        ({"board_id": elsewhere["id"]}, 404),
        ({"column_id": board["id"]}, 404),
    ]
    for body, status in bad:
        refused(await person.client.post("/tasks", json={"title": "x", **place, **body}), status)
    bulk = {"tasks": [{"title": "x", **place, **body} for body, _ in bad]}
    outcome = good(await person.client.post("/tasks/bulk", json=bulk))
    assert (outcome["invalid"], outcome["created"]) == (len(bad), 0)
    assert outcome["results"][4]["errors"][0]["pointer"] == "/column_id"


async def test_order_within_a_column(person: Person) -> None:
    board, (a, _, c) = await _three(person)
    todo = column(board, "To do")
    await move(person, c, todo, before=a)
    assert (await titles(person, board))["To do"] == ["c", "a", "b"]
    await move(person, c, todo, after=a)
    assert (await titles(person, board))["To do"] == ["a", "c", "b"]
    await move(person, a, todo)
    assert (await titles(person, board))["To do"] == ["c", "b", "a"]
    await move(person, c, todo, after=a)
    assert (await titles(person, board))["To do"] == ["b", "a", "c"]
    await make(person, title="d", project_id=board["project_id"])
    assert (await titles(person, board))["To do"] == ["b", "a", "c", "d"]


async def test_moving_to_a_column_changes_the_status(person: Person, runtime: Runtime) -> None:
    board, (a, b, _) = await _three(person)
    done = column(board, "Done")
    moved = await move(person, a, done)
    assert (moved["status"], moved["completed"], moved["over_limit"]) == ("done", True, False)
    assert moved["completed_at"] is not None
    assert {**moved} == {**await get(person, a), "over_limit": False}
    await move(person, b, done)
    assert (await titles(person, board))["Done"] == ["b", "a"]
    back = await move(person, a, column(board, "In review"))
    assert (back["status"], back["completed_at"]) == ("in_review", None)
    await seal(runtime)


async def test_a_moved_task_that_repeats_comes_again_on_its_board(person: Person) -> None:
    board = await make_board(person)
    second = await make_board(person, board["project_id"], name="Second")
    daily = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
    place = {"project_id": board["project_id"]}
    task = await make(person, title="a", board_id=second["id"], **daily, **place)
    await make(person, title="below", parent_id=task["id"], **place, board_id=second["id"])
    await move(person, task, column(second, "Done"))
    found = await titles(person, second)
    assert found["To do"] == ["a", "below"]
    assert sorted(found["Done"]) == ["a", "below"]


async def test_changing_the_status_moves_the_card(person: Person) -> None:
    board, (a, b, c) = await _three(person)
    for status, name in (("in_progress", "In progress"), ("done", "Done"), ("todo", "To do")):
        after = await patch(person, a, status=status)
        assert after["column_id"] == column(board, name)["id"], status
    assert after["version"] == 4
    assert (await titles(person, board))["To do"] == ["b", "c", "a"]
    after = await patch(person, b, completed=True)
    assert after["column_id"] == column(board, "Done")["id"]
    replaced = good(await person.client.put(f"/tasks/{c['id']}", json={"title": "c"}))
    assert replaced["column_id"] == column(board, "To do")["id"]
    body = {"title": "c", "status": "in_review"}
    replaced = good(await person.client.put(f"/tasks/{c['id']}", json=body))
    assert replaced["column_id"] == column(board, "In review")["id"]


async def test_a_change_of_the_column_is_one_of_the_status(person: Person) -> None:
    board, (a, *_) = await _three(person)
    doing, todo = column(board, "In progress"), column(board, "To do")
    after = await patch(person, a, column_id=doing["id"])
    assert after["status"] == "in_progress"
    again = await patch(person, a, column_id=doing["id"])
    assert again["version"] == after["version"]
    body = {"column_id": todo["id"], "status": "done"}
    refused(await person.client.patch(f"/tasks/{a['id']}", json=body), 422, "contradiction")
    off = await patch(person, a, board_id=None)
    assert (off["board_id"], off["column_id"], off["status"]) == (None, None, "in_progress")
    done = await patch(person, a, completed=True)
    assert done["column_id"] is None
    on = await patch(person, a, board_id=board["id"])
    assert on["column_id"] == column(board, "Done")["id"]


async def test_into_another_project_and_back(person: Person) -> None:
    board, (a, *_) = await _three(person)
    other = await make_board(person)
    bare = await make_project(person)
    below = await make(person, parent_id=a["id"], project_id=board["project_id"], status="done")
    foreign = column(other, "To do")
    refused(await ask_move(person, a, foreign), 409, "column_elsewhere")
    after = await patch(person, a, project_id=other["project_id"], status="in_review")
    assert after["board_id"] == other["id"]
    assert after["column_id"] == column(other, "In review")["id"]
    assert (await get(person, below))["column_id"] == column(other, "Done")["id"]
    after = await patch(person, a, project_id=bare["id"])
    assert (after["board_id"], after["column_id"]) == (None, None)
    assert (await get(person, below))["board_id"] is None
    into = {"project_id": board["project_id"], "column_id": column(board, "Done")["id"]}
    after = await patch(person, a, **into)
    assert (after["status"], after["column_id"]) == ("done", into["column_id"])


async def test_out_of_the_trash(person: Person) -> None:
    board, (a, b, c) = await _three(person)
    todo = column(board, "To do")
    doing = await patch(person, b, status="in_progress")
    for task in (a, b):
        good(await person.client.delete(f"/tasks/{task['id']}"))
    assert (await titles(person, board))["To do"] == ["c"]
    refused(await ask_move(person, a, todo), 404)
    refused(await ask_move(person, c, todo, before=a), 409, "card_elsewhere")
    good(await person.client.post(f"/tasks/{a['id']}/restore"))
    assert (await titles(person, board))["To do"] == ["a", "c"]
    # Its column is gone by then, without anything said about what lies in the trash.
    path = f"/boards/{board['id']}/columns/{doing['column_id']}"
    good(await person.client.delete(path))
    back = good(await person.client.post(f"/tasks/{b['id']}/restore"))
    assert (back["status"], back["column_id"]) == ("in_progress", todo["id"])


async def test_beside_what(person: Person) -> None:
    board, (a, b, _) = await _three(person)
    todo, doing = column(board, "To do"), column(board, "In progress")
    refused(await ask_move(person, a, todo, before=a), 422)
    refused(await ask_move(person, a, doing, after=b), 409, "card_elsewhere")
    body = {"column_id": todo["id"], "before": b["id"], "after": b["id"]}
    refused(await person.client.post(f"/tasks/{a['id']}/move", json=body), 422)
    gone = {"id": board["id"]}
    refused(await ask_move(person, a, gone), 404)
    refused(await ask_move(person, gone, todo), 404)
    stale = await person.client.post(
        f"/tasks/{a['id']}/move", json={"column_id": doing["id"]}, headers={"If-Match": '"9"'}
    )
    refused(stale, 412)


async def test_a_viewer_moves_nothing(make_user: MakeUser) -> None:
    owner, viewer = await make_user(), await make_user()
    team = await make_team(owner, viewer=viewer)
    project = await make_project(owner, team)
    board = await make_board(owner, project["id"])
    task = await make(owner, project_id=project["id"])
    assert (await titles(viewer, board))["To do"] == ["Something"]
    refused(await ask_move(viewer, task, column(board, "Done")), 403, "role_too_low")


async def test_a_soft_limit_tells_and_a_hard_one_refuses(person: Person) -> None:
    wanted = [
        {"name": "Do", "status": "todo"},
        {"name": "Soft", "status": "in_progress", "wip_limit": 1},
        {"name": "Hard", "status": "in_review", "wip_limit": 1, "wip_hard": True},
    ]
    board = await make_board(person, columns=wanted)
    do, soft, hard = board["columns"]
    place = {"project_id": board["project_id"]}
    a, b, c = [await make(person, title=t, **place) for t in "abc"]
    assert (await move(person, a, soft))["over_limit"] is False
    assert (await move(person, b, soft))["over_limit"] is True
    shown = column(await show(person, board), "Soft")
    assert (shown["count"], shown["over_limit"]) == (2, True)
    assert (await move(person, a, hard))["over_limit"] is False
    await move(person, a, hard)
    answer = refused(await ask_move(person, b, hard), 409, "column_full")
    assert (answer["count"], answer["limit"]) == (1, 1)
    assert (await get(person, b))["status"] == "in_progress"
    in_review = {"status": "in_review"}
    refused(await person.client.patch(f"/tasks/{c['id']}", json=in_review), 409, "column_full")
    new = {"title": "x", **place, **in_review}
    refused(await person.client.post("/tasks", json=new), 409, "column_full")
    refused(await person.client.post("/tasks/bulk", json={"tasks": [new]}), 409, "column_full")
    path = f"/boards/{board['id']}/columns/{do['id']}"
    params = {"target": hard["id"]}
    refused(await person.client.delete(path, params=params), 409, "column_full")
    assert (await titles(person, board))["Do"] == ["c"]


async def test_what_repeats_comes_again_whatever_the_limit(person: Person) -> None:
    wanted = [
        {"name": "Do", "status": "todo", "wip_limit": 1, "wip_hard": True},
        {"name": "Doing", "status": "in_progress"},
        {"name": "Done", "status": "done"},
    ]
    board = await make_board(person, columns=wanted)
    place = {"project_id": board["project_id"]}
    daily = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
    task = await make(person, title="a", status="in_progress", **daily, **place)
    await make(person, title="b", **place)
    await patch(person, task, completed=True)
    assert (await titles(person, board))["Do"] == ["b", "a"]
    assert column(await show(person, board), "Do")["over_limit"] is True


async def test_lists_by_board_and_column(person: Person) -> None:
    board, (a, *_) = await _three(person)
    await make(person)
    await patch(person, a, status="done")
    done = column(board, "Done")
    for params, count in (({"board_id": board["id"]}, 3), ({"column_id": done["id"]}, 1)):
        items = good(await person.client.get("/tasks", params=params))["items"]
        assert len(items) == count, params
        assert {item["board_id"] for item in items} == {board["id"]}


async def test_filters_by_board_and_column(make_user: MakeUser) -> None:
    person, stranger = await make_user(), await make_user()
    board, (a, *_) = await _three(person)
    await make(person)
    await patch(person, a, status="in_progress")
    wanted = {
        "board = board": 3,
        f"board = {board['id']}": 3,
        'column = "in progress"': 1,
        'board = Board and column != "In progress"': 2,
        'column in ("To do", "In progress")': 3,
        "board is null": 1,
        "column != nowhere": 4,
    }
    for words, count in wanted.items():
        items = good(await person.client.get("/tasks", params={"filter": words}))["items"]
        assert len(items) == count, words
    params = {"filter": f"board = {board['id']}"}
    assert good(await stranger.client.get("/tasks", params=params))["items"] == []


async def test_an_import_lands_on_the_board_whatever_the_limit(
    person: Person, runtime: Runtime
) -> None:
    wanted = [{"name": "Do", "status": "todo", "wip_limit": 1, "wip_hard": True}]
    board = await make_board(person, columns=wanted)
    place = {"project_id": board["project_id"]}
    run = await bring(runtime, person, "title\nOne\nTwo\n", name="list.csv", **place)
    assert run["created"] == 2, run
    assert await titles(person, board) == {"Do": ["One", "Two"]}


async def test_a_skipped_occurrence_leaves_its_column_to_the_next(person: Person) -> None:
    board = await make_board(person)
    daily = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
    task = await make(person, title="a", **daily, project_id=board["project_id"])
    good(await person.client.post(f"/tasks/{task['id']}/skip"))
    found = await titles(person, board)
    assert (found["To do"], found["Done"]) == (["a"], ["a"])


async def test_there_is_always_room_for_one_more(person: Person, monkeypatch: Any) -> None:
    """However often one moves cards to the same place, and however few are laid apart for it."""
    for name, value in {"NEIGHBOURS": (2, 4), "SPREAD": 64, "APART": 8}.items():
        monkeypatch.setattr(f"upnext.boards.cards.{name}", value)
    board = await make_board(person)
    names = [f"{number:02}" for number in range(12)]
    place = {"project_id": board["project_id"]}
    cards = [await make(person, title=each, **place) for each in names]
    todo = column(board, "To do")
    moved = [number for number in range(12) if number != 6]
    for number in moved * 4:
        side = "before" if number % 3 else "after"
        await move(person, cards[number], todo, **{side: cards[6]})
        names.remove(f"{number:02}")
        names.insert(names.index("06") + (side == "after"), f"{number:02}")
        assert (await titles(person, board))["To do"] == names

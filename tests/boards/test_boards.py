"""Boards and their columns."""

from typing import Any

from tests.boards.making import ask_move, column, make_board, move, show, titles
from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import get, make, make_project, make_team, patch

STANDARD = {
    "Backlog": "backlog",
    "To do": "todo",
    "In progress": "in_progress",
    "In review": "in_review",
    "Done": "done",
}


async def test_a_board_has_a_column_for_each_status(person: Person) -> None:
    board = await make_board(person)
    assert {each["name"]: each["status"] for each in board["columns"]} == STANDARD
    assert board["default"] is True
    assert board["version"] == 1
    listed = good(await person.client.get(f"/projects/{board['project_id']}/boards"))
    assert listed == {"items": [board], "next_cursor": None}
    whole = await show(person, board)
    empty = {"count": 0, "over_limit": False, "cards": []}
    assert whole == {**board, "columns": [{**each, **empty} for each in board["columns"]]}


async def test_columns_of_ones_own(person: Person) -> None:
    wanted = [
        {"name": "Now", "status": "pending", "wip_limit": 3},
        {"name": "Gone", "status": "completed", "wip_limit": 9, "wip_hard": True},
    ]
    board = await make_board(person, columns=wanted)
    assert [(c["name"], c["status"], c["wip_limit"], c["wip_hard"]) for c in board["columns"]] == [
        ("Now", "todo", 3, False),
        ("Gone", "done", 9, True),
    ]
    path = f"/projects/{board['project_id']}/boards"
    for bad in ({}, {"name": ""}, {"name": "x", "columns": []}, {"name": "x", "colour": "red"}):
        refused(await person.client.post(path, json=bad), 422)
    many = {"name": "x", "columns": wanted * 11}
    refused(await person.client.post(path, json=many), 422)


async def test_the_first_board_takes_the_projects_tasks(person: Person) -> None:
    project = await make_project(person)
    place = {"project_id": project["id"]}
    made = [
        await make(person, title=title, status=status, **place)
        for title, status in [
            ("a", "todo"),
            ("b", "in_progress"),
            ("c", "todo"),
            ("d", "done"),
            ("e", "done"),
            ("f", "cancelled"),
        ]
    ]
    gone = await make(person, title="gone", **place)
    good(await person.client.delete(f"/tasks/{gone['id']}"))
    assert (made[0]["board_id"], made[0]["column_id"]) == (None, None)
    board = await make_board(person, project["id"])
    assert await titles(person, board) == {
        "Backlog": [],
        "To do": ["a", "c"],
        "In progress": ["b"],
        "In review": [],
        "Done": ["f", "e", "d"],
    }
    task = await get(person, made[0])
    assert task["board_id"] == board["id"]
    assert task["column_id"] == column(board, "To do")["id"]
    assert task["version"] == 2
    second = await make_board(person, project["id"], name="Second")
    assert second["default"] is False
    assert sum(len(cards) for cards in (await titles(person, second)).values()) == 0


async def test_renaming_and_another_default(person: Person) -> None:
    first = await make_board(person)
    second = await make_board(person, first["project_id"], name="Second")
    path = f"/boards/{second['id']}"
    renamed = await person.client.patch(path, json={"name": "Next"}, headers={"If-Match": '"1"'})
    assert good(renamed)["name"] == "Next"
    assert renamed.headers["etag"] == '"2"'
    refused(await person.client.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'}), 412)
    refused(await person.client.patch(f"/boards/{first['id']}", json={"default": False}), 422)
    assert good(await person.client.patch(path, json={"default": True}))["default"] is True
    assert (await show(person, first))["default"] is False
    task = await make(person, project_id=first["project_id"])
    assert task["board_id"] == second["id"]
    same = good(await person.client.patch(path, json={"default": True}))
    assert same["version"] == 3


async def test_columns_come_and_change_and_move(person: Person) -> None:
    board = await make_board(person)
    path = f"/boards/{board['id']}/columns"
    body = {"name": "Waiting", "status": "todo", "after": column(board, "To do")["id"]}
    answer = await person.client.post(path, json=body)
    board = good(answer)
    names = [each["name"] for each in board["columns"]]
    assert names == ["Backlog", "To do", "Waiting", "In progress", "In review", "Done"]
    waiting = column(board, "Waiting")
    assert answer.headers["location"].endswith(waiting["id"])
    changes = {"name": "On hold", "wip_limit": 2, "before": column(board, "Backlog")["id"]}
    board = good(await person.client.patch(f"{path}/{waiting['id']}", json=changes))
    assert board["columns"][0] == {**waiting, "name": "On hold", "wip_limit": 2}
    assert board["version"] == 3
    order = [each["id"] for each in reversed(board["columns"])]
    board = good(await person.client.put(f"{path}/order", json={"column_ids": order}))
    assert [each["id"] for each in board["columns"]] == order
    assert [each["id"] for each in (await show(person, board))["columns"]] == order
    for bad, status in ((order[:-1], 409), ([*order[:-1], order[0]], 422), ([], 409)):
        refused(await person.client.put(f"{path}/order", json={"column_ids": bad}), status)
    both = {"before": order[0], "after": order[1]}
    refused(await person.client.patch(f"{path}/{order[2]}", json=both), 422)
    limit = good(await person.client.patch(f"{path}/{waiting['id']}", json={"wip_limit": None}))
    assert column(limit, "On hold")["wip_limit"] is None


async def test_a_column_with_cards_goes_only_with_a_target(person: Person) -> None:
    board = await make_board(person)
    place = {"project_id": board["project_id"]}
    path = f"/boards/{board['id']}/columns"
    todo, doing, done = (column(board, name) for name in ("To do", "In progress", "Done"))
    empty = column(board, "Backlog")
    good(await person.client.delete(f"{path}/{empty['id']}"))
    cards = [await make(person, title=title, **place) for title in "ab"]
    answer = refused(await person.client.delete(f"{path}/{todo['id']}"), 409, "column_not_empty")
    assert answer["count"] == 2
    for target, status in ((todo["id"], 422), (empty["id"], 404)):
        params = {"target": target}
        refused(await person.client.delete(f"{path}/{todo['id']}", params=params), status)
    good(await person.client.delete(f"{path}/{todo['id']}", params={"target": doing["id"]}))
    assert (await titles(person, board))["In progress"] == ["a", "b"]
    after = await get(person, cards[0])
    assert (after["status"], after["column_id"]) == ("in_progress", doing["id"])
    good(await person.client.delete(f"{path}/{doing['id']}", params={"target": done["id"]}))
    after = await get(person, cards[0])
    assert after["completed_at"] is not None
    assert (await titles(person, board))["Done"] == ["a", "b"]
    review = column(board, "In review")
    good(await person.client.delete(f"{path}/{review['id']}"))
    refused(await person.client.delete(f"{path}/{done['id']}"), 409, "last_column")


async def test_cards_keep_their_order_in_a_target_of_the_same_status(person: Person) -> None:
    wanted = [{"name": name, "status": "todo"} for name in ("One", "Two")]
    board = await make_board(person, columns=wanted)
    one, two = board["columns"]
    cards = [await make(person, title=title, project_id=board["project_id"]) for title in "abc"]
    await move(person, cards[2], one, before=cards[0])
    path = f"/boards/{board['id']}/columns/{one['id']}"
    good(await person.client.delete(path, params={"target": two["id"]}))
    assert await titles(person, board) == {"Two": ["c", "a", "b"]}
    assert (await get(person, cards[0]))["version"] == 2


async def test_another_status_of_a_column_is_given_to_its_cards(person: Person) -> None:
    board = await make_board(person)
    task = await make(person, project_id=board["project_id"])
    todo = column(board, "To do")
    path = f"/boards/{board['id']}/columns/{todo['id']}"
    good(await person.client.patch(path, json={"status": "done"}))
    after = await get(person, task)
    assert (after["status"], after["column_id"]) == ("done", todo["id"])
    assert after["completed_at"] is not None


async def test_a_status_without_a_column_has_the_nearest_one_before(person: Person) -> None:
    wanted = [{"name": n, "status": s} for n, s in (("Do", "todo"), ("Done", "done"))]
    board = await make_board(person, columns=wanted)
    place = {"project_id": board["project_id"]}
    homes = {"backlog": "Do", "in_review": "Do", "cancelled": "Done", "done": "Done"}
    for status, name in homes.items():
        task = await make(person, status=status, **place)
        assert (task["column_id"], task["status"]) == (column(board, name)["id"], status)


async def test_cards_of_a_deleted_board_go_to_the_default_one(person: Person) -> None:
    first = await make_board(person)
    second = await make_board(person, first["project_id"], name="Second")
    task = await make(person, title="a", project_id=first["project_id"], status="in_review")
    good(await person.client.delete(f"/boards/{first['id']}"))
    refused(await person.client.get(f"/boards/{first['id']}"), 404)
    after = await get(person, task)
    assert after["board_id"] == second["id"]
    assert after["column_id"] == column(second, "In review")["id"]
    assert (await show(person, second))["default"] is True
    good(await person.client.delete(f"/boards/{second['id']}"))
    after = await get(person, task)
    assert (after["board_id"], after["column_id"], after["status"]) == (None, None, "in_review")
    fresh = await make(person, project_id=first["project_id"])
    assert fresh["board_id"] is None
    again = await make_board(person, first["project_id"])
    assert (await titles(person, again))["In review"] == ["a"]


async def test_an_archived_or_thrown_away_project(person: Person) -> None:
    board = await make_board(person)
    project = f"/projects/{board['project_id']}"
    path = f"/boards/{board['id']}"
    good(await person.client.patch(project, json={"archived": True}))
    refused(await person.client.patch(path, json={"name": "x"}), 409, "project_archived")
    refused(await person.client.post(f"{project}/boards", json={"name": "x"}), 409)
    await show(person, board)
    good(await person.client.patch(project, json={"archived": False}))
    task = await make(person, title="a", project_id=board["project_id"])
    good(await person.client.delete(project))
    refused(await person.client.get(path), 404)
    refused(await person.client.patch(path, json={"name": "x"}), 404)
    refused(await person.client.get(f"{project}/boards"), 404)
    good(await person.client.post(f"{project}/restore"))
    assert (await titles(person, board))["To do"] == ["a"]
    assert (await get(person, task))["board_id"] == board["id"]


async def test_a_private_projects_board_is_hidden(make_user: MakeUser) -> None:
    owner, other = await make_user(), await make_user()
    team = await make_team(owner, member=other)
    hidden = await make_project(owner, team, private=True)
    board = await make_board(owner, hidden["id"])
    secret = await make(owner, project_id=hidden["id"])
    open_project = await make_project(owner, team, name="Open")
    own = await make(other, project_id=open_project["id"])
    refused(await other.client.get(f"/boards/{board['id']}"), 404)
    refused(await other.client.get(f"/projects/{hidden['id']}/boards"), 404)
    refused(await other.client.patch(f"/boards/{board['id']}", json={"name": "x"}), 404)
    refused(await ask_move(other, own, board["columns"][0]), 404)
    refused(await ask_move(other, secret, board["columns"][0]), 404)
    for body in ({"column_id": board["columns"][0]["id"]}, {"board_id": board["id"]}):
        refused(await other.client.patch(f"/tasks/{own['id']}", json=body), 404)
    params = {"board_id": board["id"]}
    assert good(await other.client.get("/tasks", params=params))["items"] == []
    visible = await make_board(owner, open_project["id"])
    refused(await ask_move(other, secret, visible["columns"][0]), 404)
    beside: dict[str, Any] = {"before": secret}
    refused(await ask_move(other, own, visible["columns"][0], **beside), 409, "card_elsewhere")


async def test_an_unchanged_board_is_not_sent_again(
    person: Person,
) -> None:
    board = await make_board(person)
    task = await make(person, project_id=board["project_id"])
    path = f"/boards/{board['id']}"
    answer = await person.client.get(path)
    headers = {"If-None-Match": answer.headers["etag"]}
    assert (await person.client.get(path, headers=headers)).status_code == 304
    await patch(person, task, title="New")
    again = await person.client.get(path, headers=headers)
    assert again.status_code == 200
    match = {"If-Match": again.headers["etag"]}
    good(await person.client.patch(path, json={"name": "By the tag"}, headers=match))
    refused(await person.client.patch(path, json={"name": "x"}, headers=match), 412)

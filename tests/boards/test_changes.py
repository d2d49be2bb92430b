"""What the record keeps of boards and of their cards."""

from tests.boards.making import column, make_board, move
from tests.kit.app import Person, good
from tests.tasks.making import make, patch
from tests.tasks.test_changes import recorded
from upnext.core.runtime import Runtime


async def test_a_card_that_moves_is_one_change_of_its_task(
    person: Person, runtime: Runtime
) -> None:
    board = await make_board(person)
    todo, doing, done = (column(board, name) for name in ("To do", "In progress", "Done"))
    task = await make(person, project_id=board["project_id"])
    other = await make(person, project_id=board["project_id"])
    await move(person, task, doing)
    await patch(person, task, completed=True)
    await move(person, task, todo)
    await move(person, task, todo, before=other)
    changes = await recorded(runtime, task)
    assert [(kind, version) for kind, version, _ in changes] == [
        ("task.created", 1),
        ("task.updated", 2),
        ("task.completed", 3),
        ("task.reopened", 4),
        ("task.updated", 5),
    ]
    created, moved, completed, reopened, within = (diff for _, _, diff in changes)
    assert created["column_id"] == [None, todo["id"]]
    assert "position" not in created
    assert moved.pop("started_at")[0] is None
    assert moved == {
        "status": ["todo", "in_progress"],
        "column_id": [todo["id"], doing["id"]],
    }
    assert completed["column_id"] == [doing["id"], done["id"]]
    assert reopened["column_id"] == [done["id"], todo["id"]]
    assert set(within) == {"position"}


async def test_a_boards_life(person: Person, runtime: Runtime) -> None:
    board = await make_board(person, columns=[{"name": "Do", "status": "todo"}])
    path = f"/boards/{board['id']}"
    good(await person.client.post(f"{path}/columns", json={"name": "Done", "status": "done"}))
    good(await person.client.patch(path, json={"name": "New"}))
    good(await person.client.patch(path, json={"name": "New"}))
    good(await person.client.delete(path))
    changes = await recorded(runtime, board)
    assert [(kind, version) for kind, version, _ in changes] == [
        ("board.created", 1),
        ("board.updated", 2),
        ("board.updated", 3),
        ("board.deleted", 4),
    ]
    do = {"name": "Do", "status": "todo", "wip_limit": None, "wip_hard": False}
    done = {**do, "name": "Done", "status": "done"}
    assert changes[1][2] == {"columns": [[do], [do, done]]}
    assert changes[2][2] == {"name": ["Board", "New"]}

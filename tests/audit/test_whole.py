"""For who may read it, the trail masks nothing but secrets."""

from tests.audit.test_api import trail
from tests.boards.making import column, make_board, move
from tests.comments.saying import say
from tests.goals.making import make_goal
from tests.kit.app import Person, good, seal
from tests.sharing.opening import share
from tests.tasks.making import make, patch
from upnext.core.runtime import Runtime


async def test_what_was_deleted_is_still_in_it_and_no_secret(
    person: Person, runtime: Runtime
) -> None:
    board = await make_board(person)
    review = column(board, "In review")
    goal = await make_goal(person, "Harvest", project_id=board["project_id"])
    task = await make(person, project_id=board["project_id"])
    await patch(person, task, goal_id=goal["id"])
    await move(person, task, review)
    comment = await say(person, task, "A mistake")
    good(await person.client.patch(f"/comments/{comment['id']}", json={"body": "A correction"}))
    good(await person.client.delete(f"/comments/{comment['id']}"))
    link = await share(person, "projects", board["project_id"])
    await seal(runtime)
    entries = await trail(person)
    told = {
        (entry["type"], change["field"]): (change["before"], change["after"])
        for entry in reversed(entries)
        for change in entry["changes"]
    }
    assert told["comment.created", "body"] == (None, "A mistake")
    assert told["comment.updated", "body"] == ("A mistake", "A correction")
    assert told["task.updated", "column_id"][1] == review["id"]
    assert told["task.updated", "goal_id"] == (None, goal["id"])
    assert told["goal.created", "title"] == (None, "Harvest")
    assert "link.created" in {entry["type"] for entry in entries}
    assert link["token"] not in str(entries)

"""What other domains tell of a task and a project: comments, goals, boards, promises, members."""

from typing import Any

from tests.activity.test_activity import of, of_project, said
from tests.boards.making import column, make_board, move
from tests.comments.saying import say
from tests.files.sending import attach
from tests.goals.making import make_goal
from tests.kit.app import MakeUser, Person, good
from tests.sla.conftest import desk, desk_url, team
from tests.sla.desk import Desk, Team
from tests.tasks.making import make, make_project, make_team, patch

__all__ = ["desk", "desk_url", "team"]


async def test_comments_are_told_and_what_was_deleted_is_not(
    person: Person, make_user: MakeUser
) -> None:
    other = await make_user()
    workspace = await make_team(person, member=other)
    project = await make_project(person, workspace)
    task = await make(person, project_id=project["id"], title="Dig")
    kept = await say(person, task, "The first word")
    gone = await say(person, task, "A mistake")
    for comment, body in ((kept, "The last word"), (gone, "A big mistake")):
        good(await person.client.patch(f"/comments/{comment['id']}", json={"body": body}))
    good(await person.client.delete(f"/comments/{gone['id']}"))
    for reader in (person, other):
        entries = await of(reader, task)
        assert said(entries, entries[0]["actor"]["name"]) == [
            "deleted a comment",
            "edited a comment",
            "edited a comment",
            "commented on it",
            "commented on it",
            "created it",
        ]
        bodies = [
            (change["before"], change["after"])
            for entry in entries
            for change in entry["changes"]
            if change["field"] == "body"
        ]
        assert bodies == [
            (None, None),
            ("The first word", "The last word"),
            (None, None),
            (None, "The first word"),
        ]
        assert entries[0]["subject"]["type"] == "comment"
        assert "mistake" not in str(await of_project(reader, project["id"]))
    assert (await of_project(other, project["id"]))[0]["text"].startswith(f"{task['key']} Dig: ")
    good(await person.client.post(f"/comments/{gone['id']}/restore"))
    assert "A big mistake" in str(await of(other, task))


async def test_files_by_name(person: Person) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"], title="Dig")
    file = await attach(person, b"map", "map.txt", task=task)
    path = f"/files/{file['id']}"
    good(await person.client.patch(path, json={"filename": "plan.txt"}))
    good(await person.client.delete(path))
    good(await person.client.post(f"{path}/restore"))
    entries = await of(person, task)
    assert said(entries, entries[0]["actor"]["name"]) == [
        "brought a file back",
        "deleted the file “plan.txt”",
        "renamed the file “map.txt” to “plan.txt”",
        "attached “map.txt”",
        "created it",
    ]
    free = await attach(person, b"free", "free.txt", project_id=project["id"])
    told = await of_project(person, project["id"])
    who = told[0]["actor"]["name"]
    assert told[0]["text"] == f"free.txt: {who} attached “free.txt”"
    assert told[0]["subject"] == {
        "type": "file", "id": free["id"], "key": None, "name": "free.txt",
    }  # fmt: skip
    assert told[1]["text"].startswith(f"{task['key']} Dig: ")


async def test_goals_boards_and_columns_by_name(person: Person) -> None:
    board = await make_board(person)
    project = board["project_id"]
    goal = await make_goal(person, "Harvest", project_id=project)
    task = await make(person, project_id=project, title="Dig")
    await patch(person, task, goal_id=goal["id"])
    await move(person, task, column(board, "In review"))
    await patch(person, task, board_id=None)
    entries = await of(person, task)
    who = entries[0]["actor"]["name"]
    assert said(entries, who)[:3] == [
        "took it off the board “Board” and took it out of the column “In review”",
        "changed the status from to do to in review and moved it from the column “To do” to "
        "“In review”",
        "made it serve the goal “Harvest”",
    ]
    german = await of(person, task, language="de")
    assert "dem Ziel „Harvest“ zugeordnet" in german[2]["text"]
    good(await person.client.patch(f"/boards/{board['id']}", json={"name": "Field"}))
    texts = said(await of_project(person, project))
    assert texts[0] == f"Field: {who} renamed it from “Board” to “Field”"
    assert f"Harvest: {who} created the goal" in texts
    assert f"Field: {who} created the board" in texts
    good(await person.client.delete(f"/boards/{board['id']}"))
    assert "took it off the board that was deleted" in said(await of(person, task), who)[0]


async def test_what_lies_in_a_hidden_project_has_no_name(
    person: Person, make_user: MakeUser
) -> None:
    member = await make_user()
    workspace = await make_team(person, member=member)
    secret = await make_project(person, workspace, name="Secret", private=True)
    public = await make_project(person, workspace)
    board = await make_board(person, secret["id"], name="Whisper")
    goal = await make_goal(person, "Takeover", workspace_id=workspace, project_id=secret["id"])
    task = await make(person, project_id=secret["id"], goal_id=goal["id"])
    await patch(person, task, project_id=public["id"])
    told = str(await of(member, task)) + str(await of_project(member, public["id"]))
    for name in ("Secret", "Whisper", "Takeover", board["id"], goal["id"]):
        assert name not in told
    assert "no longer serve the goal that you cannot see" in (await of(member, task))[0]["text"]


async def test_who_may_see_a_project_is_told(person: Person, make_user: MakeUser) -> None:
    ben = await make_user("benjamin@example.com")
    workspace = await make_team(person, member=ben)
    project, other = [await make_project(person, workspace) for _ in range(2)]
    path = f"/projects/{project['id']}/members"
    good(await person.client.post(path, json={"user_id": ben.id, "role": "viewer"}))
    good(await person.client.patch(f"{path}/{ben.id}", json={"role": "manager"}))
    good(await person.client.delete(f"{path}/{ben.id}"))
    entries: list[Any] = await of_project(ben, project["id"])
    who = entries[0]["actor"]["name"]
    assert said(entries)[:3] == [
        f"benjamin: {who} took away the access to the project",
        f"benjamin: {who} changed the role from viewer to manager",
        f"benjamin: {who} gave access to the project and set the role to viewer",
    ]
    assert said(await of_project(ben, other["id"])) == [f"{who} created the project"]


async def test_promises_that_are_broken(desk: Desk, team: Team) -> None:
    await team.promise(resolution_minutes=10)
    task = await team.ask()
    await desk.later(hours=1)
    await desk.set_up_schedules()
    await desk.pass_time(minutes=2)
    assert said(await of(team.boss, task), "Upnext")[:2] == [
        "noted that the resolution is overdue",
        "warned that the resolution is due soon",
    ]
    entry = (await of(team.boss, task, language="de"))[0]
    assert entry["text"] == "Upnext hat vermerkt, dass die Lösung überfällig ist"
    assert [change["field"] for change in entry["changes"]] == ["sla_due_at"]

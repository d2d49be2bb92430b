"""Comments in the JSON export; only those of tasks that are in it."""

from typing import Any

from tests.comments.saying import say
from tests.exports.asking import asked, document
from tests.kit.app import Person, good
from tests.tasks.making import make
from tests.workspaces.teams import Team


async def _said(person: Person, **params: Any) -> dict[str, list[Any]]:
    tasks = (await document(person, **params))["tasks"]
    return {task["title"]: task["comments"] for task in tasks if "comments" in task}


async def test_json_holds_what_is_said(person: Person) -> None:
    task, _quiet = await make(person, title="Loud"), await make(person, title="Quiet")
    first = await say(person, task, "**First**\nline")
    reply = await say(person, task, "Reply", first)
    gone = await say(person, task, "Zanzibar")
    good(await person.client.delete(f"/comments/{gone['id']}"))
    names = ("id", "thread_id", "parent_id", "body", "created_at", "edited_at", "deleted_at")
    kept = [
        {name: one[name] for name in names} | {"author_id": person.id, "author": person.email}
        for one in (first, reply)
    ]
    assert await _said(person) == {"Loud": kept}
    assert "Zanzibar" not in (await asked(person, "json")).text
    everything = (await _said(person, include_trash="true"))["Loud"]
    assert [one["body"] for one in everything] == ["**First**\nline", "Reply", "Zanzibar"]


async def test_not_what_is_said_in_private(team: Team) -> None:
    task = await make(team.owner, project_id=await team.project(private=True))
    await say(team.owner, task, "Zanzibar")
    assert "Zanzibar" in (await asked(team.owner, "json")).text
    assert "Zanzibar" not in (await asked(team.member, "json")).text

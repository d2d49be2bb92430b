"""Many tasks at once: what is found of them, and of what was said about them."""

from tests.comments.saying import said, say
from tests.kit.app import MakeUser, Person, good, max_queries
from tests.search.finding import titles
from tests.tasks.making import make_all, make_project, make_team
from tests.tasks.test_bulk_edits import edit
from tests.tasks.test_undo import undo
from upnext.core.runtime import Runtime


async def test_thrown_away_and_brought_back(person: Person, runtime: Runtime) -> None:
    tasks = await make_all(person, *[{"title": f"Marmalade {n}"} for n in range(20)])
    await say(person, tasks[0], "With oranges")
    with max_queries(runtime, 16):
        done = await edit(person, tasks, updates={"deleted": True})
    assert await titles(person, "marmalade") == []
    assert (await person.client.get(f"/tasks/{tasks[0]['id']}/comments")).status_code == 404
    with max_queries(runtime, 20):
        undone = await undo(person, done)
    assert undone["restored"] == 20
    assert len(await titles(person, "marmalade")) == 20
    assert [each["body"] for each in await said(person, tasks[0])] == ["With oranges"]


async def test_renamed_and_back(person: Person) -> None:
    tasks = await make_all(person, {"title": "Quince"}, {"title": "Quince"})
    done = await edit(person, tasks, updates={"title": "Damson", "add_tags": ["jelly"]})
    assert (await titles(person, "quince"), len(await titles(person, "jelly"))) == ([], 2)
    await undo(person, done)
    assert (len(await titles(person, "quince")), await titles(person, "damson")) == (2, [])


async def test_into_a_hidden_project(person: Person, make_user: MakeUser) -> None:
    member = await make_user()
    workspace = await make_team(person, member=member)
    public = await make_project(person, workspace)
    secret = await make_project(person, workspace, private=True)
    bodies = [{"title": "Rhubarb", "project_id": public["id"]}] * 3
    tasks = await make_all(person, *bodies)
    assert len(await titles(member, "rhubarb")) == 3
    done = await edit(person, tasks, updates={"project_id": secret["id"]})
    assert await titles(member, "rhubarb") == []
    await undo(person, done)
    assert len(await titles(member, "rhubarb")) == 3
    good(await member.client.get(f"/tasks/{tasks[0]['id']}"))

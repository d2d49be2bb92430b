"""Files in the JSON export: what is known of them, and not what is in them."""

from tests.exports.asking import asked, document
from tests.files.sending import attach
from tests.kit.app import Person, good
from tests.tasks.making import make
from tests.workspaces.teams import Team

NAMES = ("id", "filename", "content_type", "size", "sha256", "created_by", "created_at")


async def test_json_holds_what_is_known_of_files(person: Person) -> None:
    task = await make(person)
    kept = await attach(person, b"Zanzibar", "kept.txt", task=task)
    gone = await attach(person, b"gone", "gone.txt", task=task)
    free = await attach(person, b"free", "free.txt")
    good(await person.client.delete(f"/files/{gone['id']}"))
    found = await document(person)
    (of_task,) = found["tasks"][0]["files"]
    (of_none,) = found["files"]
    assert {name: of_task[name] for name in NAMES} == {name: kept[name] for name in NAMES}
    assert (of_none["id"], of_none["project_id"]) == (free["id"], person.inbox_id)
    assert "Zanzibar" not in (await asked(person, "json")).text
    everything = await document(person, include_trash="true")
    assert [one["id"] for one in everything["tasks"][0]["files"]] == [kept["id"], gone["id"]]


async def test_not_those_of_private_projects(team: Team) -> None:
    project = await team.project(private=True)
    task = await make(team.owner, project_id=project)
    await attach(team.owner, b"x", "Quagga.txt", task=task)
    await attach(team.owner, b"x", "Quagga.txt", project_id=project)
    assert (await asked(team.owner, "json")).text.count("Quagga") == 2
    assert "Quagga" not in (await asked(team.member, "json")).text

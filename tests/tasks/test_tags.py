"""Tags, one by one."""

from urllib.parse import quote

from tests.kit.app import Person, good, refused
from tests.tasks.making import found, make, patch


async def test_tags_come_and_go(person: Person) -> None:
    task = await make(person, tags=["Home"])
    path = f"/tasks/{task['id']}/tags"
    tagged = good(await person.client.post(path, json={"tags": ["home", " Zürich ", "a/b c"]}))
    assert tagged["tags"] == ["Home", "Zürich", "a/b c"]
    assert tagged["version"] == 2
    assert good(await person.client.post(path, json={"tags": ["HOME"]})) == tagged
    assert len(await found(person, tag="zurich")) == 1
    removed = good(await person.client.delete(f"{path}/ZURICH"))
    assert removed["tags"] == ["Home", "a/b c"]
    assert await found(person, tag="zurich") == []
    refused(await person.client.delete(f"{path}/zurich"), 404)
    assert (await patch(person, task, tags=["HOME"]))["tags"] == ["HOME"]
    assert len(await found(person, tag="home")) == 1


async def test_what_is_no_tag(person: Person) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}/tags"
    for tags in ([], [""], ["  "], ["x" * 51], [None], [5], None, "x", ["a\0b"]):
        refused(await person.client.post(path, json={"tags": tags}), 422)
    many = [f"tag {number}" for number in range(50)]
    good(await person.client.post(path, json={"tags": many}))
    refused(await person.client.post(path, json={"tags": ["one more"]}), 422, "too_many_tags")
    assert len(good(await person.client.delete(f"{path}/{quote('tag 7')}"))["tags"]) == 49
    refused(await person.client.post(path, json={"tags": ["x"]}, headers={"If-Match": '"1"'}), 412)

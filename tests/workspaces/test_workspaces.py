"""Workspaces through the API."""

import asyncio
from uuid import uuid4

import pytest

from tests.kit.app import MakeUser, Person, good, refused
from tests.workspaces.teams import Team


async def _make(person: Person, name: str) -> str:
    made = good(await person.client.post("/workspaces", json={"name": name}))
    found: str = made["id"]
    return found


async def test_a_workspace_is_made_read_renamed_and_archived(person: Person) -> None:
    answer = await person.client.post("/workspaces", json={"name": "  Garden   club "})
    made = good(answer)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == f"/api/v1/workspaces/{made['id']}"
    assert (made["name"], made["role"], made["personal"]) == ("Garden club", "owner", False)
    path = f"/workspaces/{made['id']}"
    renamed = await person.client.patch(path, json={"name": "Club", "archived": True})
    assert renamed.headers["etag"] == '"2"'
    read = await person.client.get(path)
    assert good(read) == good(renamed)
    assert read.json()["archived_at"] is not None
    assert good(await person.client.patch(path, json={"archived": False}))["archived_at"] is None


async def test_a_change_of_nothing_is_no_change(person: Person) -> None:
    path = f"/workspaces/{await _make(person, 'Same')}"
    assert good(await person.client.patch(path, json={"name": "Same"}))["version"] == 1
    assert good(await person.client.patch(path, json={}))["version"] == 1


async def test_a_stale_copy_changes_nothing(person: Person) -> None:
    path = f"/workspaces/{await _make(person, 'First')}"
    first = {"If-Match": '"1"'}
    good(await person.client.patch(path, json={"name": "Second"}, headers=first))
    late = await person.client.patch(path, json={"name": "Third"}, headers=first)
    assert refused(late, 412)["current_version"] == 2
    refused(await person.client.delete(path, headers=first), 412)
    assert good(await person.client.get(path))["name"] == "Second"


@pytest.mark.each
async def test_of_many_with_the_same_copy_one_wins(person: Person) -> None:
    path = f"/workspaces/{await _make(person, 'Race')}"
    answers = await asyncio.gather(
        *(
            person.client.patch(path, json={"name": f"N{n}"}, headers={"If-Match": '"1"'})
            for n in range(20)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19


async def test_the_trash_hides_all_and_gives_it_back(team: Team) -> None:
    project = await team.project()
    good(await team.owner.client.delete(team.path()))
    for role in ("owner", "viewer"):
        refused(await team[role].client.get(team.path()), 404)
        refused(await team[role].client.get(f"/projects/{project}"), 404)
        refused(
            await team[role].client.get("/projects", params={"workspace_id": team.workspace_id}),
            404,
        )
        listed = good(await team[role].client.get("/projects", params={"limit": 100}))["items"]
        assert project not in [one["id"] for one in listed]
    trash = good(await team.owner.client.get("/workspaces", params={"trashed": True}))["items"]
    assert team.workspace_id in [one["id"] for one in trash]
    refused(await team.admin.client.post(team.path("restore")), 403, "role_too_low")
    refused(await team.outsider.client.post(team.path("restore")), 404)
    restored = good(await team.owner.client.post(team.path("restore")))
    assert (restored["deleted_at"], restored["role"]) == (None, "owner")
    refused(await team.owner.client.post(team.path("restore")), 404)
    assert good(await team.viewer.client.get(f"/projects/{project}"))["id"] == project


async def test_the_personal_workspace_stays_and_stays_alone(
    person: Person, make_user: MakeUser
) -> None:
    path = f"/workspaces/{person.workspace_id}"
    other = await make_user()
    refused(await person.client.delete(path), 409, "personal_workspace")
    refused(await person.client.patch(path, json={"archived": True}), 409, "personal_workspace")
    invited = await person.client.post(f"{path}/members", json={"email": other.email})
    refused(invited, 409, "personal_workspace")
    refused(await person.client.delete(f"{path}/members/{person.id}"), 409, "last_owner")
    assert good(await person.client.patch(path, json={"name": "Mine"}))["name"] == "Mine"


async def test_lists_page_sort_and_filter(person: Person) -> None:
    names = [f"W{n}" for n in range(7)]
    made = [await _make(person, name) for name in names]
    good(await person.client.patch(f"/workspaces/{made[0]}", json={"archived": True}))
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 3, "sort": "-name"}
    while True:
        page = good(await person.client.get("/workspaces", params=query))
        seen += [one["name"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [*reversed(names), "Personal"]
    put_away = good(await person.client.get("/workspaces", params={"archived": True}))["items"]
    assert [one["name"] for one in put_away] == ["W0"]


async def test_names_sort_without_regard_to_case_and_accents(person: Person) -> None:
    for name in ("zebra", "Ärger", "apfel", "Birne"):
        await _make(person, name)
    listed = good(await person.client.get("/workspaces"))["items"]
    found = [one["name"] for one in listed if not one["personal"]]
    assert found == ["apfel", "Ärger", "Birne", "zebra"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "   "},
        {"name": None},
        {"name": 7},
        {"name": "x" * 101},
        {"name": "a\0b"},
        {"name": "ok", "color": "red"},
        [],
    ],
)
async def test_bad_bodies_are_refused(person: Person, body: object) -> None:
    refused(await person.client.post("/workspaces", json=body), 422)


@pytest.mark.parametrize("body", [{"name": None}, {"archived": None}, {"archived": "perhaps"}])
async def test_bad_changes_are_refused(person: Person, body: object) -> None:
    path = f"/workspaces/{person.workspace_id}"
    refused(await person.client.patch(path, json=body), 422)


async def test_unknown_workspaces_are_not_found(person: Person) -> None:
    refused(await person.client.get(f"/workspaces/{uuid4()}"), 404)
    refused(await person.client.get("/workspaces/not-an-id"), 404)
    refused(await person.client.get("/projects", params={"workspace_id": str(uuid4())}), 404)

"""Projects through the API."""

import asyncio
from uuid import uuid4

import pytest

from tests.kit.app import Person, good, refused
from tests.workspaces.teams import ROLES, Team


async def test_a_project_is_made_read_and_changed(person: Person) -> None:
    answer = await person.client.post("/projects", json={"name": "Website relaunch"})
    made = good(answer)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1-owner"')
    assert answer.headers["location"] == f"/api/v1/projects/{made['id']}"
    assert (made["key"], made["private"], made["inbox"]) == ("WEBSIT", False, False)
    assert made["role"] == "owner"
    assert made["workspace_id"] == person.workspace_id
    path = f"/projects/{made['id']}"
    changed = await person.client.patch(path, json={"name": "Web", "key": "web", "archived": True})
    body = good(changed)
    assert (body["name"], body["key"], body["version"]) == ("Web", "WEB", 2)
    assert body["archived_at"] is not None
    assert good(await person.client.get(path)) == body


async def test_keys_come_from_names(person: Person) -> None:
    names = ["Home", "home", "Ärger im Büro", "3D printer", "X", "東京", "🏡"]
    made = [good(await person.client.post("/projects", json={"name": name})) for name in names]
    keys = ["HOME", "HOME2", "ARGER", "PRINTE", "PROJECT", "PROJECT2", "PROJECT3"]
    assert [one["key"] for one in made] == keys


async def test_a_key_is_unique_in_its_workspace(team: Team) -> None:
    await team.project(key="WEB")
    again = {"name": "Other", "key": "web", "workspace_id": team.workspace_id}
    refused(await team.owner.client.post("/projects", json=again), 409, "key_taken")
    other = await team.project(key="APP")
    taken = await team.owner.client.patch(f"/projects/{other}", json={"key": "WEB"})
    refused(taken, 409, "key_taken")
    elsewhere = {"name": "Other", "key": "WEB"}
    good(await team.owner.client.post("/projects", json=elsewhere))
    mine = good(await team.owner.client.get("/projects", params={"name": "other"}))["items"]
    for one in mine:
        good(await team.owner.client.delete(f"/projects/{one['id']}"))


@pytest.mark.each
async def test_made_keys_stay_unique_when_many_are_made_at_once(person: Person) -> None:
    async def make() -> int:
        answer = await person.client.post("/projects", json={"name": "Racing"})
        return answer.status_code

    codes = await asyncio.gather(*(make() for _ in range(8)))
    assert set(codes) <= {201, 503}
    listed = good(await person.client.get("/projects", params={"name": "racing"}))["items"]
    keys = [one["key"] for one in listed]
    assert len(keys) == len(set(keys)) == codes.count(201) > 0


async def test_the_trash_frees_the_key_and_a_restored_project_takes_another(team: Team) -> None:
    first = await team.project(key="WEB")
    good(await team.owner.client.delete(f"/projects/{first}"))
    refused(await team.owner.client.get(f"/projects/{first}"), 404)
    await team.project(key="WEB")
    query: dict[str, str | bool] = {"workspace_id": team.workspace_id, "trashed": True}
    trash = good(await team.viewer.client.get("/projects", params=query))["items"]
    assert [one["id"] for one in trash] == [first]
    refused(await team.manager.client.post(f"/projects/{first}/restore"), 403, "role_too_low")
    restored = good(await team.admin.client.post(f"/projects/{first}/restore"))
    assert (restored["key"], restored["deleted_at"]) == ("WEB2", None)


async def test_the_inbox_stays_as_it_is(person: Person) -> None:
    path = f"/projects/{person.inbox_id}"
    refused(await person.client.delete(path), 409, "inbox")
    refused(await person.client.patch(path, json={"archived": True}), 409, "inbox")
    refused(await person.client.patch(path, json={"private": True}), 409, "inbox")
    shared = {"user_id": person.id, "role": "viewer"}
    refused(await person.client.post(f"{path}/members", json=shared), 409, "inbox")


async def test_nothing_is_added_to_an_archived_workspace(team: Team) -> None:
    good(await team.owner.client.patch(team.path(), json={"archived": True}))
    data = {"name": "Late", "workspace_id": team.workspace_id}
    refused(await team.owner.client.post("/projects", json=data), 409, "workspace_archived")


async def test_a_private_project_is_hidden_from_all_but_its_members_and_admins(team: Team) -> None:
    project = await team.project(by="manager", private=True)
    seen = {}
    for role in ("owner", "admin", "manager", "member", "viewer"):
        client = team[role].client
        query = {"workspace_id": team.workspace_id}
        listed = good(await client.get("/projects", params=query))["items"]
        everywhere = good(await client.get("/projects", params={"limit": 100}))["items"]
        got = (await client.get(f"/projects/{project}")).status_code
        in_both = [project in [one["id"] for one in found] for found in (listed, everywhere)]
        seen[role] = (got, *in_both)
    shown, hidden = (200, True, True), (404, False, False)
    assert seen == {
        "owner": shown, "admin": shown, "manager": shown, "member": hidden, "viewer": hidden,
    }  # fmt: skip
    await team.join(project, "viewer", as_="member")
    good(await team.viewer.client.get(f"/projects/{project}"))


async def test_who_hides_a_project_still_sees_it(team: Team) -> None:
    project = await team.project()
    hidden = await team.manager.client.patch(f"/projects/{project}", json={"private": True})
    assert good(hidden)["private"] is True
    good(await team.manager.client.get(f"/projects/{project}"))
    refused(await team.member.client.get(f"/projects/{project}"), 404)


async def test_a_project_role_replaces_the_workspace_role(team: Team) -> None:
    project = await team.project()
    rename = {"name": "Renamed"}
    path = f"/projects/{project}"
    refused(await team.viewer.client.patch(path, json=rename), 403, "role_too_low")
    await team.join(project, "viewer", as_="manager")
    good(await team.viewer.client.patch(path, json=rename))
    await team.join(project, "manager", as_="viewer")
    refused(await team.manager.client.patch(path, json={"name": "Again"}), 403, "role_too_low")
    await team.join(project, "admin", as_="viewer")
    good(await team.admin.client.patch(path, json={"name": "By admin"}))


async def _roles(team: Team, project: str) -> dict[str, str]:
    """What each is told of their own, which lists say, too."""
    told = {}
    for role in ROLES:
        client = team[role].client
        told[role] = good(await client.get(f"/projects/{project}"))["role"]
        query = {"workspace_id": team.workspace_id}
        (listed,) = good(await client.get("/projects", params=query))["items"]
        assert listed["role"] == told[role]
    return told


async def test_everybody_is_told_their_own_role(team: Team) -> None:
    project = await team.project(by="manager")
    assert await _roles(team, project) == {role: role for role in ROLES}
    await team.join(project, "viewer", as_="manager")
    await team.join(project, "manager", as_="viewer")
    await team.join(project, "admin", as_="viewer")
    assert await _roles(team, project) == {
        "owner": "owner", "admin": "admin", "manager": "viewer", "member": "member",
        "viewer": "manager",
    }  # fmt: skip
    renamed = await team.viewer.client.patch(f"/projects/{project}", json={"name": "Other"})
    assert (good(renamed)["role"], renamed.headers["etag"]) == ("manager", '"2-manager"')
    hidden = await team.viewer.client.patch(f"/projects/{project}", json={"private": True})
    assert good(hidden)["role"] == "manager"


async def test_another_role_is_another_etag_of_the_same_version(team: Team) -> None:
    project = await team.project()
    path = f"/projects/{project}"
    tags = {role: (await team[role].client.get(path)).headers["etag"] for role in ROLES}
    assert len(set(tags.values())) == len(ROLES)
    # Whoever's it is: If-Match is about the version alone.
    headers = {"If-Match": tags["viewer"]}
    good(await team.manager.client.patch(path, json={"name": "Renamed"}, headers=headers))
    again = await team.manager.client.patch(path, json={"name": "Again"}, headers=headers)
    refused(again, 412)


async def test_lists_page_sort_and_filter(team: Team) -> None:
    made = [await team.project(name=f"Part {n}", key=f"K{n}") for n in range(5)]
    good(await team.owner.client.patch(f"/projects/{made[0]}", json={"archived": True}))
    seen: list[str] = []
    query = {"limit": "2", "sort": "-key", "workspace_id": team.workspace_id}
    while True:
        page = good(await team.viewer.client.get("/projects", params=query))
        seen += [one["key"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ["K4", "K3", "K2", "K1", "K0"]
    place = {"workspace_id": team.workspace_id}
    put_away = good(await team.viewer.client.get("/projects", params={**place, "archived": True}))
    assert [one["key"] for one in put_away["items"]] == ["K0"]
    named = good(await team.viewer.client.get("/projects", params={**place, "name": "PART 3"}))
    assert [one["key"] for one in named["items"]] == ["K3"]
    odd = good(await team.viewer.client.get("/projects", params={**place, "name": "%"}))
    assert odd["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"name": "A", "key": "1AB"},
        {"name": "A", "key": "A"},
        {"name": "A", "key": "A" * 11},
        {"name": "A", "key": "A-B"},
        {"name": "A", "key": "ÄB"},
        {"name": "A", "private": None},
        {"name": "A", "workspace_id": "nowhere"},
        {"key": "AB"},
    ],
)
async def test_bad_bodies_are_refused(person: Person, body: object) -> None:
    refused(await person.client.post("/projects", json=body), 422)


async def test_a_foreign_workspace_takes_no_project(team: Team) -> None:
    data = {"name": "Spy", "workspace_id": team.workspace_id}
    refused(await team.outsider.client.post("/projects", json=data), 404)
    data["workspace_id"] = str(uuid4())
    refused(await team.outsider.client.post("/projects", json=data), 404)
    data["workspace_id"] = team.workspace_id
    refused(await team.member.client.post("/projects", json=data), 403, "role_too_low")


async def test_a_project_cannot_be_carried_into_another_workspace(team: Team) -> None:
    """T032: whoever could, would choose where they are admin."""
    project = await team.project()
    for owner in ("manager", "owner"):
        moved = {"workspace_id": team[owner].workspace_id}
        refused(await team[owner].client.patch(f"/projects/{project}", json=moved), 422)

"""What may not be seen is not found, by any way of asking."""

from tests.kit.app import MakeUser, Person, good, refused
from tests.search.finding import find, titles
from tests.workspaces.teams import ROLES, Team

WORD = "Zanzibar"


async def _hidden_task(team: Team, word: str = WORD) -> tuple[str, str]:
    """A private project, and a task in it."""
    project = await team.project(private=True)
    body = {"title": f"{word} trip", "description": f"Fly to {word}", "project_id": project}
    task = good(await team.owner.client.post("/tasks", json=body))
    return project, task["key"]


async def test_a_private_project_is_not_searched(team: Team) -> None:
    project, key = await _hidden_task(team)
    for role in ROLES:
        seen = role in {"owner", "admin"}
        for q in (WORD, f'"{WORD} trip"', "zanz*", key, "trip -nothing"):
            found = await titles(team[role], q, types="task")
            assert (f"{WORD} trip" in found) is seen, (role, q)
        narrowed = {"q": WORD, "project_id": project}
        answer = await team[role].client.get("/search", params=narrowed)
        assert answer.status_code == (200 if seen else 404)
    await team.join(project, "viewer", as_="viewer")
    assert await titles(team.viewer, WORD) == [f"{WORD} trip"]


async def test_pages_are_full_beside_what_is_hidden(team: Team) -> None:
    """Else their lengths would tell how much more there is."""
    shown = await team.project()
    for number in range(4):
        body = {"title": f"Madagascar open {number}", "project_id": shown}
        good(await team.owner.client.post("/tasks", json=body))
        await _hidden_task(team, "Madagascar")
    params = {"q": "Madagascar", "limit": "3"}
    first = good(await team.viewer.client.get("/search", params=params))
    assert len(first["items"]) == 3
    params["cursor"] = first["next_cursor"]
    second = good(await team.viewer.client.get("/search", params=params))
    assert (len(second["items"]), second["next_cursor"]) == (1, None)


async def test_who_becomes_hidden_from_finds_nothing_more(team: Team) -> None:
    project = await team.project()
    body = {"title": "Lisbon plan", "project_id": project}
    good(await team.owner.client.post("/tasks", json=body))
    assert await titles(team.member, "Lisbon") == ["Lisbon plan"]
    good(await team.owner.client.patch(f"/projects/{project}", json={"private": True}))
    assert await titles(team.member, "Lisbon") == []


async def test_the_workspace_goes_with_all_in_it(team: Team, person: Person) -> None:
    made = good(await person.client.post("/workspaces", json={"name": "Short-lived"}))
    body = {"name": "Boat", "key": "BOAT", "workspace_id": made["id"]}
    project = good(await person.client.post("/projects", json=body))
    task = {"title": f"{WORD} boat", "project_id": project["id"]}
    good(await person.client.post("/tasks", json=task))
    assert len(await find(person, "boat")) == 2
    good(await person.client.delete(f"/workspaces/{made['id']}"))
    assert await find(person, "boat") == []
    good(await person.client.post(f"/workspaces/{made['id']}/restore"))
    assert len(await find(person, "boat")) == 2


async def test_a_token_needs_the_scope(person: Person, make_user: MakeUser) -> None:
    for scopes, status in ((["search:read"], 200), (["tasks:read"], 403)):
        made = good(await person.client.post("/auth/tokens", json={"name": "t", "scopes": scopes}))
        heads = {"Authorization": f"Bearer {made['token']}"}
        answer = await person.client.get("/search", params={"q": "a"}, headers=heads)
        assert answer.status_code == status
    refused(await person.client.get("/search", headers={"Authorization": "Bearer no"}), 401)

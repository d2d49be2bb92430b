"""Who may join, change and leave: workspaces and projects."""

import asyncio
from collections import Counter
from collections.abc import Coroutine

import pytest

from tests.kit.app import Person, good, refused
from tests.workspaces.teams import ROLES, Team


def _member(person: Person) -> str:
    return f"members/{person.id}"


async def test_members_are_added_listed_changed_and_removed(team: Team) -> None:
    body = {"email": team.outsider.email.upper(), "role": "viewer"}
    answer = await team.admin.client.post(team.path("members"), json=body)
    made = good(answer)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert (made["user_id"], made["email"]) == (team.outsider.id, team.outsider.email)
    refused(await team.admin.client.post(team.path("members"), json=body), 409, "already_member")
    good(await team.outsider.client.get(team.path()))

    path = team.path(_member(team.outsider))
    changed = await team.admin.client.patch(path, json={"role": "manager"})
    assert (changed.headers["etag"], good(changed)["role"]) == ('"2"', "manager")
    stale = {"If-Match": '"1"'}
    refused(await team.admin.client.patch(path, json={"role": "member"}, headers=stale), 412)
    refused(await team.admin.client.delete(path, headers=stale), 412)

    listed = good(await team.viewer.client.get(team.path("members"), params={"sort": "-role"}))
    roles = [one["role"] for one in listed["items"]]
    assert roles == ["owner", "admin", "manager", "manager", "member", "viewer"]
    assert (await team.admin.client.delete(path)).status_code == 204
    refused(await team.outsider.client.get(team.path()), 404)
    refused(await team.admin.client.delete(path), 404)


async def test_members_page(team: Team) -> None:
    seen: list[str] = []
    query = {"limit": "2", "sort": "role"}
    while True:
        page = good(await team.viewer.client.get(team.path("members"), params=query))
        seen += [one["role"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == list(reversed(ROLES))


async def test_an_unknown_address_is_invited(team: Team) -> None:
    body = {"email": "nobody@nowhere.example", "role": "member"}
    answer = await team.admin.client.post(team.path("members"), json=body)
    assert answer.status_code == 202
    assert good(answer)["email"] == body["email"]
    again = await team.admin.client.post(team.path("members"), json=body)
    refused(again, 409, "already_invited")


async def test_nobody_gives_more_than_they_have(team: Team) -> None:
    body = {"email": team.outsider.email, "role": "owner"}
    refused(await team.admin.client.post(team.path("members"), json=body), 403, "role_above_own")
    for target in ("member", "admin"):
        path = team.path(_member(team[target]))
        above = await team.admin.client.patch(path, json={"role": "owner"})
        refused(above, 403, "role_above_own")


async def test_admins_leave_owners_alone(team: Team) -> None:
    path = team.path(_member(team.owner))
    demoted = await team.admin.client.patch(path, json={"role": "viewer"})
    refused(demoted, 403, "member_above_own")
    refused(await team.admin.client.delete(path), 403, "member_above_own")


async def test_owners_make_and_unmake_owners(team: Team) -> None:
    path = team.path(_member(team.admin))
    assert good(await team.owner.client.patch(path, json={"role": "owner"}))["role"] == "owner"
    own = team.path(_member(team.owner))
    assert good(await team.admin.client.patch(own, json={"role": "member"}))["role"] == "member"
    refused(await team.owner.client.patch(path, json={"role": "member"}), 403, "role_too_low")


async def test_the_last_owner_stays(team: Team) -> None:
    path = team.path(_member(team.owner))
    refused(await team.owner.client.delete(path), 409, "last_owner")
    refused(await team.owner.client.patch(path, json={"role": "admin"}), 409, "last_owner")
    assert good(await team.owner.client.patch(path, json={"role": "owner"}))["version"] == 1


@pytest.mark.each
async def test_t034_no_race_leaves_a_workspace_without_an_owner(team: Team) -> None:
    """Fifty times, two owners end each other's ownership, or their own, at the same moment."""
    first, second = team.owner, team.admin
    outcomes: Counter[tuple[int, ...]] = Counter()
    for turn in range(50):
        path = team.path(_member(second))
        good(await first.client.patch(path, json={"role": "owner"}))
        codes = await asyncio.gather(*_quarrel(team, first, second, turn))
        outcomes[tuple(sorted(codes))] += 1
        first, second = await _settle(team, first, second)
    assert sum(outcomes.values()) == 50
    assert {code for codes in outcomes for code in codes} <= {200, 204, 403, 404, 409, 503}
    assert not [codes for codes in outcomes if codes in {(200, 200), (200, 204), (204, 204)}]


def _quarrel(
    team: Team, first: Person, second: Person, turn: int
) -> tuple[Coroutine[None, None, int], Coroutine[None, None, int]]:
    demote = {"role": "admin"}

    async def change(by: Person, whose: Person) -> int:
        answer = await by.client.patch(team.path(_member(whose)), json=demote)
        return answer.status_code

    async def leave(who: Person) -> int:
        return (await who.client.delete(team.path(_member(who)))).status_code

    if turn % 3 == 0:
        return change(first, second), change(second, first)
    if turn % 3 == 1:
        return change(first, first), change(second, second)
    return leave(first), change(second, second)


async def _settle(team: Team, *pair: Person) -> tuple[Person, Person]:
    """An owner is left; puts the other one back as a member, and gives the owner first."""
    roles = {}
    for person in pair:
        answer = await person.client.get(team.path())
        roles[person.id] = answer.json().get("role")
    owners = [person for person in pair if roles[person.id] == "owner"]
    assert owners, roles
    other = next(person for person in pair if person is not owners[0])
    if roles[other.id] is None:
        body = {"email": other.email, "role": "admin"}
        good(await owners[0].client.post(team.path("members"), json=body))
    return owners[0], other


async def test_everybody_may_leave_and_loses_their_projects(team: Team) -> None:
    project = await team.project(private=True)
    await team.join(project, "viewer", as_="admin")
    good(await team.viewer.client.delete(team.path(_member(team.viewer))))
    refused(await team.viewer.client.get(f"/projects/{project}"), 404)
    body = {"email": team.viewer.email, "role": "viewer"}
    good(await team.owner.client.post(team.path("members"), json=body))
    refused(await team.viewer.client.get(f"/projects/{project}"), 404)
    members = good(await team.owner.client.get(f"/projects/{project}/members"))["items"]
    assert team.viewer.id not in [one["user_id"] for one in members]


async def test_project_members_are_added_listed_changed_and_removed(team: Team) -> None:
    project = await team.project()
    path = f"/projects/{project}/members"
    answer = await team.manager.client.post(path, json={"email": team.viewer.email})
    made = good(answer)
    assert (answer.status_code, answer.headers["etag"], made["role"]) == (201, '"1"', "member")
    again = await team.manager.client.post(path, json={"user_id": team.viewer.id})
    refused(again, 409, "already_member")
    own = f"{path}/{team.viewer.id}"
    changed = await team.manager.client.patch(own, json={"role": "manager"})
    assert (changed.headers["etag"], good(changed)["role"]) == ('"2"', "manager")
    stale = {"If-Match": '"1"'}
    refused(await team.manager.client.patch(own, json={"role": "viewer"}, headers=stale), 412)
    refused(await team.manager.client.delete(own, headers=stale), 412)
    listed = good(await team.viewer.client.get(path))["items"]
    assert [one["user_id"] for one in listed] == [team.viewer.id]
    assert (await team.manager.client.delete(own)).status_code == 204
    refused(await team.manager.client.delete(own), 404)


async def test_a_project_takes_only_people_of_its_workspace(team: Team) -> None:
    path = f"/projects/{await team.project()}/members"
    for who in ({"user_id": team.outsider.id}, {"email": team.outsider.email}):
        refused(await team.owner.client.post(path, json=who), 404, "not_a_member")


@pytest.mark.parametrize("who", [{}, {"email": "a@b.example", "user_id": "0" * 32}])
async def test_a_project_member_is_named_in_one_way(team: Team, who: dict[str, str]) -> None:
    path = f"/projects/{await team.project()}/members"
    refused(await team.owner.client.post(path, json=who), 422)


async def test_nobody_gives_more_than_they_have_in_a_project(team: Team) -> None:
    project = await team.project()
    path = f"/projects/{project}/members"
    above = {"user_id": team.member.id, "role": "admin"}
    refused(await team.manager.client.post(path, json=above), 403, "role_above_own")
    await team.join(project, "member", as_="admin")
    own = f"{path}/{team.member.id}"
    refused(await team.manager.client.delete(own), 403, "member_above_own")
    lower = await team.manager.client.patch(own, json={"role": "viewer"})
    refused(lower, 403, "member_above_own")
    good(await team.member.client.delete(own))


async def test_leaving_a_project_gives_nobody_more(team: Team) -> None:
    """T032: a manager who is only a viewer of this project would be a manager again."""
    project = await team.project()
    await team.join(project, "manager", as_="viewer")
    own = f"/projects/{project}/members/{team.manager.id}"
    refused(await team.manager.client.delete(own), 403, "role_above_own")
    good(await team.owner.client.delete(own))


async def test_leaving_a_private_project_hides_it(team: Team) -> None:
    project = await team.project(by="manager", private=True)
    path = f"/projects/{project}"
    good(await team.manager.client.delete(f"{path}/members/{team.manager.id}"))
    refused(await team.manager.client.get(path), 404)
    good(await team.owner.client.get(path))


@pytest.mark.each
async def test_joining_a_project_at_the_same_moment_makes_one_member(team: Team) -> None:
    path = f"/projects/{await team.project()}/members"
    body = {"user_id": team.member.id, "role": "viewer"}
    answers = await asyncio.gather(*(team.owner.client.post(path, json=body) for _ in range(5)))
    codes = Counter(answer.status_code for answer in answers)
    assert codes[201] == 1
    assert set(codes) <= {201, 409, 503}

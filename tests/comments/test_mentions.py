"""Whom an @ calls: only those who may see the task, and nobody learns of others."""

from typing import Any

import pytest

from tests.comments.saying import said, say
from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import make
from tests.tasks.test_changes import recorded
from tests.workspaces.teams import ROLES, Team
from upnext.core.runtime import Runtime


def _name(person: Person) -> str:
    return person.email.partition("@")[0]


async def _named(person: Person, name: str) -> None:
    good(await person.client.patch("/auth/me", json={"username": name}))


async def _mentionable(person: Person, task: Any, q: str = "") -> list[str]:
    params: dict[str, str | int] = {"q": q, "limit": 50}
    answer = await person.client.get(f"/tasks/{task['id']}/mentionable", params=params)
    return [one["id"] for one in good(answer)["items"]]


async def test_by_user_name_address_and_its_first_part(team: Team, runtime: Runtime) -> None:
    task = await make(team.owner, project_id=await team.project())
    name = f"Mia.{team.member.id[-6:]}"
    await _named(team.member, name)
    body = f"@{name.upper()}, @{team.admin.email} and @{_name(team.viewer)}. And @{name}!"
    made = await say(team.owner, task, body)
    assert set(made["mentions"]) == {team.member.id, team.admin.id, team.viewer.id}
    shown = f'<span class="mention" data-mention="{team.admin.id}">@{team.admin.email}</span>'
    assert shown in made["body_html"]
    assert made["body_html"].count("<span") == 4
    assert made["body"] == body
    (created,) = await recorded(runtime, made)
    assert created[2]["mentions"] == [None, made["mentions"]]


async def test_those_who_cannot_see_it_stay_text(team: Team, make_user: MakeUser) -> None:
    stranger = await make_user()
    hidden = await team.project(private=True)
    task = await make(team.owner, project_id=hidden)
    names = [_name(team.member), team.outsider.email, _name(stranger), "nobody", "me"]
    made = await say(team.owner, task, " ".join(f"@{name}" for name in names))
    assert made["mentions"] == []
    assert "<span" not in made["body_html"]
    await team.join(hidden, "member", as_="viewer")
    assert (await say(team.owner, task, f"@{names[0]}"))["mentions"] == [team.member.id]


async def test_the_answer_is_the_same_for_who_exists_and_who_does_not(team: Team) -> None:
    task = await make(team.owner, project_id=await team.project())
    there = await say(team.member, task, f"@{team.outsider.email}")
    nowhere = await say(team.member, task, f"@x{team.outsider.email}")
    alike = {"id", "thread_id", "body", "body_html", "created_at", "updated_at"}
    assert {n: v for n, v in there.items() if n not in alike} == {
        n: v for n, v in nowhere.items() if n not in alike
    }
    assert there["body_html"].replace("@", "@x", 1) == nowhere["body_html"]


async def test_code_links_and_addresses_call_nobody(team: Team) -> None:
    task = await make(team.owner, project_id=await team.project())
    name = _name(team.member)
    for body in (f"`@{name}`", f"x\n\n    @{name}", f"```\n@{name}\n```", f"[@{name}](https://a.b)",
                 f"mail{name}@{name}", f"a@{name}", f"@@{name}"):  # fmt: skip
        assert (await say(team.owner, task, body))["mentions"] == [], body
    for body in (f"(@{name})", f"**@{name}**", f"> @{name}", f"- @{name}:", f"# @{name}?"):
        assert (await say(team.owner, task, body))["mentions"] == [team.member.id], body


async def test_two_with_one_first_part_stay_text(team: Team, make_user: MakeUser) -> None:
    twins = [await make_user(f"twin-{team.workspace_id[-8:]}@{host}.example") for host in "ab"]
    for twin in twins:
        body = {"email": twin.email, "role": "member"}
        good(await team.owner.client.post(team.path("members"), json=body))
    task = await make(team.owner, project_id=await team.project())
    assert (await say(team.owner, task, f"@{_name(twins[0])}"))["mentions"] == []
    assert (await say(team.owner, task, f"@{twins[1].email}"))["mentions"] == [twins[1].id]


async def test_editing_calls_anew(team: Team, runtime: Runtime) -> None:
    task = await make(team.owner, project_id=await team.project())
    made = await say(team.owner, task, f"@{_name(team.member)}")
    body = {"body": f"@{_name(team.admin)}"}
    edited = good(await team.owner.client.patch(f"/comments/{made['id']}", json=body))
    assert edited["mentions"] == [team.admin.id]
    assert (await recorded(runtime, made))[1][2]["mentions"] == [
        [team.member.id],
        [team.admin.id],
    ]
    # Who has left since is still shown where they were called, and cannot be called again.
    good(await team.owner.client.delete(team.path("members", team.admin.id)))
    assert [one["mentions"] for one in await said(team.owner, task)] == [[team.admin.id]]
    again = good(await team.owner.client.patch(f"/comments/{made['id']}", json={"body": "@x"}))
    assert again["mentions"] == []
    assert (await say(team.owner, task, body["body"]))["mentions"] == []


@pytest.mark.each
async def test_a_thousand_names_are_no_thousand_questions(team: Team, runtime: Runtime) -> None:
    task = await make(team.owner, project_id=await team.project())
    body = " ".join(f"@n{number}" for number in range(1_000))
    path = f"/tasks/{task['id']}/comments"
    with max_queries(runtime, 7):
        good(await team.owner.client.post(path, json={"body": body}))


async def test_t017_whom_to_call_is_told_to_who_sees_the_task(team: Team) -> None:
    hidden = await team.project(private=True)
    secret = await make(team.owner, project_id=hidden)
    shown = await make(team.owner, project_id=await team.project())
    everybody = {team[role].id for role in ROLES}
    assert set(await _mentionable(team.viewer, shown)) == everybody
    assert set(await _mentionable(team.owner, secret)) == {team.owner.id, team.admin.id}
    for person in (team.member, team.outsider):
        refused(await person.client.get(f"/tasks/{secret['id']}/mentionable"), 404)
    refused(await team.outsider.client.get(f"/tasks/{shown['id']}/mentionable"), 404)


@pytest.mark.each
async def test_names_are_found_by_their_beginning(team: Team, runtime: Runtime) -> None:
    task = await make(team.owner, project_id=await team.project())
    name = f"Zoe_{team.viewer.id[-6:]}"
    await _named(team.viewer, name)
    path = f"/tasks/{task['id']}/mentionable"
    answer = good(await team.owner.client.get(path, params={"q": "zoe_"}))
    assert answer["items"] == [{"id": team.viewer.id, "name": name, "mention": name}]
    assert await _mentionable(team.owner, task, _name(team.viewer)) == [team.viewer.id]
    for nothing in ("zoex", "%", "_", "\\", "zoe%", team.outsider.email):
        assert await _mentionable(team.owner, task, nothing) == [], nothing
    with max_queries(runtime, 3) as statements:
        page = await team.owner.client.get(path)
    assert statements
    assert "@" not in page.text
    refused(await team.owner.client.get(path, params={"q": "x" * 101}), 422)

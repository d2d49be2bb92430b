"""Invitations: by mail, to one address, once."""

from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from tests.kit.app import PASSWORD, MakeUser, Person, connect, good, max_queries, refused, register
from tests.kit.posting import CONTEXT, Post, text_of, token_in
from tests.workspaces.teams import Team
from upnext.core.config import load
from upnext.core.runtime import Runtime
from upnext.workspaces.invitations import MAIL
from upnext.workspaces.invitations.jobs import sweep

NOBODY = "newhire@invited.example"


@pytest.fixture
def post(runtime: Runtime) -> Post:
    return Post(runtime)


async def invite(team: Team, post: Post, email: str, **more: Any) -> tuple[str, str]:
    """The id of the invitation and the token of its mail."""
    body = {"email": email, **more}
    made = good(await team.admin.client.post(team.path("invitations"), json=body))
    await post.do(MAIL, lambda args: args["invitation_id"] == made["id"])
    return made["id"], token_in((await post.to(email))[-1])


async def test_somebody_with_an_account_joins(team: Team, post: Post) -> None:
    invitation_id, token = await invite(team, post, team.outsider.email, role="manager")
    guest = team.outsider.client
    shown = good(await guest.post("/invitations/lookup", json={"token": token}))
    assert (shown["role"], shown["email"]) == ("manager", team.outsider.email)
    assert token not in str(shown)
    joined = good(await guest.post("/invitations/accept", json={"token": token}))
    assert (joined["workspace_id"], joined["role"]) == (team.workspace_id, "manager")
    assert good(await guest.get(team.path()))["role"] == "manager"
    assert good(await guest.get("/auth/me"))["email_verified"] is True
    # Once.
    refused(await guest.post("/invitations/accept", json={"token": token}), 400, "bad_invitation")
    refused(await guest.post("/invitations/lookup", json={"token": token}), 400, "bad_invitation")
    gone = team.path(f"invitations/{invitation_id}")
    refused(await team.admin.client.get(gone), 404)


async def test_a_stranger_registers_through_the_link(
    team: Team, post: Post, served: ASGIApp, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await invite(team, post, NOBODY, role="member")
    environ = {"UPNEXT_REGISTRATION": "closed", "UPNEXT_DATA_DIR": "/nowhere"}
    secrets = {"SECRET_KEY": "x1y2z3" * 9 + "end", "JWT_SECRET_KEY": "a1b2c3" * 9 + "end"}
    closed = load(environ={**environ, **secrets, "DATABASE_URL": runtime.settings.database.url})
    # Frozen settings of a frozen runtime: the one field that this is about.
    object.__setattr__(runtime.settings, "auth", closed.auth)
    try:
        async with connect(served) as client:
            body = {"email": NOBODY, "password": PASSWORD}
            refused(await client.post("/auth/register", json=body), 403, "registration_closed")
            other = {**body, "email": "thief@invited.example", "invitation_token": token}
            refused(await client.post("/auth/register", json=other), 400, "bad_invitation")
            made = good(
                await client.post("/auth/register", json={**body, "invitation_token": token})
            )
            assert made["email_verified"] is True
            tokens = good(await client.post("/auth/login", json=body))
            client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
            good(await client.post("/invitations/accept", json={"token": token}))
            assert good(await client.get(team.path()))["role"] == "member"
    finally:
        object.__setattr__(runtime.settings, "auth", load(environ=_open(runtime)).auth)


def _open(runtime: Runtime) -> dict[str, str]:
    from tests.kit.app import SECRETS  # noqa: PLC0415 - the suite's own keys

    return {**SECRETS, "DATABASE_URL": runtime.settings.database.url, "UPNEXT_DATA_DIR": "/nowhere"}


async def test_t068_the_address_has_to_be_the_same(team: Team, post: Post, served: ASGIApp) -> None:
    """Registering with the invited address beforehand opens nothing without the mail."""
    async with connect(served) as client:
        early = await register(client, "early@invited.example")
        refused(await early.client.get(team.path()), 404)
        _, token = await invite(team, post, early.email)
        thief = team.outsider.client
        answer = await thief.post("/invitations/accept", json={"token": token})
        refused(answer, 400, "bad_invitation")
        good(await early.client.post("/invitations/accept", json={"token": token}))


@pytest.mark.each
async def test_invitations_are_managed(team: Team, post: Post, runtime: Runtime) -> None:
    invitation_id, first = await invite(team, post, "a@managed.example", role="viewer")
    await invite(team, post, "b@managed.example")
    path = team.path("invitations")
    with max_queries(runtime, 3):
        listed = good(await team.admin.client.get(path, params={"limit": 1}))
    assert [one["email"] for one in listed["items"]] == ["b@managed.example"]
    more = {"limit": 1, "cursor": listed["next_cursor"]}
    rest = good(await team.admin.client.get(path, params=more))
    assert [one["email"] for one in rest["items"]] == ["a@managed.example"]
    assert rest["items"][0]["sent_at"] is not None
    # 067: no answer has the token.
    assert first not in str(rest)

    own = f"{path}/{invitation_id}"
    again = {"email": "A@managed.example"}
    refused(await team.admin.client.post(path, json=again), 409, "already_invited")
    changed = good(await team.admin.client.patch(own, json={"role": "member"}))
    assert (changed["role"], changed["version"]) == ("member", 2)
    stale = {"If-Match": '"1"'}
    refused(await team.admin.client.patch(own, json={"role": "member"}, headers=stale), 412)
    refused(await team.admin.client.patch(own, json={"role": "owner"}), 403, "role_above_own")

    good(await team.admin.client.post(f"{own}/resend"))
    await post.do(MAIL, lambda args: args["invitation_id"] == invitation_id)
    second = token_in((await post.to("a@managed.example"))[-1])
    guest = team.outsider.client
    refused(await guest.post("/invitations/lookup", json={"token": first}), 400)
    good(await guest.post("/invitations/lookup", json={"token": second}))
    good(await team.admin.client.delete(own))
    refused(await guest.post("/invitations/lookup", json={"token": second}), 400)


async def test_an_invitation_gives_no_more_than_its_maker_still_may(team: Team, post: Post) -> None:
    too_much = {"email": NOBODY, "role": "owner"}
    path = team.path("invitations")
    refused(await team.admin.client.post(path, json=too_much), 403, "role_above_own")
    _, token = await invite(team, post, team.outsider.email, role="admin")
    demoted = team.path(f"members/{team.admin.id}")
    good(await team.owner.client.patch(demoted, json={"role": "member"}))
    answer = await team.outsider.client.post("/invitations/accept", json={"token": token})
    refused(answer, 400, "bad_invitation")


async def test_an_invitation_to_a_project(team: Team, post: Post) -> None:
    data = {"name": "Hidden", "workspace_id": team.workspace_id, "private": True}
    project = good(await team.admin.client.post("/projects", json=data))["id"]
    more = {"role": "viewer", "project_id": project, "project_role": "manager"}
    _, token = await invite(team, post, team.outsider.email, **more)
    good(await team.outsider.client.post("/invitations/accept", json={"token": token}))
    good(await team.outsider.client.patch(f"/projects/{project}", json={"name": "Shown"}))


async def test_a_mail_says_nothing_but_text(
    make_user: MakeUser, post: Post, client: httpx.AsyncClient
) -> None:
    person: Person = await make_user()
    name = "Win\n<b>now</b> https://evil.example"
    made = good(await person.client.post("/workspaces", json={"name": name}))
    body = {"email": "text@invited.example"}
    path = f"/workspaces/{made['id']}/invitations"
    invitation = good(await person.client.post(path, json=body))
    await post.do(MAIL, lambda args: args["invitation_id"] == invitation["id"])
    (mail,) = await post.to("text@invited.example")
    html = mail.get_body(("html",))
    assert html is not None
    assert "<b>now" not in html.get_content()
    assert "evil.example" not in text_of(mail) + mail["Subject"] + html.get_content()


async def test_old_ones_are_forgotten(runtime: Runtime) -> None:
    async def apply(session: Any) -> None:
        await sweep(session, None, None)  # type: ignore[arg-type]  # it asks neither

    await runtime.workshop.run(CONTEXT, apply)

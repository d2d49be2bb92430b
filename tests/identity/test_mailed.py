"""Verification and password reset, from the request to the mail to the link."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from starlette.types import ASGIApp

from tests.kit.app import PASSWORD, Person, connect, good, max_queries, refused
from tests.kit.posting import CONTEXT, Post, text_of, token_in
from upnext.core.mail.models import MailCount
from upnext.core.mail.queries import sent
from upnext.core.runtime import Runtime
from upnext.identity.mailed import RESET_MAIL, VERIFY_MAIL
from upnext.identity.models import MailToken

NEW = "another horse entirely"


@pytest.fixture
def post(runtime: Runtime) -> Post:
    return Post(runtime)


async def forgotten(client: httpx.AsyncClient, post: Post, email: str) -> str:
    good(await client.post("/auth/forgot-password", json={"email": email}))
    await post.do(RESET_MAIL, lambda args: args["email"] == email)
    return token_in((await post.to(email))[-1])


async def test_a_new_account_verifies_its_address(person: Person, post: Post) -> None:
    assert good(await person.client.get("/auth/me"))["email_verified"] is False
    assert await post.do(VERIFY_MAIL, lambda args: args["user_id"] == person.id) == 1
    (mail,) = await post.to(person.email)
    token = token_in(mail)
    assert "/verify-email#token=" in text_of(mail)
    good(await person.client.post("/auth/verify-email", json={"token": token}))
    assert good(await person.client.get("/auth/me"))["email_verified"] is True
    again = await person.client.post("/auth/verify-email", json={"token": token})
    refused(again, 400, "bad_mail_token")
    refused(await person.client.post("/auth/verify-email/resend"), 409, "already_verified")


async def test_only_the_newest_verification_counts(person: Person, post: Post) -> None:
    for _ in range(2):
        good(await person.client.post("/auth/verify-email/resend"))
    assert await post.do(VERIFY_MAIL, lambda args: args["user_id"] == person.id) == 3
    mails = await post.to(person.email)
    tokens = [token_in(mail) for mail in mails]
    answers = [
        (await person.client.post("/auth/verify-email", json={"token": token})).status_code
        for token in tokens
    ]
    assert sorted(answers) == [204, 400, 400]


async def test_a_reset_ends_everything_and_works_once(
    person: Person, post: Post, client: httpx.AsyncClient
) -> None:
    """041, 056."""
    first = await forgotten(client, post, person.email)
    token = await forgotten(client, post, person.email)
    body = {"token": token, "new_password": NEW}
    # After a newer one, the older one does nothing.
    stale = await client.post("/auth/reset-password", json={**body, "token": first})
    refused(stale, 400, "bad_mail_token")
    weak = await client.post("/auth/reset-password", json={**body, "new_password": person.email})
    refused(weak, 422)
    good(await client.post("/auth/reset-password", json=body))
    refused(await person.client.get("/auth/me"), 401)
    refused(await client.post("/auth/reset-password", json=body), 400, "bad_mail_token")
    login = {"email": person.email, "password": PASSWORD}
    refused(await client.post("/auth/login", json=login), 401)
    good(await client.post("/auth/login", json={**login, "password": NEW}))


async def test_a_changed_password_voids_the_link(
    person: Person, post: Post, client: httpx.AsyncClient
) -> None:
    token = await forgotten(client, post, person.email)
    changed = {"current_password": PASSWORD, "new_password": NEW}
    good(await person.client.post("/auth/password", json=changed))
    answer = await client.post("/auth/reset-password", json={"token": token, "new_password": NEW})
    refused(answer, 400, "bad_mail_token")


async def test_a_link_grows_old(
    person: Person, post: Post, client: httpx.AsyncClient, runtime: Runtime
) -> None:
    token = await forgotten(client, post, person.email)
    digest = hashlib.sha256(token.encode()).digest()
    now = runtime.clock.now()

    async def age(session: Any) -> None:
        old = update(MailToken).where(MailToken.hash == digest).values(expires_at=now)
        await session.execute(old)

    await runtime.workshop.run(CONTEXT, age)
    answer = await client.post("/auth/reset-password", json={"token": token, "new_password": NEW})
    refused(answer, 400, "bad_mail_token")


@pytest.mark.each
async def test_nobody_learns_who_has_an_account(
    person: Person, post: Post, client: httpx.AsyncClient, runtime: Runtime
) -> None:
    """The same answer, the same statements; the difference is in a job."""
    answers, statements = [], []
    for email in (person.email, "nobody@nowhere.example"):
        with max_queries(runtime, 3) as seen:
            answer = await client.post("/auth/forgot-password", json={"email": email})
        answers.append((answer.status_code, answer.json()))
        statements.append(list(seen))
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]
    nobody = "nobody@nowhere.example"
    assert await post.do(RESET_MAIL, lambda args: args["email"] == nobody) == 1
    assert await post.to(nobody) == []


async def test_a_mailbox_is_not_filled_by_others(
    person: Person, post: Post, client: httpx.AsyncClient
) -> None:
    for _ in range(7):
        good(await client.post("/auth/forgot-password", json={"email": person.email}))
        await post.do(RESET_MAIL, lambda args: args["email"] == person.email)
    assert len(await post.to(person.email)) == 5


async def test_what_is_too_much_in_an_hour_waits(
    person: Person, post: Post, runtime: Runtime
) -> None:
    digest = hashlib.sha256(person.email.encode()).digest()
    hour = runtime.clock.now().replace(minute=0, second=0, microsecond=0)

    async def fill(session: Any) -> None:
        session.add(MailCount(recipient=digest, hour=hour, sent=30))

    await runtime.workshop.run(CONTEXT, fill)
    await post.do(VERIFY_MAIL, lambda args: args["user_id"] == person.id)
    assert await post.to(person.email) == []
    async with runtime.db.read() as session:
        assert await session.scalar(sent(digest, hour)) == 30


async def test_tokens_lie_there_as_digests(
    person: Person, post: Post, client: httpx.AsyncClient, runtime: Runtime, served: ASGIApp
) -> None:
    token = await forgotten(client, post, person.email)
    async with runtime.db.read() as session:
        own = select(MailToken).where(MailToken.hash == hashlib.sha256(token.encode()).digest())
        row = (await session.scalars(own)).one()
    assert row.expires_at - row.created_at == timedelta(hours=1)
    # 053: a link of one kind is none of another.
    async with connect(served) as other:
        answer = await other.post("/auth/verify-email", json={"token": token})
        refused(answer, 400, "bad_mail_token")
        other.headers["Authorization"] = f"Bearer {token}"
        refused(await other.get("/auth/me"), 401)

"""Mail, web push and other services: what leaves, when, and that it leaves once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import httpx
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp

from tests.kit.app import Person, connect, good, refused, register, seal
from tests.kit.listening import Listener, listening
from tests.kit.posting import CONTEXT, Post, text_of
from tests.notifications.browser import Browser
from upnext.core.jobs.models import Job
from upnext.core.outbound import Outbound, allowed_of
from upnext.core.runtime import Runtime
from upnext.notifications import digest, queries
from upnext.notifications.models import Delivery, State
from upnext.notifications.ports import Postponed
from upnext.notifications.push import _bytes
from upnext.notifications.spreading import DELIVER, SPREAD

LINK = re.compile(r"/unsubscribe/(\S+)")
PREFERENCES = "/notifications/preferences"


@pytest.fixture
def post(runtime: Runtime) -> Post:
    return Post(runtime)


@pytest.fixture(scope="module")
async def pair(served: ASGIApp) -> AsyncIterator[tuple[Person, Person]]:
    """Ada, who gives Bob work."""
    async with connect(served) as ada, connect(served) as bob:
        people = [
            await register(client, f"{name}@channels.example")
            for client, name in ((ada, "ada"), (bob, "bob"))
        ]
        made = good(await ada.post("/workspaces", json={"name": "Channels"}))
        path = f"/workspaces/{made['id']}/members"
        good(await ada.post(path, json={"email": people[1].email, "role": "member"}))
        people[0].workspace_id = people[1].workspace_id = made["id"]
        project = good(
            await ada.post("/projects", json={"name": "Work", "workspace_id": made["id"]})
        )
        people[0].inbox_id = project["id"]
        yield people[0], people[1]


@pytest.fixture
async def bob(pair: tuple[Person, Person]) -> Person:
    """Chose nothing, and can be reached by mail alone."""
    person = pair[1]
    good(await person.client.put(PREFERENCES, json={}))
    for kind in ("push", "targets"):
        for one in good(await person.client.get(f"/notifications/{kind}"))["items"]:
            good(await person.client.delete(f"/notifications/{kind}/{one['id']}"))
    return person


@pytest.fixture
def ada(pair: tuple[Person, Person]) -> Person:
    return pair[0]


@pytest.fixture
async def listener(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    """On this machine, which the suite's runtime may call as long as the test runs."""
    before = runtime.outbound
    object.__setattr__(runtime, "outbound", Outbound(allowed_of([ip_network("127.0.0.0/8")])))
    async with listening() as found:
        yield found
    runtime.outbound.close()
    object.__setattr__(runtime, "outbound", before)


async def assign(ada: Person, bob: Person, post: Post, title: str = "Write it") -> str:
    body = {"title": title, "project_id": ada.inbox_id, "assignee_ids": [bob.id]}
    made = good(await ada.client.post("/tasks", json=body))
    await seal(post.runtime)
    await post.do(SPREAD, workspace_id=ada.workspace_id)
    found: str = made["id"]
    return found


async def mails(bob: Person, post: Post) -> list[EmailMessage]:
    await post.do(DELIVER, workspace_id=bob.workspace_id)
    return await post.to(bob.email)


async def test_a_mail_is_sent_once_and_can_be_stopped(
    ada: Person, bob: Person, post: Post, client: httpx.AsyncClient
) -> None:
    task = await assign(ada, bob, post, "Win <i>big</i> at https://evil.example")
    (mail,) = await mails(bob, post)
    assert task in text_of(mail)
    html = mail.get_body(("html",))
    assert html is not None
    assert "<i>" not in html.get_content()
    assert "https://evil" not in text_of(mail) + html.get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(await mails(bob, post)) == 1

    token = LINK.search(mail["List-Unsubscribe"].strip("<>"))
    assert token
    client.base_url = httpx.URL("http://localhost")
    path = f"/unsubscribe/{token[1]}"
    asked = await client.get(path)
    assert (asked.status_code, "<form" in asked.text) == (200, True)
    assert "email" in good(await bob.client.get(PREFERENCES))["events"]["task.assigned"]
    clicked = await client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert clicked.status_code == 200
    events = good(await bob.client.get(PREFERENCES))["events"]
    assert "email" not in events["task.assigned"]
    assert "email" in events["task.overdue"]
    refused(await client.post(path[:-2]), 404)
    await assign(ada, bob, post)
    assert len(await mails(bob, post)) == 1


async def test_quiet_hours_let_it_wait(
    ada: Person, bob: Person, post: Post, runtime: Runtime
) -> None:
    now = runtime.clock.now()
    minute = now.hour * 60 + now.minute
    quiet = {"start": (minute - 60) % 1440, "until": (minute + 60) % 1440}
    good(await bob.client.put(PREFERENCES, json={"quiet_hours": quiet}))
    task = await assign(ada, bob, post)
    page = good(await bob.client.get("/notifications"))
    assert page["items"][0]["task_id"] == task
    async with runtime.db.read() as session:
        waiting = select(Job).where(Job.kind == DELIVER).order_by(Job.id.desc()).limit(1)
        job = (await session.scalars(waiting)).one()
    assert timedelta(minutes=55) < job.run_at - now <= timedelta(minutes=61)


async def test_what_is_out_of_sight_by_then_is_dropped(
    ada: Person, bob: Person, post: Post, runtime: Runtime
) -> None:
    before = len(await mails(bob, post))
    project = good(
        await ada.client.post(
            "/projects", json={"name": "Secret", "workspace_id": ada.workspace_id}
        )
    )["id"]
    body = {"title": "Secret", "project_id": project, "assignee_ids": [bob.id]}
    good(await ada.client.post("/tasks", json=body))
    await seal(runtime)
    await post.do(SPREAD, workspace_id=ada.workspace_id)
    good(await ada.client.patch(f"/projects/{project}", json={"private": True}))
    assert len(await mails(bob, post)) == before


async def test_a_browser_reads_its_message(
    ada: Person, bob: Person, post: Post, runtime: Runtime, listener: Listener
) -> None:
    """RFC 8291 and 8292, from the other end."""
    browser = Browser(f"{listener.url}/push/abc")
    path = "/notifications/push"
    for _ in range(2):
        made = good(await bob.client.post(path, json=browser.subscription()))
    listed = good(await bob.client.get(path))
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    assert listener.url not in str(listed)
    bad = {**browser.subscription(), "keys": {"p256dh": "A" * 87, "auth": "A" * 22}}
    refused(await bob.client.post(path, json=bad), 422)

    listener.status = 201
    task = await assign(ada, bob, post, "Grüße")
    await post.do(DELIVER, workspace_id=bob.workspace_id)
    (asked,) = listener.asked
    message = browser.read(asked.body)
    assert isinstance(message, dict)
    assert (message["event"], "Grüße" in message["body"]) == ("task.assigned", True)
    assert task in message["url"]
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert int(asked.headers["ttl"]) > 0
    scheme, _, rest = asked.headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", listed["public_key"])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(parts["k"]))
    claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=listener.url)
    assert claims["sub"].startswith("mailto:")
    await post.do(DELIVER, workspace_id=bob.workspace_id)
    assert len(listener.asked) == 1


async def test_a_browser_that_is_gone_is_forgotten(
    ada: Person, bob: Person, post: Post, listener: Listener
) -> None:
    browser = Browser(f"{listener.url}/push/abc")
    path = "/notifications/push"
    good(await bob.client.post(path, json=browser.subscription()))
    listener.status = 503
    await assign(ada, bob, post)
    with pytest.raises(Postponed):
        await post.do(DELIVER, workspace_id=bob.workspace_id)
    assert len(good(await bob.client.get(path))["items"]) == 1
    listener.status = 410
    await post.do(DELIVER, workspace_id=bob.workspace_id)
    assert good(await bob.client.get(path))["items"] == []


async def test_an_address_inside_is_not_called(
    ada: Person, bob: Person, post: Post, runtime: Runtime
) -> None:
    """071: without being allowed to."""
    async with listening() as inside:
        browser = Browser(f"{inside.url}/push")
        good(await bob.client.post("/notifications/push", json=browser.subscription()))
        target = {"name": "Inside", "url": f"json://127.0.0.1:{inside.port}/hook"}
        good(await bob.client.post("/notifications/targets", json=target))
        await assign(ada, bob, post)
        for _ in range(3):
            try:
                await post.do(DELIVER, workspace_id=bob.workspace_id)
            except Postponed:
                continue
        assert inside.asked == []
    async with runtime.db.read() as session:
        states = {row.state for row in await session.scalars(select(Delivery))}
    assert State.FAILED in states


async def test_other_services_by_apprise(
    ada: Person, bob: Person, post: Post, listener: Listener
) -> None:
    path = "/notifications/targets"
    secret = "s3cretword"
    url = f"json://user:{secret}@127.0.0.1:{listener.port}/hook"
    made = good(await bob.client.post(path, json={"name": "Hook", "url": url}))
    assert made["kind"] == "json"
    # 040
    assert secret not in str(made) + str(good(await bob.client.get(path)))
    for bad in ("file:///etc/passwd", "mailto://a:b@c.example", "json://x?template=/etc/passwd"):
        answer = await bob.client.post(path, json={"name": "Bad", "url": bad})
        refused(answer, 422, "bad_target")
    await assign(ada, bob, post, "Through Apprise")
    await post.do(DELIVER, workspace_id=bob.workspace_id)
    (asked,) = listener.asked
    assert asked.path == "/hook"
    assert "Through Apprise" in orjson.loads(asked.body)["message"]
    assert asked.headers["authorization"].startswith("Basic ")
    refused(await ada.client.delete(f"{path}/{made['id']}"), 404)
    good(await bob.client.delete(f"{path}/{made['id']}"))


async def test_the_digest_says_what_to_do_next_and_why(
    ada: Person, bob: Person, post: Post, runtime: Runtime
) -> None:
    soon = (runtime.clock.now() + timedelta(hours=5)).isoformat()
    body: dict[str, Any] = {"title": "The <u>urgent</u> one", "priority": "urgent", "due_at": soon}
    body |= {"project_id": ada.inbox_id, "assignee_ids": [bob.id]}
    good(await ada.client.post("/tasks", json=body))
    hour = (runtime.clock.now() + timedelta(hours=3)).hour
    good(await bob.client.put(PREFERENCES, json={"digest_hour": hour, "events": {}}))

    own = queries.preference(UUID(bob.id))

    async def due(session: AsyncSession) -> None:
        row = (await session.scalars(own)).one()
        row.digest_next_at = runtime.clock.now() - timedelta(minutes=1)

    async def look(session: AsyncSession) -> None:
        await digest.look(session)

    await runtime.workshop.run(CONTEXT, due)
    for _ in range(2):
        await runtime.workshop.run(CONTEXT, look)
    before = len(await post.to(bob.email))
    assert await post.do(digest.SEND, lambda args: args["user_id"] == bob.id) == 1
    mail = (await post.to(bob.email))[before:][0]
    assert mail["Subject"] == "Your day: The <u>urgent</u> one"
    assert "1. The <u>urgent</u> one" in text_of(mail)
    assert "Urgent: counts" in text_of(mail)
    html = mail.get_body(("html",))
    assert html is not None
    assert "<u>" not in html.get_content()
    async with runtime.db.read() as session:
        row = (await session.scalars(own)).one()
    assert row.digest_next_at is not None
    assert row.digest_next_at > runtime.clock.now()
    await _stops_by_its_own_link(bob, mail)


async def _stops_by_its_own_link(bob: Person, mail: EmailMessage) -> None:
    token = LINK.search(mail["List-Unsubscribe"].strip("<>"))
    assert token
    bob.client.base_url, base = httpx.URL("http://localhost"), bob.client.base_url
    assert (await bob.client.post(f"/unsubscribe/{token[1]}")).status_code == 200
    bob.client.base_url = base
    assert good(await bob.client.get(PREFERENCES))["digest_hour"] is None

"""SMTP against a real server that refuses, postpones and dawdles; SendGrid; the outbox."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiosmtpd.controller import Controller

from tests.kit.listening import listening
from upnext.core.config import Secret
from upnext.core.config.mail import MailSettings
from upnext.core.mail import Letter, Postponed, Refused
from upnext.core.mail.letters import compose
from upnext.core.mail.outbox import MOST_KEPT, Outbox
from upnext.core.mail.sendgrid import SendGrid
from upnext.core.mail.smtp import Smtp
from upnext.core.outbound import Outbound, allowed_of

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def a_mail(to: str = "a@example.org") -> EmailMessage:
    letter = Letter(
        id=uuid4(),
        to=to,
        subject="Grüße",
        text="Plain",
        html="<p>Rich</p>",
        unsubscribe="https://upnext.example.org/unsubscribe/x",
    )
    return compose(letter, MailSettings(sender="upnext@example.org"), NOW)


def free_port() -> int:
    """aiosmtpd wants to know it beforehand."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class Post:
    """The handler of a server: what it says to each recipient, and what it took."""

    def __init__(self, *, rcpt: str = "250 OK", data: str = "250 OK", wait: float = 0) -> None:
        self.rcpt, self.data, self.wait = rcpt, data, wait
        self.took: list[bytes] = []

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's own name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (so)
        await asyncio.sleep(self.wait)
        if self.data.startswith("250"):
            self.took.append(envelope.content)
        return self.data


@contextmanager
def server(post: Post) -> Iterator[MailSettings]:
    port = free_port()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield MailSettings(host="127.0.0.1", port=port, tls="none", sender="upnext@example.org")
    finally:
        controller.stop()


async def test_smtp_delivers() -> None:
    post = Post()
    with server(post) as settings:
        await Smtp(settings).send(a_mail())
    (content,) = post.took
    assert b"multipart/alternative" in content
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in content


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (Post(rcpt="550 5.1.1 No such person"), Refused),
        (Post(rcpt="451 4.7.1 Greylisted, come back"), Postponed),
        (Post(data="554 5.7.1 We do not want this"), Refused),
        (Post(data="452 4.3.1 The disk is full"), Postponed),
    ],
)
async def test_what_a_server_says_is_final_or_not(post: Post, expected: type[Exception]) -> None:
    with server(post) as settings, pytest.raises(expected, match=r"said [45]"):
        await Smtp(settings).send(a_mail())
    assert post.took == []


async def test_a_slow_server_is_another_time() -> None:
    with server(Post(wait=0.5)) as settings, pytest.raises(Postponed, match="not reached"):
        await Smtp(settings, seconds=0.1).send(a_mail())
    nobody = MailSettings(host="127.0.0.1", port=free_port(), tls="none")
    with pytest.raises(Postponed, match="not reached"):
        await Smtp(nobody).send(a_mail())


async def test_no_mail_leaves_in_the_clear_when_tls_is_asked_for() -> None:
    post = Post()
    with server(post) as plain:
        settings = MailSettings(host=plain.host, port=plain.port, tls="starttls")
        with pytest.raises((Postponed, Refused)):
            await Smtp(settings).send(a_mail())
    assert post.took == []


async def test_sendgrid_is_asked_in_its_own_form() -> None:
    outbound = Outbound(allowed_of([ip_network("127.0.0.0/8")]))
    async with listening() as listener:
        listener.status = 202
        grid = SendGrid(Secret("SG.key"), outbound, url=f"{listener.url}/v3/mail/send")
        mail = a_mail()
        await grid.send(mail)
        (asked,) = listener.asked
        assert asked.headers["authorization"] == "Bearer SG.key"
        told = orjson.loads(asked.body)
        assert told["personalizations"] == [{"to": [{"email": "a@example.org"}]}]
        assert (told["subject"], told["from"]["email"]) == ("Grüße", "upnext@example.org")
        assert [part["type"] for part in told["content"]] == ["text/plain", "text/html"]
        assert told["headers"]["Message-ID"] == mail["Message-ID"]
        assert told["headers"]["List-Unsubscribe"].startswith("<https://")
        for status, expected in ((400, Refused), (401, Postponed), (429, Postponed)):
            listener.status = status
            with pytest.raises(expected, match=str(status)):
                await grid.send(mail)
        listener.status = 503
        with pytest.raises(Postponed, match="503"):
            await grid.send(mail)


async def test_the_outbox_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upnext.core.mail.outbox.MOST_KEPT", 2)
    assert MOST_KEPT > 2
    outbox = Outbox(tmp_path / "outbox")
    assert await outbox.newest(10) == []
    for day in (1, 2, 3):
        letter = Letter(id=uuid4(), to="a@example.org", subject=f"{day}", text="t", html="h")
        await outbox.send(compose(letter, MailSettings(), NOW.replace(day=day)))
    kept = await outbox.newest(10)
    assert [one.subject for one in kept] == ["3", "2"]
    read = await outbox.read(kept[0].name)
    assert read is not None
    assert (read.text, read.html, read.to) == ("t\n", "h\n", "a@example.org")
    assert (tmp_path / "outbox" / kept[0].name).stat().st_mode & 0o077 == 0
    (tmp_path / "secrets.json").write_text("{}")
    for name in ("../secrets.json", "secrets.json", "..", kept[0].name + "/../../secrets.json"):
        assert await outbox.read(name) is None

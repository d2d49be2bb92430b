"""Requests to real servers on this machine."""

import asyncio
import gzip
import ipaddress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.core.outbound.serving import (
    LOCAL,
    OK,
    Scripted,
    certificate,
    local,
    saying,
    server,
)
from upnext.core.outbound import Outbound, OutboundFailed, OutboundRefused
from upnext.core.outbound.calling import call

MB = 1_000_000


def answer(body: bytes, *lines: bytes) -> bytes:
    head = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


async def test_the_host_is_named_and_the_connection_closed() -> None:
    async with server(saying(OK)) as found:
        reply = await local().request(
            "POST", found.url(path="/in?a=b#c"), headers={"X-One": "1"}, content=b"{}"
        )
    assert (reply.status, reply.body, reply.was_cut) == (200, b"ok", False)
    head = found.heads[0].decode().lower()
    assert head.startswith("post /in?a=b http/1.1\r\n")
    assert f"host: hooks.example.org:{found.port}" in head
    assert "connection: close" in head
    assert "x-one: 1" in head
    assert "user-agent: upnext/" in head


async def test_a_server_that_keeps_the_connection_does_not_keep_us() -> None:
    reply = answer(b"ok", b"Connection: keep-alive", b"Keep-Alive: timeout=60")
    async with server(saying(reply)) as found:
        outbound = local(total=5)
        for _ in range(2):
            assert (await outbound.request("GET", found.url())).body == b"ok"
    assert len(found.heads) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_not_followed(status: int) -> None:
    async with server(saying(OK)) as inner:
        line = b"HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
        async with server(saying(line % (status, inner.url().encode()))) as outer:
            reply = await local().request("GET", outer.url())
    assert reply.status == status
    assert reply.headers["location"] == inner.url()
    assert inner.heads == []


class TestRebinding:
    async def test_a_name_is_resolved_once_and_that_address_called(self) -> None:
        resolver = Scripted([["127.0.0.1"], ["10.0.0.1"]])
        async with server(saying(OK)) as found:
            await Outbound(LOCAL, resolver=resolver).request("GET", found.url())
        assert resolver.asked == ["hooks.example.org"]

    async def test_what_was_public_when_it_was_checked_is_vetted_again(self) -> None:
        async with server(saying(OK)) as found:
            outbound = Outbound(resolver=Scripted([["1.1.1.1"], ["127.0.0.1"]]))
            await outbound.check(found.url())
            with pytest.raises(OutboundRefused):
                await outbound.request("GET", found.url())
            assert found.heads == []

    async def test_open_and_closed_ports_look_the_same(self) -> None:
        async with server(saying(OK)) as found:
            said = []
            for port in (found.port, 1025):
                with pytest.raises(OutboundRefused) as refused:
                    await Outbound().request("GET", f"http://127.0.0.1:{port}/")
                said.append((refused.value.code, refused.value.detail))
        assert said[0] == said[1]


async def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    async with server(saying(OK)) as found:
        outbound = Outbound(LOCAL, resolver=Scripted([["::1", "127.0.0.2", "127.0.0.1"]]))
        assert (await outbound.request("GET", found.url())).status == 200


async def test_nobody_there() -> None:
    async with server(saying(OK)) as found:
        pass
    with pytest.raises(OutboundFailed) as failed:
        await local().request("GET", found.url())
    assert failed.value.code == "connect"


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with server(saying(OK)) as found:
        assert (await local().request("GET", found.url())).status == 200


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then: no pause is long, and it never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    return


@pytest.mark.parametrize("talk", [drip, silent])
async def test_the_time_for_all_of_it_is_bounded(talk: Any) -> None:
    async with server(talk) as found:
        with pytest.raises(OutboundFailed) as failed:
            await local(total=0.2).request("GET", found.url())
    assert failed.value.code == "timeout"


async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        await writer.drain()


class TestSize:
    async def test_a_flood_is_refused_or_cut(self) -> None:
        async with server(flood) as found:
            with pytest.raises(OutboundFailed) as failed:
                await local().request("GET", found.url())
            reply = await local().request("GET", found.url(), most=5_000, cut=True)
        assert failed.value.code == "too_large"
        assert (reply.body, reply.was_cut) == (b"x" * 5_000, True)

    async def test_to_the_byte(self) -> None:
        async with server(saying(answer(b"x" * 1_000))) as found:
            assert len((await local().request("GET", found.url(), most=1_000)).body) == 1_000
            with pytest.raises(OutboundFailed):
                await local().request("GET", found.url(), most=999)

    async def test_a_bomb_is_unpacked_no_further_than_wanted(self) -> None:
        bomb = gzip.compress(bytes(50 * MB))
        assert len(bomb) < MB / 10
        async with server(saying(answer(bomb, b"Content-Encoding: gzip"))) as found:
            with pytest.raises(OutboundFailed) as failed:
                await local().request("GET", found.url())
            reply = await local().request("GET", found.url(), most=100, cut=True)
        assert failed.value.code == "too_large"
        assert reply.body == bytes(100)

    async def test_what_is_packed_is_unpacked(self) -> None:
        packed = gzip.compress(b"hello " * 1_000)
        async with server(saying(answer(packed, b"Content-Encoding: gzip"))) as found:
            assert (await local().request("GET", found.url())).body == b"hello " * 1_000

    @pytest.mark.parametrize(
        ("coding", "body"), [(b"br", b"x"), (b"gzip, gzip", b"x"), (b"gzip", b"not packed")]
    )
    async def test_other_packings_are_refused(self, coding: bytes, body: bytes) -> None:
        async with server(saying(answer(body, b"Content-Encoding: " + coding))) as found:
            with pytest.raises(OutboundFailed) as failed:
                await local().request("GET", found.url())
        assert failed.value.code == "protocol"

    async def test_a_head_without_end_is_given_up(self) -> None:
        reply = b"HTTP/1.1 200 OK\r\n" + b"X-A: %s\r\n" % (b"a" * 1_000) * 500
        async with server(saying(reply)) as found:
            with pytest.raises(OutboundFailed) as failed:
                await local(total=5).request("GET", found.url())
        assert failed.value.code == "protocol"


async def test_what_is_no_http_is_a_broken_exchange() -> None:
    for reply in (
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
    ):

        async def talk(
            _: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: bytes = reply
        ) -> None:
            writer.write(reply)
            writer.write_eof()

        async with server(talk) as found:
            with pytest.raises(OutboundFailed) as failed:
                await local(total=5).request("GET", found.url())
        assert failed.value.code == "protocol"


async def test_a_header_cannot_carry_another_one() -> None:
    async with server(saying(OK)) as found:
        with pytest.raises(OutboundFailed):
            await local().request("GET", found.url(), headers={"X-A": "1\r\nX-B: 2"})
        assert found.heads == []


class TestCalls:
    """What schedules and rules send."""

    NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

    async def test_a_message_arrives_as_json(self) -> None:
        async with server(saying(OK)) as found:
            called = await call(local(), found.url(), {"a": "ü"}, call_id="run-1", now=self.NOW)
        assert (called.good, called.status, called.body) == (True, 200, "ok")
        head = found.heads[0].decode().lower()
        assert "webhook-id: run-1" in head
        assert "webhook-timestamp: 1782907200" in head
        assert "content-type: application/json" in head
        assert "signature" not in head

    async def test_a_refusal_is_no_exception(self) -> None:
        reply = b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 5\r\n\r\n\x00busy"
        async with server(saying(reply)) as found:
            called = await call(local(), found.url(), {}, call_id="run-1", now=self.NOW)
        assert (called.good, called.status, called.error) == (False, 503, "status")
        assert called.headers["retry-after"] == "9"
        # What no database takes as text.
        assert called.body == "\ufffdbusy"

    async def test_nor_is_a_url_that_must_not_be_called(self) -> None:
        for url in ("http://127.0.0.1:8080/", "http://metadata.internal/", "nothing"):
            outbound = Outbound(resolver=Scripted([["169.254.169.254"]]))
            called = await call(outbound, url, {}, call_id="run-1", now=self.NOW)
            assert (called.good, called.status) == (False, None)
            assert called.error in {"forbidden_address", "invalid_url"}
            assert called.detail


class TestCertificates:
    async def test_it_is_compared_with_the_name_and_not_the_address(self, tmp_path: Path) -> None:
        known = certificate(tmp_path, x509.DNSName("hooks.example.org"))
        seen: list[str | None] = []
        known.serving.sni_callback = lambda _, name, __: seen.append(name)
        async with server(saying(OK), known.serving) as found:
            outbound = local(context=known.trusting)
            reply = await outbound.request("GET", found.url(scheme="https"))
            assert reply.status == 200
            with pytest.raises(OutboundFailed) as failed:
                await outbound.request("GET", found.url("other.example.org", "https"))
        assert failed.value.code == "tls"
        assert seen == ["hooks.example.org", "other.example.org"]

    async def test_one_of_the_address_alone_is_not_enough_for_a_name(self, tmp_path: Path) -> None:
        known = certificate(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        async with server(saying(OK), known.serving) as found:
            outbound = local(context=known.trusting)
            assert (await outbound.request("GET", found.url("127.0.0.1", "https"))).status == 200
            with pytest.raises(OutboundFailed) as failed:
                await outbound.request("GET", found.url(scheme="https"))
        assert failed.value.code == "tls"

    async def test_strangers_are_not_believed(self, tmp_path: Path) -> None:
        known = certificate(tmp_path, x509.DNSName("hooks.example.org"))
        async with server(saying(OK), known.serving) as found:
            with pytest.raises(OutboundFailed) as failed:
                await local().request("GET", found.url(scheme="https"))
        assert failed.value.code == "tls"

"""One exchange with a server, and what is done about a network that fails."""

import socket
from collections.abc import Iterator

import pytest

from tests.client.scripted import Answer, Peer, peer
from upnext.client.errors import ClientError, Conflict, Unreachable
from upnext.client.transport import ATTEMPTS, Call, Query, Reply, Transport

OK = Answer(200, {"ok": True}, {"etag": '"7"'})


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def told() -> list[str]:
    return []


class Sender:
    def __init__(self, waits: list[float], told: list[str]) -> None:
        self.waits, self.told = waits, told
        self._transports: list[Transport] = []

    def send(self, server: str, call: Call, token: str | None = None) -> Reply:
        transport = Transport(server, tell=self.told.append, sleep=self.waits.append)
        self._transports.append(transport)
        return transport.send(call, token=token)

    def close(self) -> None:
        for transport in self._transports:
            transport.close()


@pytest.fixture
def sender(waits: list[float], told: list[str]) -> Iterator[Sender]:
    sender = Sender(waits, told)
    yield sender
    sender.close()


def keys(seen: Peer) -> set[str | None]:
    return {request.headers.get("idempotency-key") for request in seen.seen}


def test_an_exchange(sender: Sender) -> None:
    query: Query = {"status": ["todo", "done"], "overdue": True, "text": None, "limit": 5}
    with peer(OK) as there:
        reply = sender.send(there.url, Call(method="GET", path="tasks", query=query), "secret")
    assert (reply.data, reply.etag) == ({"ok": True}, '"7"')
    asked = there.seen[0]
    assert asked.path == "/api/v1/tasks?status=todo&status=done&overdue=true&limit=5"
    assert asked.headers["authorization"] == "Bearer secret"
    assert "idempotency-key" not in asked.headers


def test_a_lost_answer_is_asked_for_again_under_the_same_key(sender: Sender) -> None:
    with peer(Answer(0), Answer(0), OK) as there:
        sender.send(there.url, Call(method="POST", path="tasks", body={"title": "x"}))
    assert len(there.seen) == 3
    assert len(keys(there)) == 1
    assert None not in keys(there)


def test_each_write_has_its_own_key(sender: Sender) -> None:
    with peer(OK) as there:
        sender.send(there.url, Call(method="POST", path="tasks"))
        sender.send(there.url, Call(method="POST", path="tasks"))
    assert len(keys(there)) == 2


def test_a_login_is_never_sent_twice(sender: Sender) -> None:
    call = Call(method="POST", path="auth/login", keyed=False, repeatable=False)
    with peer(Answer(0)) as there, pytest.raises(Unreachable):
        sender.send(there.url, call)
    assert len(there.seen) == 1
    assert keys(there) == {None}


def test_retry_after_is_obeyed_and_told(
    sender: Sender, waits: list[float], told: list[str]
) -> None:
    with peer(Answer(503, {}, {"retry-after": "7"}), OK) as there:
        sender.send(there.url, Call(method="PATCH", path="tasks/1", body={}))
    assert waits == [7.0]
    assert told == ["The server asks to wait; trying again in 7 s."]
    assert len(keys(there)) == 1


def test_a_busy_server_is_asked_a_bounded_number_of_times(
    sender: Sender, waits: list[float]
) -> None:
    with peer(Answer(503, {"detail": "Busy."})) as there, pytest.raises(Unreachable, match="Busy"):
        sender.send(there.url, Call(method="GET", path="tasks"))
    assert len(there.seen) == ATTEMPTS
    assert sum(waits) < 2


def test_a_wait_of_an_hour_is_not_waited(sender: Sender, waits: list[float]) -> None:
    limited = Answer(429, {"detail": "Too many."}, {"retry-after": "3600"})
    with peer(limited) as there, pytest.raises(ClientError, match="Too many"):
        sender.send(there.url, Call(method="GET", path="tasks"))
    assert waits == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 422, 500])
def test_a_refusal_is_final(sender: Sender, status: int) -> None:
    with peer(Answer(status, {"detail": "No."})) as there, pytest.raises(ClientError, match="No"):
        sender.send(there.url, Call(method="POST", path="tasks"))
    assert len(there.seen) == 1


def test_a_duplicate_in_flight_is_waited_for(sender: Sender) -> None:
    with peer(Answer(409, {"detail": "In flight."}, {"retry-after": "1"}), OK) as there:
        sender.send(there.url, Call(method="POST", path="tasks"))
    with peer(Answer(409, {"detail": "Taken."})) as there, pytest.raises(Conflict):
        sender.send(there.url, Call(method="POST", path="tasks"))


def test_nobody_listens(sender: Sender) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(Unreachable, match="is not reachable") as caught:
            sender.send(server, Call(method="GET", path="tasks"))
    assert "upnext serve" in caught.value.hint


@pytest.mark.parametrize("body", ["<html>", "[", ""])
def test_something_else_answers(sender: Sender, body: str) -> None:
    with peer(Answer(200, body or None)) as there:
        if body:
            with pytest.raises(Unreachable, match="does not speak like an Upnext server"):
                sender.send(there.url, Call(method="GET", path="tasks"))
        else:
            assert sender.send(there.url, Call(method="GET", path="tasks")).data is None

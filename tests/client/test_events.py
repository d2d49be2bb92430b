"""`upnext events`, and the stream that it reads, however it is cut."""

import json
import signal

import pytest

from tests.client.conftest import Person
from upnext.client.commands.events import messages

STREAM = b'retry: 2000\n\nid: 7\n\nid: 8\nevent: task.created\ndata: {"a": "b: c"}\n\n: here\n\n'
WHOLE = [
    {"retry": "2000"},
    {"id": "7"},
    {"id": "8", "event": "task.created", "data": '{"a": "b: c"}'},
    {},
]


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
def test_a_stream_in_pieces(size: int) -> None:
    pieces = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    assert list(messages(pieces)) == WHOLE


def test_following_as_it_happens(person: Person) -> None:
    """And then the same as a page."""
    person.does("add", "Tea", "--plain")
    process = person.start("events", "--follow", "--after", "0", "--json", "--type", "task")
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    person.does("edit", "INBOX-1", "--priority", "high")
    second = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert [first["type"], second["type"]] == ["task.created", "task.updated"]
    page = json.loads(person.does("events", "--type", "task", "--json"))
    assert page["items"] == [first, second]
    shown = person.does("events", "--after", str(first["seq"])).strip()
    assert "task.updated" in shown
    assert len(shown.splitlines()) == 1

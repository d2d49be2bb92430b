"""`upnext history`, `upnext activity` and `upnext audit list`, typed by a person."""

import json
import time
from typing import Any

from tests.client.conftest import Person


def test_what_happened_to_a_task(person: Person) -> None:
    person.does("add", "Tea", "--plain")
    person.does("edit", "INBOX-1", "--priority", "high", "--due", "2031-05-01 17:00")
    shown = person.does("history", "inbox-1")
    words = " ".join(shown.split())
    assert "changed the priority from medium to high and set the due date to 1 May 2031" in words
    assert words.endswith("created it")
    assert max(map(len, shown.splitlines())) <= 100
    told = json.loads(person.does("history", "INBOX-1", "--json"))
    assert [one["type"] for one in told["items"]] == ["task.updated", "task.created"]
    assert shown.startswith(person.does("history", "INBOX-1", "-n", "1"))
    missing = person.types("history", "INBOX-9")
    assert (missing.exit_code, missing.stdout) == (4, "")


def test_what_happened_in_a_project(person: Person) -> None:
    person.does("project", "add", "Garden", "-k", "GDN")
    person.does("add", "Dig", "--plain", "-P", "Garden")
    person.does("done", "GDN-1")
    shown = person.does("activity", "garden")
    assert "GDN-1 Dig: " in shown
    assert [line.rsplit(" ", 2)[-2:] for line in shown.splitlines()] == [
        ["completed", "it"],
        ["created", "it"],
        ["the", "project"],
    ]
    told = json.loads(person.does("activity", "GDN", "--json"))
    assert len(told["items"]) == 3


def _listed(person: Person, *words: str, least: int) -> list[Any]:
    """Once the server has sealed what was just written."""
    for _ in range(600):
        found = json.loads(person.does("audit", "list", "--json", *words))["items"]
        if len(found) >= least:
            break
        time.sleep(0.1)
    assert len(found) >= least
    return list(found)


def test_the_audit_trail(person: Person) -> None:
    person.does("add", "Tea", "--plain")
    person.does("edit", "INBOX-1", "--priority", "high")
    found = _listed(person, "--task", "INBOX-1", least=2)
    assert [one["type"] for one in found] == ["task.updated", "task.created"]
    assert found[0]["ip"] == "127.0.0.1"
    shown = person.does("audit", "list", "--type", "task.updated")
    for word in ("task.updated", "INBOX-1", "priority", "127.0.0.1"):
        assert word in shown
    request = found[0]["request_id"]
    assert [one["seq"] for one in _listed(person, "--request", request, least=1)] == [
        found[0]["seq"]
    ]
    assert len(_listed(person, "-n", "3", least=3)) == 3
    assert person.does("audit", "list", "--type", "goal") == ""
    personal = _listed(person, "--from", "yesterday", "--workspace", "Personal", least=5)
    assert personal[-1]["type"] == "workspace.created"
    refused = person.types("audit", "list", "--instance")
    assert refused.exit_code != 0
    assert "administrators" in refused.stderr

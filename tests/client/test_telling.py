"""`upnext notifications`, `invite` and `admin outbox`, typed by a person, against a real server."""

import json
from typing import Any

from tests.client.conftest import Person


def _json(person: Person, *words: str) -> Any:
    return json.loads(person.does(*words, "--json"))


def test_choosing(person: Person) -> None:
    assert _json(person, "notifications", "list")["items"] == []
    assert "You were told of nothing yet" in person.types("notifications", "list").stderr
    assert person.does("notifications", "read") == "Marked 0 as read\n"
    said = person.does("notifications", "choose", "task.completed", "email", "push")
    assert said == "task.completed: email, push\n"
    person.does("notifications", "digest", "7")
    person.does("notifications", "mute", "Inbox")
    settings = _json(person, "notifications", "settings")
    assert settings["events"]["task.completed"] == ["email", "push"]
    assert (settings["digest_hour"], len(settings["muted_project_ids"])) == (7, 1)
    shown = person.does("notifications", "settings")
    assert "A digest at 7:00, 1 muted projects" in shown
    person.does("notifications", "mute", "Inbox", "--off")
    person.does("notifications", "digest", "off")
    assert "No digest" in person.does("notifications", "settings")
    assert person.types("notifications", "choose", "task.completed", "pigeon").exit_code == 2
    assert person.types("notifications", "digest", "25").exit_code == 2
    assert "None yet" in person.types("notifications", "targets").stderr
    bad = person.types("notifications", "add-target", "Bad", "file:///etc/passwd")
    assert (bad.exit_code != 0, "kinds" in bad.stderr) == (True, True)
    person.does("notifications", "add-target", "Hook", "jsons://hooks.example.org/x")
    assert "jsons" in person.does("notifications", "targets")
    assert person.does("notifications", "remove-target", "Hook") == "Removed Hook\n"


def test_inviting(person: Person) -> None:
    person.asks("POST", "workspaces", {"name": "Invited"})
    said = person.does("invite", "guest@cli.example", "-w", "Invited", "--role", "viewer")
    assert said == "A mail to guest@cli.example is on its way: Invited\n"
    assert "guest@cli.example" in person.does("invitations", "-w", "Invited")
    again = person.types("invite", "guest@cli.example", "-w", "Invited")
    assert "invited already" in again.stderr
    person.does("uninvite", "GUEST@cli.example", "-w", "Invited")
    assert "Nobody" in person.types("invitations", "-w", "Invited").stderr
    assert person.types("join", "nonsense").exit_code != 0

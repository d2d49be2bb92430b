"""Webhooks from a terminal, with a real server."""

import json
from typing import Any

from tests.client.conftest import Person

URL = "https://hooks.example.org/in"


def told(person: Person, *words: str) -> Any:  # JSON
    return json.loads(person.does(*words, "--json"))


def test_a_webhook_from_its_making_to_its_end(person: Person) -> None:
    made = told(person, "webhook", "add", URL, "-e", "task.created,task.completed", "-n", "Wiki")
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["task.created", "task.completed"]
    listed = person.does("webhook", "list")
    assert "Wiki" in listed
    assert made["secret"] not in listed
    off = person.does("webhook", "edit", "wiki", "--off", "--filter", "priority = urgent")
    assert off == "Changed the webhook Wiki: off (by hand)\n"
    on = told(person, "webhook", "edit", "hooks.example.org", "--on", "--filter", "none")
    assert (on["enabled"], on["filter"]) == (True, None)
    assert "whsec_" in person.does("webhook", "rotate", made["id"])
    person.does("webhook", "test", "Wiki")
    (sent,) = told(person, "webhook", "deliveries", "Wiki")["items"]
    assert sent["type"] == "webhook.test"
    assert "webhook.test" in person.does("webhook", "show", "Wiki")
    again = told(person, "webhook", "replay", "Wiki", "--delivery", sent["id"])
    assert again["id"] == sent["id"]
    assert told(person, "webhook", "replay", "Wiki", "--since", "2h")["failed_only"] is True
    assert "task.deleted" in person.does("webhook", "events")
    assert person.does("webhook", "remove", "Wiki") == "Removed the webhook Wiki\n"
    assert told(person, "webhook", "list")["items"] == []

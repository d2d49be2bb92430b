"""Searching on the command line."""

import json

from tests.client.conftest import Person


def test_what_is_found_is_shown(person: Person) -> None:
    person.does(
        "add", "Write the annual report", "--description", "Ask Zoë\nfor last year's figures"
    )
    person.does("add", "Report the broken lamp")
    person.does("done", "INBOX-2")
    assert person.does("search", "report", "zoe") == (
        "INBOX-1 Write the annual report\n  Ask Zoë for last year's figures\n"
    )
    assert person.does("search", 'report -"annual report"') == (
        "INBOX-2 Report the broken lamp (done)\n"
    )
    assert person.does("search", "inbox", "--type", "project") == "INBOX Inbox (project)\n"
    found = json.loads(person.does("search", "repo*", "--json"))
    assert {hit["key"] for hit in found["items"]} == {"INBOX-1", "INBOX-2"}
    narrow = json.loads(person.does("search", "report", "-P", "inbox", "-n", "1", "--json"))
    assert len(narrow["items"]) == 1
    assert narrow["next_cursor"]


def test_nothing_is_said_to_be_nothing(person: Person) -> None:
    nothing = person.types("search", "nowhere")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "Nothing has all these words" in nothing.stderr
    refused = person.types("search", "--", "-only")
    assert refused.exit_code != 0
    assert "at least one word" in refused.stderr

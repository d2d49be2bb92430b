"""`upnext comment` and `upnext share`, typed by a person, against a real server."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.client.conftest import Person


def _json(person: Person, *words: str) -> Any:
    return json.loads(person.does(*words, "--json"))


def test_comments(person: Person) -> None:
    person.does("add", "Tea")
    assert "upnext comment INBOX-1" in person.types("comments", "inbox-1").stderr
    assert person.does("comment", "INBOX-1", "Green", "or", "black?") == "Commented on INBOX-1\n"
    person.does("comment", "INBOX-1", "-", "--reply", "1", stdin="*Green*,\r\nplease\x1b[2J\n")
    made = _json(person, "comment", "INBOX-1", "Which green?", "-r", "#2")
    items = _json(person, "comments", "INBOX-1")["items"]
    assert [one["body"] for one in items] == [
        "Green or black?",
        "*Green*,\nplease[2J",
        "Which green?",
    ]
    assert items[2]["id"] == made["id"]
    assert [one["parent_id"] for one in items] == [None, items[0]["id"], items[1]["id"]]
    lines = person.does("comments", "INBOX-1").splitlines()
    assert lines[0].startswith(f"#1 {person.name}  today")
    assert lines[1:3] == ["  Green or black?", lines[2]]
    assert lines[2].startswith(f"  #2 {person.name}  today")
    assert lines[3:5] == ["    *Green*,", "    please[2J"]
    assert lines[5].startswith("    #3")
    person.asks("PATCH", f"comments/{made['id']}", {"body": "Sencha?"})
    shown = person.does("comments", "INBOX-1")
    assert "edited" in shown
    assert "Sencha?" in shown


def test_mistakes_about_comments(person: Person) -> None:
    person.does("add", "Tea")
    empty = person.types("comment", "INBOX-1", " ")
    assert (empty.exit_code, "nothing to say" in empty.stderr) == (2, True)
    nowhere = person.types("comment", "INBOX-1", "x", "--reply", "1")
    assert (nowhere.exit_code, "no comment 1" in nowhere.stderr) == (4, True)
    missing = person.types("comments", "INBOX-9")
    assert missing.exit_code == 4


def test_sharing(person: Person) -> None:
    person.does("add", "Tea")
    assert "upnext share INBOX-1" in person.types("shares", "INBOX-1").stderr
    said = person.does("share", "INBOX-1", "--name", "Joe", "--expires", "+3d")
    assert said.startswith("Whoever has this can see INBOX-1 Tea:\n")
    (url,) = [word for word in said.split() if word.startswith("http")]
    token = said.split()[-1]
    assert url == f"{person.server}/share/{token}"
    opened = httpx.get(url, trust_env=False).json()
    assert (opened["kind"], opened["access"], opened["task"]["key"]) == ("task", "read", "INBOX-1")
    bearer = {"authorization": f"Bearer {token}"}
    path = f"{person.server}{opened['api'][0]}"
    assert httpx.get(path, headers=bearer, trust_env=False).json()["title"] == "Tea"
    listed = person.does("shares", "inbox-1")
    assert "Joe" in listed
    assert token not in listed
    whole = _json(person, "share", "Inbox", "--write", "-n", "Ann")
    assert (whole["access"], whole["name"], whole["expires_at"]) == ("write", "Ann", None)
    assert [one["id"] for one in _json(person, "shares", whole["project_id"])["items"]] == [
        whole["id"]
    ]
    hint = token[-4:]
    assert person.does("unshare", "INBOX-1", "joe") == f"Ended the link that ends in {hint}\n"
    assert httpx.get(url, trust_env=False).status_code == 404
    assert httpx.get(path, headers=bearer, trust_env=False).status_code == 401
    person.does("unshare", "INBOX", whole["id"])
    missing = person.types("unshare", "Inbox", "x")
    assert (missing.exit_code, "There are: none" in missing.stderr) == (4, True)
    nothing = person.types("share", "Nix")
    assert nothing.exit_code == 4


def test_the_secret_is_in_no_log(person: Person, server_log: Path) -> None:
    made = _json(person, "share", "Inbox")
    httpx.get(made["url"], trust_env=False)
    httpx.get(f"{made['url']}/x", trust_env=False)
    text = server_log.read_text()
    assert "/share/{token}" in text
    assert made["token"] not in text

"""Schedules, reminders, templates and rules from a terminal, with a real server."""

import json
import re
import shlex
import time
from collections.abc import Callable
from typing import Any

from tests.architecture.tree import ROOT
from tests.client.conftest import Person


def told(person: Person, *words: str) -> Any:
    return json.loads(person.does(*words, "--json"))


def soon(found: Callable[[], Any]) -> Any:
    """What a real server does in a moment."""
    deadline = time.monotonic() + 20
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert value
    return value


def test_a_schedule_and_its_runs(person: Person) -> None:
    words = ["--cron", "0 9 * * 1", "--zone", "Europe/Berlin", "--create", "Water", "--due", "+1d"]
    assert person.does("schedule", "add", "The", "plants", *words).startswith("Made The plants; ")
    assert "The plants" in (listed := person.does("schedule", "list"))
    assert "0 9 * * 1" in listed
    assert re.search(r"(Mon|today|tomorrow|\d+ \w{3}( \d{4})?) 09:00$", listed, re.MULTILINE), (
        listed
    )
    assert "Water" in person.does("schedule", "try", "the plants")
    assert "Started The plants" in person.does("schedule", "run", "The plants")
    runs = soon(
        lambda: [
            one
            for one in told(person, "schedule", "runs", "The plants")["items"]
            if one["state"] == "completed"
        ]
    )
    assert runs[0]["output"]["tasks"][0]["key"] == "INBOX-1"
    assert "completed" in person.does("schedule", "runs", "The plants")
    assert person.does("schedule", "pause", "The plants") == "Paused The plants\n"
    assert "paused" in person.does("schedule", "list")
    assert "Resumed The plants; next: " in person.does("schedule", "resume", "The plants")
    assert "0 9 * * 1" in person.does("schedule", "show", "The plants")
    person.does("schedule", "add", "Tidy", "--archive-done", "14", "--rrule", "FREQ=DAILY")
    person.does("schedule", "add", "Call", "--remind", "Call Ada", "--at", "+2d 9:00")
    assert len(told(person, "schedule", "list")["items"]) == 3
    assert person.does("schedule", "remove", "Tidy") == "Removed Tidy\n"


def test_reminders(person: Person) -> None:
    person.does("add", "Pay", "--plain", "--due", "+3d")
    assert "Reminds you of INBOX-1: tomorrow 09:00" in person.does(
        "remind", "INBOX-1", "tomorrow", "9:00"
    )
    person.does("remind", "INBOX-1", "--before", "2h", "--text", "Take the card")
    listed = person.does("reminders", "INBOX-1")
    assert "Take the card" in listed
    assert "2 h" in listed
    assert len(told(person, "reminders")["items"]) == 2
    assert person.does("unremind", "INBOX-1", "1") == "Forgot reminder 1 of INBOX-1\n"
    assert len(told(person, "reminders")["items"]) == 1


def test_templates(person: Person) -> None:
    words = ["--due", "+3d", "--subtask", "Call {{client}}", "--var", "client", "--var", "lead=Ada"]
    person.does("template", "add", "Welcome", "Welcome {{client}}, {{lead}}", *words)
    assert "client, lead" in person.does("template", "list")
    assert "Call {{client}}" in person.does("template", "show", "welcome")
    dry = person.does("template", "use", "Welcome", "--var", "client=Bob", "--dry-run")
    assert "Would make INBOX-1 Welcome Bob, Ada  due" in dry
    made = person.does("template", "use", "Welcome", "--var", "client=Bob")
    assert "Made INBOX-2 Call Bob" in made
    missing = person.types("template", "use", "Welcome")
    assert missing.exit_code != 0
    assert "client" in missing.stderr
    assert person.does("template", "remove", "Welcome") == "Removed Welcome\n"


def test_rules(person: Person) -> None:
    words = ["--on", "task.created", "--if", "p1", "--tag", "hot", "--set", "category=ops"]
    assert person.does("rule", "add", "Urgent", *words) == "Made the rule Urgent\n"
    assert "add_tags" in person.does("rule", "list")
    person.does("add", "It broke", "-p", "urgent")
    runs = soon(lambda: told(person, "rule", "runs", "Urgent")["items"])
    assert runs[0]["state"] == "completed"
    assert told(person, "show", "INBOX-1")["tags"] == ["hot"]
    assert runs[0]["operation_id"] in person.does("rule", "runs", "Urgent")
    assert "Fits 1 tasks of" in person.does("rule", "try", "Urgent")
    person.does("rule", "add", "Tell", "--on", "task.reopened", "--call", "https://a.example/in")
    assert person.does("rule", "rotate", "Tell").startswith("Secret of Tell: whsec_")
    assert person.does("rule", "off", "Urgent") == "Urgent is off\n"
    assert person.does("rule", "on", "Urgent") == "Urgent is on\n"
    assert person.does("rule", "remove", "Urgent") == "Removed Urgent\n"


def test_what_is_missing_is_told(person: Person) -> None:
    for words, said in (
        (["schedule", "add", "x", "--create", "y"], "Say when"),
        (["schedule", "add", "x", "--cron", "@daily"], "Say what to do"),
        (["schedule", "add", "x", "--cron", "@daily", "--action", "y"], "no JSON object"),
        (["schedule", "show", "x"], "There is no schedule"),
        (["rule", "add", "x", "--on", "task.created"], "Say what to do"),
        (["rule", "add", "x", "--on", "nothing", "--tag", "y"], "task.created"),
        (["template", "add", "x"], "Give a title"),
        (["template", "use", "x", "--var", "y"], "There is no template"),
        (["remind", "INBOX-1"], "Say when"),
    ):
        result = person.types(*words)
        assert result.exit_code != 0
        assert said in result.stderr, words


def test_the_recipes_work(person: Person) -> None:
    """Every command of them, as it stands in the documentation."""
    page = (ROOT / "docs" / "automation.md").read_text(encoding="utf-8")
    recipes = page.partition("## Ten recipes")[2]
    commands = re.findall(r"`upnext ([^`]+)`", recipes)
    assert len(commands) > 11
    person.does("add", "Pay", "--plain", "--due", "+3d")
    for key in ("WORK", "WEB"):
        person.asks("POST", "projects", {"name": key, "key": key})
    person.does("template", "add", "Release", "Release it")
    own = str(told(person, "whoami")["user"]["id"])
    for text in commands:
        words = shlex.split(text.replace("HOME-12", "INBOX-1").replace("…", own))
        person.does(*words)

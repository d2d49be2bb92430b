"""`upnext classify` and `upnext ai`, typed by a person, against a real server."""

import json
from pathlib import Path

from tests.client.conftest import Person

GOLD = Path("tests/data/todo-gold/dev.csv").absolute()


def test_one_and_then_all(person: Person) -> None:
    for title in ("Pay the electricity bill", "Buy milk and bread"):
        person.does("add", title)
    told = person.does("classify", "INBOX-1")
    assert "finance" in told
    assert "embedded" in told
    dry = person.does("ai", "reclassify", "--dry-run")
    assert "shopping" in dry
    assert "finance" not in dry, "it is so already"
    assert "1 of 2 tasks would change." in dry
    found = json.loads(person.does("ai", "reclassify", "--dry-run", "--project", "Inbox", "--json"))
    assert {one["field"] for one in found["changes"]} == {"category", "estimated_duration"}
    assert json.loads(person.does("show", "INBOX-2", "--json"))["category"] == "general"
    started = json.loads(person.does("ai", "reclassify", "--json"))
    assert started["job_id"]
    assert "under way" in person.does("ai", "reclassify")
    assert person.types("ai", "reclassify", "--project", "no such").exit_code == 4


def test_measuring(person: Person, tmp_path: Path) -> None:
    """On the public half; `--floor` is what continuous integration asks for."""
    told = person.does("ai", "eval", "--data", str(GOLD), "--floor", "0.62")
    for word in ("accuracy", "macro-F1", "calibration error", "of the most frequent category"):
        assert word in told
    found = json.loads(person.does("ai", "eval", "--data", str(GOLD), "--json"))
    assert found["tasks"] == 129
    low = person.types("ai", "eval", "--data", str(GOLD), "--floor", "0.99")
    assert (low.exit_code, "below 0.99" in low.stderr) == (1, True)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("name\nx\n")
    done = person.types("ai", "eval", "--data", str(wrong))
    assert (done.exit_code, "title and category" in done.stderr) == (1, True)

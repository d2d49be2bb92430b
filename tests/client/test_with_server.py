"""The commands against a real server: what a person can do from a terminal alone."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from tests.client.conftest import PASSWORD, Person

ROOT = Path(__file__).parents[2]
EXPORT = ROOT / "tests" / "data" / "taskwarrior" / "export.json"
Task = dict[str, object]


def told(person: Person, *words: str, stdin: str = "") -> dict[str, object]:
    return cast("dict[str, object]", json.loads(person.does(*words, "--json", stdin=stdin)))


def items(answer: dict[str, object]) -> list[Task]:
    return cast("list[Task]", answer["items"])


def test_the_first_hour(person: Person) -> None:
    """Add, list, ask, edit, ask again, finish: and the choice follows the facts."""
    person.does("add", "Pay", "the", "rent", "--due", "+20d", "-p", "low", "-d", "5m")
    person.does("add", "Write the talk", "--due", "+3d 17:00", "-d", "2h", "-p", "high")
    person.does("add", "Rehearse", "-p", "urgent", "--due", "+4d", "--after", "INBOX-2")
    assert "[waits] Rehearse" in person.does("list")
    assert person.does("next").startswith("INBOX-2 Write the talk\n")
    person.does("edit", "inbox-1", "--due", "today", "-p", "urgent")
    assert person.does("next").startswith("INBOX-1 Pay the rent\n")
    assert "needs 2 h; you have 30 min" in person.does("next", "-m", "30", "--ineligible")
    assert person.does("done", "INBOX-1", "INBOX-2") == (
        "Done INBOX-1 Pay the rent\nDone INBOX-2 Write the talk\n"
    )
    assert person.does("next").startswith("INBOX-3 Rehearse\n")
    assert [task["key"] for task in items(told(person, "list"))] == ["INBOX-3"]


def test_reasons_add_up_to_the_score(person: Person) -> None:
    person.does("add", "A", "-d", "20m", "-p", "high", "--due", "tomorrow")
    action = cast("dict[str, object]", told(person, "next")["action"])
    reasons = cast("list[dict[str, float]]", action["reasons"])
    score = cast("float", action["score"])
    assert sum(one["value"] for one in reasons) == pytest.approx(score, abs=1e-9)


def test_a_task_with_everything(person: Person) -> None:
    person.does("project", "add", "House keeping", "--key", "hk")
    words = ["--due", "2030-12-04 17:00", "--start", "2030-12-01", "-p", "p1", "-d", "1h30"]
    words += ["-P", "house KEEPING", "-t", "#money", "-t", "flat", "-c", "home", "-c", "@phone"]
    words += [
        "-e",
        "low",
        "--category",
        "chores",
        "--description",
        "More.\nWords.",
        "-s",
        "backlog",
    ]
    task = told(person, "add", "Tea", *words)
    kept = {
        **{"key": "HK-1", "title": "Tea", "status": "backlog", "priority": "urgent"},
        **{"due_at": "2030-12-04T16:00:00Z", "start_at": "2030-11-30T23:00:00Z"},
        **{"estimated_duration": 90, "tags": ["money", "flat"], "context": ["@home", "@phone"]},
        **{"energy": "low", "category": "chores", "description": "More.\nWords."},
    }
    assert {name: task[name] for name in kept} == kept
    card = person.does("show", "hk-1")
    assert "Project     House keeping" in card
    assert card.endswith("\n\nMore.\nWords.\n")
    assert told(person, "show", str(task["id"])) == task


def test_edit_changes_what_is_named(person: Person) -> None:
    words = ["--due", "fri", "-d", "20", "-t", "a", "-t", "b", "-c", "home", "-e", "low"]
    before = told(person, "add", "Tea", *words)
    after = told(person, "edit", "INBOX-1", "-t", "c", "--untag", "A", "--no-due", "--no-energy")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"tags", "due_at", "energy", "version", "updated_at"}
    assert (after["tags"], after["due_at"], after["energy"]) == (["b", "c"], None, None)
    clear = ("duration", "context", "start", "description", "parent")
    bare = told(person, "edit", "INBOX-1", "--title", "Rice", *(f"--no-{one}" for one in clear))
    assert (bare["title"], bare["estimated_duration"], bare["context"]) == ("Rice", None, [])


def test_dependencies(person: Person) -> None:
    for title in ("A", "B", "C"):
        person.does("add", title)
    assert person.does("block", "INBOX-1", "--by", "INBOX-2", "--by", "INBOX-3") == (
        "INBOX-1 A waits for INBOX-2 B, INBOX-3 C.\n"
    )
    circle = person.types("block", "INBOX-2", "--by", "INBOX-1")
    assert (circle.exit_code, circle.stdout) == (1, "")
    assert "INBOX-2 > INBOX-1 > INBOX-2" in circle.stderr
    assert "Needed by  INBOX-1 A" in person.does("show", "INBOX-3")
    assert person.does("unblock", "INBOX-1", "--by", "INBOX-2") == (
        "INBOX-1 A waits for INBOX-3 C.\n"
    )
    person.does("unblock", "INBOX-1", "--by", "INBOX-3")
    assert told(person, "show", "INBOX-1")["blocked"] is False


def test_filters(person: Person) -> None:
    person.does("project", "add", "Work")
    person.does("add", "Late", "--due", "2026-01-01", "-t", "x", "-P", "Work")
    person.does("add", "Soon", "--due", "+2d", "-p", "high", "--category", "chores")
    person.does("add", "Never", "--after", "INBOX-1")

    def keys(*words: str) -> list[object]:
        return [task["title"] for task in items(told(person, "list", *words))]

    assert keys() == ["Late", "Soon", "Never"]
    assert keys("--overdue") == keys("-t", "#x") == keys("-P", "work") == ["Late"]
    assert keys("-p", "p2") == keys("--category", "Chores") == keys("--text", "OO") == ["Soon"]
    assert keys("--blocked") == ["Never"]
    assert keys("--not-blocked") == ["Late", "Soon"]
    assert keys("--due-before", "+3d", "--due-after", "today") == ["Soon"]
    assert keys("--sort", "-title", "-n", "2") == ["Soon", "Never"]
    person.does("done", "INBOX-1")
    assert keys("-s", "done") == ["Soon"]
    assert set(keys("-s", "any")) == {"Late", "Soon", "Never"}
    refused = person.types("list", "-s", "odd")
    assert (refused.exit_code, "status" in refused.stderr) == (1, True)


def test_more_than_a_page(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("title\n" + "".join(f"Task {number:03}\n" for number in range(230)))
    assert person.does("import", str(file), "--yes").endswith(
        "230 tasks created, 0 already there.\n"
    )
    assert len(items(told(person, "list"))) == 50
    some = told(person, "list", "-n", "130", "--sort", "title")
    assert [task["title"] for task in items(some)] == [f"Task {n:03}" for n in range(130)]
    everything = told(person, "list", "--all")
    assert (len(items(everything)), everything["next_cursor"]) == (230, None)
    shown = person.types("list")
    assert "50 of 230 tasks. All of them: --all" in shown.stderr


def test_the_trash(person: Person) -> None:
    task = told(person, "add", "Tea")
    person.does("rm", "INBOX-1")
    gone = person.types("show", "INBOX-1")
    assert gone.exit_code == 4
    assert "There is no task INBOX-1" in gone.stderr
    assert person.does("untrash", str(task["id"])) == "Restored INBOX-1 Tea\n"
    person.does("rm", "INBOX-1")
    assert items(told(person, "untrash", "inbox-1"))[0]["id"] == task["id"]
    assert person.types("untrash", "INBOX-1").exit_code == 4


def test_workspaces(person: Person) -> None:
    person.asks("POST", "workspaces", {"name": "Club"})
    person.does("project", "add", "Summer", "-k", "SUM")
    person.does("project", "add", "Summer", "-k", "SUM", "-w", "club")
    person.does("add", "Mine", "-P", "summer", "-w", "personal")
    person.does("add", "Ours", "-P", "summer", "-w", "Club")
    both = person.types("show", "SUM-1")
    assert (both.exit_code, "in 2 of your workspaces" in both.stderr) == (2, True)
    assert person.types("add", "x", "-P", "Summer").exit_code == 2
    assert told(person, "show", "sum-1", "-w", "CLUB")["title"] == "Ours"
    assert [task["title"] for task in items(told(person, "list", "-w", "Club"))] == ["Ours"]
    assert person.does("next", "-w", "Club", "-P", "summer")
    unknown = person.types("list", "-w", "Nix")
    assert (unknown.exit_code, "You have: " in unknown.stderr) == (4, True)


def test_several_of_which_one_is_refused(person: Person) -> None:
    person.does("project", "add", "Old")
    person.does("add", "Tea")
    person.does("add", "Rice", "-P", "Old")
    person.does("project", "archive", "Old")
    mixed = person.types("done", "OLD-1", "INBOX-1")
    assert mixed.exit_code != 0
    assert mixed.stdout == "Done INBOX-1 Tea\n"
    assert "OLD-1: " in mixed.stderr


def test_several_at_once_stop_before_anything_is_done(person: Person) -> None:
    person.does("add", "Tea")
    assert person.types("done", "INBOX-1", "INBOX-9").exit_code == 4
    assert told(person, "show", "INBOX-1")["status"] == "todo"


def test_projects(person: Person) -> None:
    person.does("project", "add", "Work")
    taken = person.types("project", "add", "Other", "-k", "WORK")
    assert taken.exit_code == 5
    person.does("project", "archive", "work")
    names = [one["name"] for one in items(told(person, "project", "list"))]
    assert names == ["Inbox"]
    assert "Work (archived)" in person.does("project", "list", "--archived")
    missing = person.types("add", "x", "-P", "inb")
    assert (missing.exit_code, "Did you mean Inbox?" in missing.stderr) == (4, True)


def test_sessions(person: Person) -> None:
    assert json.loads(person.does("whoami", "--json"))["user"]["timezone"] == "Europe/Berlin"
    assert person.credentials.stat().st_mode & 0o777 == 0o600
    person.does("logout")
    assert person.types("list").exit_code == 3
    wrong = person.types("login", person.address, "--password-stdin", stdin="not this one\n")
    assert wrong.exit_code == 3
    assert "wrong" in wrong.stderr
    person.does("login", person.address, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert person.address in person.does("whoami")


def test_a_username_and_a_weak_password(served: str, tmp_path: Path) -> None:
    person = Person(served, tmp_path, "zoe")
    words = ("register", "zoe@example.org", "-u", "zoe", "--password-stdin")
    weak = person.types(*words, stdin="short\n")
    assert weak.exit_code == 1
    assert "password" in weak.stderr
    person.does(*words, stdin=f"{PASSWORD}\n")
    person.does("login", "zoe", "--password-stdin", stdin=f"{PASSWORD}\n")


def _expire(person: Person, **changes: object) -> None:
    book = json.loads(person.credentials.read_text())
    book["servers"][person.server] |= {"expires_at": 0.0, **changes}
    person.credentials.write_text(json.dumps(book))


def test_many_commands_at_once_renew_a_session_once(person: Person) -> None:
    _expire(person)
    running = [person.start("whoami") for _ in range(8)]
    assert [process.wait(60) for process in running] == [0] * 8
    for process in running:
        process.communicate()
    _expire(person)
    person.does("whoami")


def test_a_token_that_the_server_no_longer_takes_is_renewed(person: Person) -> None:
    _expire(person, access_token="x.y.z", expires_at=9e12)
    person.does("whoami")


def test_a_session_that_ended_elsewhere(person: Person) -> None:
    _expire(person, refresh_token="nonsense")
    ended = person.types("list", "--json")
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert "has ended" in json.loads(ended.stderr)["hint"] + ended.stderr


def test_a_personal_token(person: Person, tmp_path: Path) -> None:
    wanted = {"name": "script", "scopes": ["tasks:read", "account:read"]}
    token = str(person.asks("POST", "auth/tokens", wanted)["token"])
    assert token.startswith("upn_")
    other = Person(person.server, tmp_path / "other", "x", {"UPNEXT_TOKEN": token})
    assert items(told(other, "list")) == []
    other.environment.clear()
    other.does("login", "--token", "-", stdin=f"{token}\n")
    refused = other.types("add", "Tea")
    assert refused.exit_code == 1, refused.stderr


def test_taskwarrior_twice(person: Person) -> None:
    first = told(person, "import", str(EXPORT), "--yes")
    again = told(person, "import", str(EXPORT), "--yes")
    assert (first["created"], first["existing"], first["failed"]) == (14, 0, 0)
    assert first["dependencies"] == 4
    assert (again["created"], again["existing"], again["dependencies"]) == (0, 14, 0)
    names = [one["name"] for one in items(told(person, "project", "list"))]
    assert names == ["house", "Inbox", "site.ops", "site.text", "work"]
    moved = items(told(person, "list", "--text", "new host"))[0]
    assert (moved["blocked"], len(cast("list[str]", moved["blocked_by"]))) == (True, 2)


@pytest.mark.skipif(shutil.which("task") is None, reason="no Taskwarrior on this machine")
def test_an_export_made_now(person: Person) -> None:
    script = EXPORT.with_name("make-export.sh")
    environment = {**os.environ, "RENT": f"{datetime.now(UTC).year + 1}-12-01"}
    made = subprocess.run(
        ["sh", script], env=environment, capture_output=True, text=True, check=True
    )
    done = told(person, "import", "-", "--yes", stdin=made.stdout)
    assert (done["created"], done["failed"]) == (14, 0)


def test_a_csv_twice_with_a_bad_row(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    header = "id,title,due,project,labels,blocked by\n"
    good = '1,Tea,2030-01-01,Kitchen,"hot, @home",\n2,Milk,,kitchen,,1\n'
    file.write_text(f"{header}{good}3,Rice,soon,,,\n4,Salt,,,{'x' * 60},\n")
    first = person.types("import", str(file), "--yes", "--json")
    assert first.exit_code == 1
    done = json.loads(first.stdout)
    assert (done["created"], done["dependencies"], done["failed"]) == (2, 1, 2)
    errors = done["report"]["errors"]
    assert [one["line"] for one in errors] == [4, 5]
    assert "tags" in errors[1]["detail"]
    file.write_text(f"{header}{good}3,Rice,2030-01-02,,,\n")
    again = told(person, "import", str(file), "--yes", "-P", "Inbox")
    assert (again["created"], again["existing"]) == (1, 2)
    assert [one["name"] for one in items(told(person, "project", "list"))] == ["Inbox", "Kitchen"]


def test_a_dry_run_writes_nothing(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("title,due,odd\nTea,2030-12-04,7\n,,\nMilk,soon,\n")
    preview = told(person, "import", str(file), "--dry-run")
    columns = cast("list[dict[str, object]]", preview["columns"])
    assert {one["header"]: one["field"] for one in columns} == {
        "title": "title", "due": "due", "odd": None
    }  # fmt: skip
    assert [task["title"] for task in items(preview)] == ["Tea"]
    report = cast("dict[str, object]", preview["report"])
    assert report["errors"] == [{"line": 4, "detail": "due: “soon” is not a date"}]
    shown = person.does("import", str(file), "--dry-run")
    assert "CSV with commas, UTF-8: 1 task" in shown
    assert "1 row cannot be read:\n  line 4: due: “soon” is not a date" in shown
    assert items(told(person, "list")) == []


def test_an_import_says_what_the_server_refuses(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"title,labels\nTea,{'x' * 60}\nMilk,a\n")
    done = person.types("import", str(file), "--yes")
    assert done.exit_code == 1
    assert "1 task created, 0 already there." in done.stdout
    assert "1 row not imported:\n  line 2: tags/0: " in done.stdout
    empty = tmp_path / "empty.csv"
    empty.write_text("title\n")
    nothing = person.types("import", str(empty), "--yes")
    assert (nothing.exit_code, "nothing to import" in nothing.stderr) == (1, True)
    strange = tmp_path / "x.json"
    strange.write_text('{"a": 1}')
    unknown = person.types("import", str(strange), "--yes")
    assert (unknown.exit_code, "none of the formats" in unknown.stderr) == (1, True)


def test_an_import_can_bring_tasks_up_to_date(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,title\n1,Tea\n2,Milk\n")
    person.does("import", str(file), "--yes")
    file.write_text("id,title\n1,Green tea\n2,Milk\n")
    assert "0 tasks created, 1 already there, 1 updated." in person.does(
        "import", str(file), "--yes", "--update"
    )
    assert {task["title"] for task in items(told(person, "list"))} == {"Green tea", "Milk"}


def test_an_import_without_new_projects(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("title,project\nTea,Kitchen\n")
    person.does("import", str(file), "--yes", "--no-create-projects")
    assert [task["key"] for task in items(told(person, "list"))] == ["INBOX-1"]


def test_the_demo_is_the_same_each_time_and_nobody_elses(person: Person) -> None:
    person.does("project", "add", "Taxes and papers")
    person.does("add", "My own", "-P", "taxes and papers")
    first = told(person, "demo")
    assert (first["created"], first["invalid"], first["boards"]) == (40, [], 4)
    assert first["goals"] == {"created": 4}
    again = told(person, "demo")
    assert (again["created"], again["existing"], again["boards"]) == (0, 40, 0)
    assert again["goals"] == {"created": 0}
    shown = person.does("board", "show", "-P", "Web shop relaunch")
    assert "\nIn progress (1/3)\n" in shown
    aims = {one["title"]: one for one in items(told(person, "goal", "list"))}
    assert len(aims) == 4
    whole = cast("dict[str, int]", aims["The new shop earns money"]["progress"])
    part = cast("dict[str, int]", aims["A checkout that people finish"]["progress"])
    assert (whole["task_count"], part["task_count"]) == (12, 4)
    assert cast("dict[str, object]", again["dependencies"])["created"] == 0
    names = [one["name"] for one in items(told(person, "project", "list"))]
    assert len(names) == 6
    assert "Taxes and papers (demo)" in names
    own = items(told(person, "list", "-P", "Taxes and papers", "-s", "any"))
    assert [task["title"] for task in own] == ["My own"]
    assert told(person, "demo", "--seed", "2")["created"] == 40
    answer = person.does("next")
    assert "Why" in answer
    assert "Close behind" in answer


def test_a_reader_that_leaves_early(person: Person) -> None:
    process = person.start("whoami")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    assert process.wait(60) in {0, 1}
    assert "Traceback" not in told
    process.stderr.close()
    assert process.stdin is not None
    process.stdin.close()

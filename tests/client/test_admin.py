"""`upnext admin`, typed against a real server."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.client.conftest import PASSWORD, Person


@pytest.fixture
def admin(person: Person, server_folder: Path) -> Person:
    """Made an administrator by whoever sits at the server's machine."""
    person.does("user", "promote", person.address, "--data-dir", str(server_folder / "data"))
    return person


@pytest.fixture
def other(served: str, tmp_path: Path) -> Person:
    made = Person(served, tmp_path / "other", f"o{time.time_ns()}")
    made.does("register", made.address, "--password-stdin", stdin=f"{PASSWORD}\n")
    return made


def told(person: Person, *words: str) -> Any:  # JSON
    return json.loads(person.does("admin", *words, "--json"))


def test_accounts(admin: Person, other: Person) -> None:
    shown = admin.does("admin", "users", "list", other.name)
    assert other.address in shown
    assert told(admin, "users", "show", other.address)["workspaces"][0]["only_owner"]
    assert "Personal" in admin.does("admin", "users", "show", other.address)
    for verb, field, value in (
        ("promote", "role", "admin"),
        ("demote", "role", "user"),
        ("disable", "disabled_at", True),
        ("enable", "disabled_at", None),
    ):
        after = told(admin, "users", verb, other.address)[field]
        assert (after == value) or (value is True and after)
    email = f"made{time.time_ns()}@example.org"
    assert "Its password is" in admin.does("admin", "users", "create", email, "--admin")
    reset = told(admin, "users", "reset-password", email)
    assert (reset["sessions_ended"], len(reset["password"]) > 10) == (0, True)
    refused = admin.types("admin", "users", "delete", email)
    assert (refused.exit_code, "--trash" in refused.stderr) == (2, True)
    admin.does("admin", "users", "delete", email, "--trash", "--yes")
    assert admin.types("admin", "users", "show", email).exit_code == 4


def test_who_is_no_administrator_is_told(admin: Person, other: Person) -> None:
    refused = other.types("admin", "stats")
    assert refused.exit_code == 1
    assert "administrators" in refused.stderr


def test_a_deleted_accounts_work_goes_to_another(admin: Person, other: Person) -> None:
    other.does("add", f"Left behind {other.name}")
    admin.does("admin", "users", "delete", other.address, "--to", admin.address, "--yes")
    assert f"Left behind {other.name}" in admin.does("list", "--all")


def team_of(other: Person) -> tuple[str, str, str]:
    """The names of a workspace, of a project in it, and of a task in that."""
    name, part, title = (f"{word} {other.name}" for word in ("Team", "Part", "Deep work"))
    workspace_id = str(other.asks("POST", "workspaces", {"name": name})["id"])
    other.does("project", "add", part, "--workspace", workspace_id)
    other.does("add", title, "--workspace", workspace_id, "--project", part)
    return name, part, title


def test_workspaces(admin: Person, other: Person) -> None:
    name, _, _ = team_of(other)

    (found,) = told(admin, "workspaces", "list", name)["items"]
    assert [owner["email"] for owner in found["owners"]] == [other.address]
    assert "Owners" in admin.does("admin", "workspaces", "list", name)
    assert told(admin, "workspaces", "show", name)["tasks"] == 1
    assert "1 tasks" in admin.does("admin", "workspaces", "show", name)
    assert told(admin, "workspaces", "archive", name)["archived_at"]
    assert told(admin, "workspaces", "unarchive", name)["archived_at"] is None
    admin.does("admin", "workspaces", "delete", name, "--yes")
    admin.does("admin", "workspaces", "restore", name)
    given = told(admin, "workspaces", "transfer", name, admin.address)
    assert [owner["email"] for owner in given["owners"]] == [admin.address]
    assert told(admin, "workspaces", "rename", name, "New", name)["name"] == f"New {name}"


def test_projects_and_tasks(admin: Person, other: Person) -> None:
    name, part, title = team_of(other)
    (task,) = told(admin, "tasks", "list", title)["items"]
    assert title in admin.does("admin", "tasks", "list", "--of", other.address)
    assert title in admin.does("admin", "tasks", "show", title)
    done = told(admin, "tasks", "edit", task["id"], "--status", "done", "--priority", "high")
    assert (done["completed"], done["priority"]) == (True, "high")
    assert admin.types("admin", "tasks", "edit", task["id"]).exit_code == 2
    admin.does("admin", "tasks", "delete", title, "--yes")
    admin.does("admin", "tasks", "restore", title)

    assert "Part" in admin.does("admin", "projects", "list", "--workspace", name)
    admin.does("admin", "projects", "show", part)
    assert told(admin, "projects", "archive", part)["archived_at"]
    assert told(admin, "projects", "unarchive", part)["archived_at"] is None
    admin.does("admin", "projects", "delete", part, "--yes")
    admin.does("admin", "projects", "restore", part)
    assert told(admin, "projects", "rename", part, "Renamed", other.name)["name"].startswith("Ren")


def test_jobs_and_numbers(admin: Person) -> None:
    counts = told(admin, "jobs", "counts")["items"]
    listed = told(admin, "jobs", "list", "--limit", "5")["items"]
    admin.does("admin", "jobs", "counts")
    admin.does("admin", "jobs", "list")
    if listed:
        assert counts
        job_id = listed[0]["id"]
        assert told(admin, "jobs", "show", job_id)["id"] == job_id
        assert job_id in admin.does("admin", "jobs", "show", job_id)
    assert json.loads(admin.does("jobs", "counts", "--json"))["items"]
    nothing = "00000000-0000-7000-8000-000000000000"
    assert admin.types("admin", "jobs", "cancel", nothing).exit_code == 4
    assert admin.types("admin", "jobs", "requeue", nothing).exit_code == 4
    assert told(admin, "jobs", "requeue-all", "--kind", "nothing") == {"requeued": 0}
    assert (
        told(admin, "runs", "list", "--state", "completed", "--limit", "3")["next_cursor"] is None
    )
    assert admin.types("admin", "runs", "list", "--state", "odd").exit_code == 1
    assert told(admin, "stats", "--fresh")["users"]["active"] >= 1
    assert "tasks by status done" in admin.does("admin", "stats")

"""The reader of our own format, without a server."""

import json
from typing import Any

import pytest

from upnext.exports import document, reading
from upnext.exports.reading import NotAnExport, ProjectItem, TaskItem, read_export

PROJECT = {
    "id": "p", "workspace_id": "w", "key": "P", "name": "Project", "private": False,
    "inbox": False, "archived_at": None, "deleted_at": None,
}  # fmt: skip


def _task(ref: str, **more: Any) -> dict[str, Any]:
    return {
        "id": ref, "project_id": "p", "parent_id": None, "blocked_by": [], "assignee_ids": [],
        "deleted_at": None, "title": ref, **more,
    }  # fmt: skip


def _export(*tasks: dict[str, Any], **more: Any) -> bytes:
    people = [{"user_id": "u", "email": "mia@example.com"}]
    whole = {"format": "upnext", "version": 1, "workspaces": [{"id": "w", "members": people}]}
    return json.dumps({**whole, "projects": [PROJECT], "tasks": tasks, **more}).encode()


def test_both_halves_speak_of_the_same_format() -> None:
    assert (document.FORMAT, document.VERSION) == (reading.FORMAT, reading.NEWEST)


def test_items() -> None:
    task = _task("a", assignee_ids=["u", "gone"], blocked_by=["b"], status="todo", key="P-1")
    project, item = read_export(_export(task))
    assert isinstance(project, ProjectItem)
    assert isinstance(item, TaskItem)
    assert (project.key, project.archived) == ("P", False)
    assert item.assignees == ("mia@example.com", "gone")
    assert (item.blocked_by, item.trashed) == (("b",), False)
    assert item.fields == {"title": "a", "status": "todo"}


def test_a_field_of_tomorrow_is_a_field() -> None:
    (_, item) = read_export(_export(_task("a", mood="good")))
    assert isinstance(item, TaskItem)
    assert item.fields["mood"] == "good"


def test_parents_come_first_in_whatever_order_they_stand() -> None:
    tasks = [_task("c", parent_id="b"), _task("b", parent_id="a"), _task("x"), _task("a")]
    assert [one.ref for one in read_export(_export(*tasks))][1:] == ["a", "b", "c", "x"]


def test_a_circle_or_a_missing_parent_holds_nobody_back() -> None:
    tasks = [_task("a", parent_id="b"), _task("b", parent_id="a"), _task("c", parent_id="gone")]
    assert {one.ref for one in read_export(_export(*tasks))} == {"p", "a", "b", "c"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b'{"format": "upnext", "tasks": [', "not all of it"),
        (b"[]", '"format" is not "upnext"'),
        (b'{"format": "other"}', '"format" is not "upnext"'),
        (_export(version=2), "Version 2"),
        (_export(version="1"), "Version 1"),
        (_export(version=None), "Version None"),
        (_export(tasks={}), '"tasks" is not a list'),
        (_export(projects=[1]), '"projects" is not a list'),
        (_export({"id": "a"}), "A task lacks 'project_id'"),
        (_export(projects=[{"id": "a"}]), "A project lacks 'workspace_id'"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(NotAnExport, match=words):
        next(read_export(content))

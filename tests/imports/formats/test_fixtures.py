"""Every fixture, read to exactly the items that stand beside it: reviewed by hand, field by field.

Ids that are made from words are long, so they are written as `#` and the item's place in the file.
"""

import json
from typing import Any

import pytest

from tests.imports.reading import DATA, errors, fixture, read, said
from upnext.imports.formats.registry import detect
from upnext.imports.reading import Reading

FIXTURES = {
    "todoist/template.csv": "todoist_csv",
    "todoist/sync.json": "todoist_json",
    "todoist/tasks.json": "todoist_json",
    "trello/board.json": "trello",
    "taskwarrior/export.json": "taskwarrior",
    "todotxt/todo.txt": "todotxt",
    "vikunja/export.zip": "vikunja",
    "vikunja/data.json": "vikunja",
    "jira/export.csv": "jira",
    "github/rest.json": "github",
    "github/gh.json": "github",
    "icalendar/todos.ics": "icalendar",
    "upnext/export.json": "upnext",
}


def told(reading: Reading) -> dict[str, Any]:
    short = {
        item.external_id: f"#{place}"
        for place, item in enumerate(reading.items)
        if item.external_id and len(item.external_id) > 70
    }
    return {
        "label": reading.label,
        "items": [_short(item, short) for item in reading.items],
        "errors": [list(error) for error in errors(reading)],
        "warnings": [[remark.line, remark.detail] for remark in reading.remarks],
        "left_out": dict(reading.left_out),
        "skipped": reading.skipped,
    }


def _short(item: Any, names: dict[Any, str]) -> dict[str, Any]:
    found = {"line": item.line, **said(item)}
    for name in ("external_id", "parent"):
        if name in found:
            found[name] = names.get(found[name], found[name])
    return found


@pytest.mark.parametrize("name", FIXTURES)
def test_each_fixture_reads_as_it_should(name: str) -> None:
    path = DATA / name
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8"))
    found = json.loads(json.dumps(told(read(fixture(name)))))
    assert found["items"] == expected["items"]
    assert found == expected


@pytest.mark.parametrize(("name", "kind"), FIXTURES.items())
def test_the_format_is_found_by_the_content(name: str, kind: str) -> None:
    assert detect(fixture(name)).name == kind


@pytest.mark.parametrize("name", [n for n in FIXTURES if not n.endswith(".zip")])
def test_encodings_and_line_ends_make_no_difference(name: str) -> None:
    text = fixture(name).decode()
    plain = told(read(fixture(name)))
    for data in (text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("utf-16-be")):
        marked = data if data[:2] != text.encode("utf-16-be")[:2] else b"\xfe\xff" + data
        found = told(read(marked))
        assert found["items"] == plain["items"]
    crlf = told(read(text.replace("\r\n", "\n").replace("\n", "\r\n")))
    assert crlf["items"] == plain["items"]


@pytest.mark.parametrize("name", FIXTURES)
def test_every_fixture_names_its_source(name: str) -> None:
    folder = (DATA / name).parent
    assert any((folder / page).is_file() for page in ("SOURCE.md", "README.md"))


def test_the_zip_is_what_its_script_writes() -> None:
    assert told(read(fixture("vikunja/data.json")))["items"] == told(
        read(fixture("vikunja/export.zip"))
    )["items"]  # fmt: skip

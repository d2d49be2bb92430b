"""Exports of the real Taskwarrior, and broken ones."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.reading import errors, fixture, named, read, remarks, said, titles
from upnext.imports.formats.items import FormatError
from upnext.imports.reading import Reading

TEXT = fixture("taskwarrior/export.json").decode()


@pytest.fixture
def reading() -> Reading:
    return read(TEXT)


def parsed(*items: object) -> Reading:
    return read(json.dumps(list(items)), "taskwarrior")


def test_everything_alive_is_read(reading: Reading) -> None:
    assert len(reading.items) == 14
    assert reading.errors == []
    assert reading.remarks == []
    assert reading.left_out == {
        "tasks deleted in Taskwarrior": 1,
        "templates of recurring tasks, whose occurrences are imported": 1,
    }
    assert reading.skipped == 2


def test_a_whole_task(reading: Reading) -> None:
    record = named(reading, "Renew the domain")
    assert record.line == 2
    told = said(record)
    assert told.pop("external_id").startswith("taskwarrior:")
    assert told.pop("created").startswith("2026-11-21T")
    assert told == {
        "title": "Renew the domain",
        "project": "site.ops",
        "due": "2026-12-01T16:00:00Z",
        "priority": "high",
        "estimate": 15,
        "tags": ["web"],
        "description": (
            "- 2026-11-21: Registrar: see mail of 3 November\n- 2026-11-21: Price went up to 14,90"
        ),
    }


def test_states(reading: Reading) -> None:
    assert named(reading, "Send the invoice to Acme").status == "done"
    assert named(reading, "Send the invoice to Acme").completed is not None
    assert named(reading, "Prepare the slides").status == "in_progress"
    assert named(reading, "Pay rent").status == "todo"


def test_a_task_starts_when_all_its_waiting_is_over(reading: Reading) -> None:
    starts = {
        title: said(named(reading, title))["start"]
        for title in ("Clean the gutters", "Call the chimney sweep", "Order heating oil")
    }
    assert starts == {
        "Clean the gutters": "2026-11-29T23:00:00Z",
        "Call the chimney sweep": "2026-12-09T23:00:00Z",
        "Order heating oil": "2026-12-02T23:00:00Z",
    }


def test_places_are_contexts(reading: Reading) -> None:
    item = named(reading, "Back up the old site")
    assert (item.tags, item.context) == (("web",), ("@desk",))


def test_dependencies(reading: Reading) -> None:
    move = named(reading, "Move the site to the new host")
    first = [named(reading, "Renew the domain"), named(reading, "Back up the old site")]
    assert set(move.after) == {record.external_id for record in first}
    assert named(reading, "Write the announcement — “we moved”").after == (move.external_id,)


def test_one_object_per_line_reads_alike(reading: Reading) -> None:
    lines = "\n".join(json.dumps(item) for item in json.loads(TEXT))
    assert [record.external_id for record in read(lines).items] == [
        record.external_id for record in reading.items
    ]


def test_dependencies_of_older_versions_are_a_text() -> None:
    item = {"uuid": "c", "description": "C", "depends": "a,b"}
    record = parsed(item).items[0]
    assert record.after == ("taskwarrior:a", "taskwarrior:b")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"description": "x"}, "has no uuid"),
        ({"uuid": "a"}, "has no description"),
        ({"uuid": "a", "description": "x", "status": "odd"}, "“odd” is no status"),
        ({"uuid": "a", "description": "x", "priority": "Z"}, "“Z” is none of H, M, L"),
        ({"uuid": "a", "description": "x", "due": "soon"}, "due: “soon” is not a date"),
        (7, "is not a task"),
    ],
)
def test_a_bad_task_costs_itself_only(item: object, reason: str) -> None:
    good = {"uuid": "g", "description": "good"}
    text = ",\n".join(json.dumps(one) for one in (item, good))
    reading = read(f"[\n{text}\n]", "taskwarrior")
    assert titles(reading) == ["good"]
    assert [(line, reason in detail) for line, detail in errors(reading)] == [(2, True)]


def test_a_torn_line_costs_itself_only() -> None:
    lines = TEXT.splitlines()
    lines[2] = lines[2][:80]
    reading = read("\n".join(lines))
    assert [line for line, _ in errors(reading)] == [3]
    assert len(reading.items) == 13


def test_dependencies_on_what_is_gone_are_told() -> None:
    item = {"uuid": "a", "description": "x", "depends": ["gone"]}
    assert "1 dependency" in remarks(parsed(item))[0]


def test_a_start_after_the_deadline_is_left_out() -> None:
    item = {"uuid": "a", "description": "x", "due": "20261128T000000Z"}
    reading = parsed(item | {"scheduled": "20261128T090000Z"})
    assert said(reading.items[0])["due"] == "2026-11-28T00:00:00Z"
    assert remarks(reading) == ["1 task would start after the deadline; the start is left out."]


def test_characters_that_are_none_go() -> None:
    text = '{"uuid": "a", "description": "x\\ud800y\\u0000z", "tags": ["\\udfffa"]}'
    item = read(text).items[0]
    assert (item.title, item.tags) == ("xyz", ("a",))


def test_depth_is_refused() -> None:
    with pytest.raises(FormatError, match="nested too deeply"):
        read("[" + '{"a":' * 100_000, "taskwarrior")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
NAMES = st.sampled_from(
    [
        *("uuid", "description", "status", "due", "wait", "priority", "tags", "depends"),
        *("annotations", "project", "estimate", "start"),
    ]
)


@given(st.dictionaries(NAMES, JSON, max_size=8))
def test_any_object_is_read_or_refused(item: dict[str, object]) -> None:
    reading = parsed(item)
    assert len(reading.items) + len(reading.errors) + sum(reading.left_out.values()) == 1

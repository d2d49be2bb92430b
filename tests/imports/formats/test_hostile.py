"""Files made to hurt: bombs, depths, torn ends, and any bytes at all."""

import io
import json
import tracemalloc
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports.reading import errors, fixture, read, titles
from tests.kit.effort import cpu_below, tries
from upnext.imports.formats import vikunja
from upnext.imports.formats.htmltext import plain
from upnext.imports.formats.items import MOST_ITEMS, FormatError
from upnext.imports.formats.registry import FORMATS, detect

DEEP = '{"a":' * 100_000


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vikunja, "LARGEST_UNPACKED", 1_000_000)
    bomb = packed(data_json=b" " * 200_000_000)
    assert len(bomb) < 250_000
    larger = r"data.json in the zip is larger than 1 MB"
    with cpu_below(1), pytest.raises(FormatError, match=larger):
        read(bomb)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed(other_json=b"[]"), "holds no data.json"),
        (packed(data_json=b"[]")[:60], "damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (packed(data_json=b"{}"), "no export of Vikunja"),
        (packed(data_json=b'[{"title": "x", "tasks": [{]}]'), "Line 1 is not JSON"),
    ],
    # By name, since a zip holds the time at which it was packed.
    ids=["other file", "cut off", "no zip", "no list", "no JSON"],
)
def test_zips_that_are_none_of_ours(data: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read(data)


def test_a_zip_of_too_many_files() -> None:
    many = packed(data_json=b"[]", **{f"f{n}": b"" for n in range(10_001)})
    with pytest.raises(FormatError, match="no export"):
        read(many)


@pytest.mark.parametrize("kind", ["todoist_json", "trello", "taskwarrior", "vikunja", "github"])
@pytest.mark.parametrize("start", ["", "[", '{"cards": ', '[{"tasks": ', '{"items": ['])
def test_depth_is_refused_or_an_error(kind: str, start: str) -> None:
    with pytest.raises(FormatError, match=r"nested too deeply|not JSON|no export"):
        read(start + DEEP, kind)


@pytest.mark.parametrize("kind", ["todoist_json", "trello", "vikunja"])
@pytest.mark.parametrize("text", ["", "7", "null", '"x"', "{", "[", '{"a"', '{"a" 1}', '{"a": 1,}',
                                  '{"cards": {}, "lists": 7}', '{"items": 7}'])  # fmt: skip
def test_odd_documents(kind: str, text: str) -> None:
    with suppress(FormatError):
        assert titles(read(text, kind)) == []


def test_nested_components_are_refused() -> None:
    deep = "BEGIN:VCALENDAR\n" + "BEGIN:VTODO\n" * 20
    with pytest.raises(FormatError, match="nested too deeply"):
        read(deep, "icalendar")
    with pytest.raises(FormatError, match="line 2 does not end"):
        read("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\n", "icalendar")


def test_broken_components_cost_themselves() -> None:
    text = fixture("icalendar/todos.ics").decode()
    broken = [
        "SUMMARY:Odd due\r\nDUE:whenever",
        "SUMMARY:Odd status\r\nSTATUS:DREAMING",
        "SUMMARY:Odd priority\r\nPRIORITY:77",
        "DESCRIPTION:no summary",
        "SUMMARY:Odd rule\r\nRRULE:FREQ=SOMETIMES",
        "nothing at all",
    ]
    parts = "".join(f"BEGIN:VTODO\r\nUID:b{n}\r\n{body}\r\nEND:VTODO\r\n"
                    for n, body in enumerate(broken))  # fmt: skip
    reading = read(text.replace("END:VCALENDAR", parts + "END:VCALENDAR"))
    assert titles(reading)[:5] == titles(read(text))
    assert len(errors(reading)) >= 5
    assert all(line > 100 for line, _ in errors(reading))


def test_more_tasks_than_allowed() -> None:
    with pytest.raises(FormatError, match="more than 50,000 tasks"):
        read("title\n" + "x\n" * (MOST_ITEMS + 1), "csv")
    assert len(read("title\n" + "x\n" * MOST_ITEMS, "csv").items) == MOST_ITEMS


def test_more_broken_rows_than_anybody_would_read() -> None:
    with pytest.raises(FormatError, match="more than"):
        read("[" + ",".join("7" for _ in range(4 * MOST_ITEMS + 2)) + "]", "taskwarrior")


def test_a_large_file_takes_seconds_not_minutes() -> None:
    row = {"number": 1, "title": "x" * 150, "body": "y" * 300, "state": "open", "labels": []}
    text = json.dumps([{**row, "number": n} for n in range(40_000)])
    assert len(text) > 20_000_000
    with cpu_below(20):
        assert len(read(text, "github").items) == 40_000


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0", b"\0", b"title\n\0", b"\xff\xfeX"])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(FormatError):
        detect(data)
    for kind in ("csv", "jira", "todotxt", "icalendar", "github"):
        with pytest.raises(FormatError):
            read(data, kind)


def test_json_of_nobody() -> None:
    for text in ("{}", '[{"a": 1}]', '{"a": [1]}', "[[[["):
        with suppress(FormatError):
            assert titles(read(text)) == []
    with pytest.raises(FormatError, match="none of the formats"):
        detect(b'{"a": 1}')


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
MEMBERS = {
    "todoist_json": ("content", "id", "priority", "due", "deadline", "duration", "labels",
                     "checked", "parent_id", "project_id", "note_count", "added_at", "is_deleted"),
    "trello": ("name", "id", "idList", "due", "start", "labels", "idMembers", "closed", "desc",
               "dueComplete", "attachments", "isTemplate", "dateLastActivity"),
    "vikunja": ("title", "id", "description", "done", "due_date", "priority", "labels",
                "related_tasks", "repeat_after", "repeat_mode", "percent_done", "assignees"),
    "github": ("number", "title", "body", "state", "labels", "assignees", "milestone", "comments",
               "pull_request", "created_at", "type", "html_url", "state_reason"),
}  # fmt: skip
WRAPPED: dict[str, Any] = {
    "todoist_json": lambda entry: {"items": [entry], "projects": [entry], "sections": entry},
    "trello": lambda entry: {"cards": [entry], "lists": [entry], "checklists": [entry]},
    "vikunja": lambda entry: [{"title": "P", "tasks": [entry], "buckets": [entry]}],
    "github": lambda entry: [entry],
}


@pytest.mark.parametrize("kind", MEMBERS)
def test_any_object_is_an_item_or_an_error(kind: str) -> None:
    @given(st.dictionaries(st.sampled_from(MEMBERS[kind]), JSON, max_size=8))
    @settings(max_examples=tries(50, 500))
    def check(entry: dict[str, Any]) -> None:
        reading = read(json.dumps(WRAPPED[kind](entry)), kind)
        assert len(reading.items) + len(reading.errors) + reading.skipped >= 1
        assert all(item.title and len(item.title) <= 200 for item in reading.items)

    check()


@pytest.mark.parametrize("kind", FORMATS)
def test_any_bytes_are_read_or_refused_with_a_sentence(kind: str) -> None:
    @given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
    @settings(max_examples=tries(25, 200), suppress_health_check=[HealthCheck.too_slow])
    def check(data: bytes) -> None:
        with suppress(FormatError):
            read(data, kind)
        with suppress(FormatError):
            detect(data)

    check()


LINES = st.sampled_from(
    ["(A) ", "x ", "2026-12-01 ", "+House ", "@home ", "due:2026-12-01 ", "due:x ", "rec:1w ",
     "pri:Q ", "est:2h ", "word ", "\u2028", "\t"]
)  # fmt: skip


@given(st.lists(LINES, max_size=8).map("".join))
def test_any_line_of_todo_txt(line: str) -> None:
    reading = read(line, "todotxt")
    assert len(reading.items) + len(reading.errors) == (1 if line.strip() else 0)


PROPERTIES = st.sampled_from(
    ["SUMMARY:x", "DUE:20261204", "DUE;VALUE=DATE:20261204", "DUE;TZID=Nowhere:20261204T090000",
     "DTSTART:x", "RRULE:FREQ=DAILY", "RRULE:x", "PRIORITY:x", "STATUS:COMPLETED", "CATEGORIES:a,b",
     "RELATED-TO;RELTYPE=x:y", "DURATION:PT1H", "COMPLETED:20260101T000000Z", "ATTENDEE:mailto:a@b",
     "BEGIN:VALARM", "END:VALARM", ":", ";;;", 'SUMMARY;X="unclosed:y', "EXDATE:1", "\ud7ff:x"]
)  # fmt: skip


@given(st.lists(PROPERTIES, max_size=8))
def test_any_component(lines: list[str]) -> None:
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VTODO", *lines, "END:VTODO", "END:VCALENDAR"])
    with suppress(FormatError):
        reading = read(text, "icalendar")
        assert len(reading.items) + len(reading.errors) + reading.skipped >= 1


BRACKETS = ["(", "[", "<a", "<a " * 2, "</", "<a href=", "&", "@", "[(", "<" + "b" * 50]


@pytest.mark.parametrize("piece", BRACKETS)
def test_repeated_signs_take_no_square_of_time(piece: str) -> None:
    long = piece * (400_000 // len(piece))
    with cpu_below(3):
        plain(long)
        read(f"title,{long[:130_000]},note\nTea,x,y\n", "csv")
        read(f"Summary,Issue key,{long[:130_000]}\nTea,A-1,x\n", "jira")
        read(f"(A) {long}", "todotxt")
        read(f"TYPE,CONTENT,INDENT,PRIORITY\ntask,{long[:130_000]},1,1\n", "todoist_csv")


BREADTHS = {
    "csv": ("title\n" + "a\n" * 210_000, "title," * 100_000 + "\nx\n"),
    "jira": ("Summary,Issue key" + ",x" * 100_000,),
    "todotxt": ("a\n" * 210_000,),
    "icalendar": ("BEGIN:VCALENDAR\n" + "x\n" * 210_000, "BEGIN:VEVENT\nEND:VEVENT\n" * 210_000),
    "trello": ('{"lists":[],"cards":[' + "{}," * 210_000 + "{}]}",),
    "vikunja": ('[{"tasks":[' + "7," * 210_000 + "7]}]",),
    "taskwarrior": ("[" + "{}," * 210_000 + "{}]",),
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, ts in BREADTHS.items() for t in ts])
def test_breadth_costs_no_minutes(kind: str, text: str) -> None:
    with cpu_below(10), suppress(FormatError):
        assert titles(read(text, kind)) in ([], ["x"])


@pytest.mark.parametrize("kind", ["csv", "trello", "github"])
def test_a_file_takes_a_few_times_its_size_of_memory(kind: str) -> None:
    body, count = "y" * 300, 5_000
    text = {
        "csv": "title,notes\n" + f"x,{body}\n" * count,
        "trello": json.dumps({"lists": [], "cards": [{"name": "x", "desc": body}] * count}),
        "github": json.dumps([{"number": n, "title": "x", "body": body} for n in range(count)]),
    }[kind]
    tracemalloc.start()
    assert len(read(text, kind).items) == count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(text)


def test_html_becomes_plain_text() -> None:
    text = "<p>One &amp; <b>two</b></p><ul><li>a</li><li> b</li></ul><script>x()</script>c<br/>d"
    assert plain(text) == "One & two\n\n- a\n- b\n\nc\nd"
    assert plain('<a href="https://x.example/?a=1&amp;b=2">here</a>') == (
        "here (https://x.example/?a=1&b=2)"
    )
    assert plain("<a href=https://x.example>https://x.example</a>") == "https://x.example"
    assert plain("a < b and c > d") == "a < b and c > d"
    assert plain("plain") == "plain"


def test_attachments_inside_a_component_are_counted_not_read() -> None:
    lines = "\r\n".join(" " + "A" * 74 for _ in range(10_000))
    body = f"SUMMARY:x\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:\r\n{lines}\r\nDESCRIPTION:y"
    text = f"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\n{body}\r\nEND:VTODO\r\nEND:VCALENDAR"
    reading = read(text)
    assert (titles(reading), dict(reading.left_out)) == (["x"], {"attachments": 1})
    assert reading.items[0].description == "y"
    huge = text.replace("ATTACH", "X-OWN")
    assert errors(read(huge)) == [(2, "is larger than 200,000 characters")]


@pytest.mark.parametrize("cell", ["9" * 400, "9" * 5_000, "1" * 400 + "h", "1e999", "P9999999999D"])
def test_durations_beyond_all_numbers(cell: str) -> None:
    assert len(errors(read(f"title,duration\nTea,{cell}\n", "csv"))) == 1


def test_ids_have_the_form_in_which_a_task_keeps_them() -> None:
    entries = [{"uuid": "a  \u0001b\ud800", "description": "x", "depends": ["e\u0301"]},
               {"uuid": "e\u0301", "description": "y"}]  # fmt: skip
    one, two = read(json.dumps(entries)).items
    assert one.external_id == "taskwarrior:a b"
    assert one.after == (two.external_id,) == ("taskwarrior:\xe9",)

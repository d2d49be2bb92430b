"""Strangers' CSV files: what is found out about them, and what is done about broken rows."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.reading import errors, remarks, said, titles
from tests.imports.reading import read as read_as
from upnext.imports.formats import columns
from upnext.imports.formats.items import FormatError
from upnext.imports.reading import Reading


def read(data: str | bytes, **wishes: Any) -> Reading:
    return read_as(data, "csv", **wishes)


def fields(reading: Reading) -> list[dict[str, Any]]:
    """Without the ids, which are tested by themselves."""
    found = [said(item) for item in reading.items]
    for one in found:
        del one["external_id"]
    return found


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"title,due\nTea,\n", "CSV with commas, UTF-8"),
        (b"\xef\xbb\xbftitle;due\nTea;\n", "CSV with semicolons, UTF-8"),
        ("title\tdue\nTea\t\n".encode("utf-16"), "CSV with tabs, UTF-16"),
        (b"title|due\r\nTea|\r\n", "CSV with bars, UTF-8"),
        ("title,notes\nTea,für Zoë\n".encode("cp1252"), "CSV with commas, Windows-1252"),
        (b"title\nTea, hot\n", "CSV with one column, UTF-8"),
    ],
)
def test_encodings_and_delimiters(data: bytes, source: str) -> None:
    reading = read(data)
    assert reading.label == source
    guessed = "The file is not UTF-8" in " ".join(remarks(reading))
    assert guessed == source.endswith("Windows-1252")
    assert reading.items[0].title.startswith("Tea")


def test_western_letters_survive() -> None:
    assert read("title\nfür Zoë\n".encode("cp1252")).items[0].title == "für Zoë"


@pytest.mark.parametrize("data", [b"title\nTea\0\n", b"\xff\xfea"])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(data)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Task Name,Notes,Due Date,Priority,Labels",
         ["title", "description", "due", "priority", "tags"]),
        ("TYPE,CONTENT,DESCRIPTION,PRIORITY,DATE",
         [None, "title", "description", "priority", "due"]),
        ("Issue key,Issue id,Summary,Status,Project name",
         ["id", None, "title", "status", "project"]),
        ("uuid,description,project,depends,estimate",
         ["id", "title", "project", "after", "duration"]),
        ("Card Name,Card Description,List,Labels", ["title", "description", "project", "tags"]),
        ("subject,categories,% Complete,start date", ["title", "tags", "completed", "start"]),
        ("Name,Done?,Estimated time (h)", ["title", "completed", "duration"]),
        ("title,description,category", ["title", "description", "category"]),
    ],
)  # fmt: skip
def test_headers_in_many_styles(header: str, found: list[str | None]) -> None:
    headers = header.split(",")
    detected = columns.detected(headers)
    assert [detected.get(at) for at in range(len(headers))] == found


def test_without_a_header_the_first_line_is_a_task() -> None:
    reading = read("Buy milk\nCall Zoë\n")
    assert titles(reading) == ["Buy milk", "Call Zoë"]
    assert "No header" in remarks(reading)[0]


def test_the_person_knows_better() -> None:
    text = "Aufgabe,title,Frist\nTee,old,2026-12-04\n"
    reading = read(text, mapping={"Aufgabe": "title", "3": "due", "title": "ignore"})
    assert fields(reading) == [{"title": "Tee", "due": "2026-12-04T22:59:00Z"}]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"nix": "title"}, "no column"),
        ({"title": "nix"}, "not a field"),
        ({"title": "ignore"}, "No column holds the words"),
        ({"title": "due", "b": "due"}, "cannot both be due"),
    ],
)
def test_a_mapping_that_means_nothing(mapping: dict[str, str], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read("title,b\nTea,\n", mapping=mapping)


def test_a_whole_row() -> None:
    text = (
        "Title,Notes,Due,Start,Priority,Status,List,Tags,Estimate,Energy,Context,Category\n"
        "Tea ,hot,2026-12-04 17:00,2026-12-01,P1,In Progress,Kitchen,"
        '"#warm, @home, drink",1h30,High,desk,home\n'
    )
    assert fields(read(text))[0] == {
        "project": "Kitchen",
        "title": "Tea",
        "description": "hot",
        "due": "2026-12-04T16:00:00Z",
        "start": "2026-11-30T23:00:00Z",
        "priority": "urgent",
        "status": "in_progress",
        "tags": ["warm", "drink"],
        "context": ["@desk", "@home"],
        "estimate": 90,
        "energy": "high",
        "category": "home",
    }


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("priority", "H", "priority", "high"),
        ("priority", "1", "priority", "urgent"),
        ("priority", "Major", "priority", "high"),
        ("priority", "none", "priority", None),
        ("status", "To Do", "status", None),
        ("status", "Won't fix", "status", "cancelled"),
        ("completed", "TRUE", "status", "done"),
        ("completed", "2026-11-01", "status", "done"),
        ("completed", "no", "status", None),
        ("% complete", "40%", "status", None),
        ("estimate (hours)", "1.5", "estimate", 90),
        ("duration", "25", "estimate", 25),
        ("original estimate", "3600", "estimate", 60),
        ("duration", "0", "estimate", None),
        ("due", "4.12.2026", "due", "2026-12-04T22:59:00Z"),
        ("due", "25/12/2026 9:30 am", "due", "2026-12-25T08:30:00Z"),
        ("due", "12/25/26", "due", "2026-12-25T22:59:00Z"),
        ("due", "4 Dec 2026", "due", "2026-12-04T22:59:00Z"),
        ("due", "Fri, December 4, 2026", "due", "2026-12-04T22:59:00Z"),
        ("due", "2026/12/04 00:00:00", "due", "2026-12-04T22:59:00Z"),
        ("due", "2026-12-04T10:00:00.000+0000", "due", "2026-12-04T10:00:00Z"),
        ("due", "20261204T100000Z", "due", "2026-12-04T10:00:00Z"),
    ],
)
def test_cells(column: str, cell: str, field: str, value: object) -> None:
    reading = read(f'title,{column}\nTea,"{cell}"\n')
    assert reading.errors == []
    assert fields(reading)[0].get(field) == value


def test_dates_that_can_be_read_in_two_ways_are_not_guessed() -> None:
    text = "title,due\nTea,04/12/2026\nMilk,03/12/2026\n"
    with pytest.raises(FormatError, match="04/12/2026 can be read in two ways"):
        read(text)
    assert fields(read(text, dates="dmy"))[0]["due"] == "2026-12-04T22:59:00Z"
    assert fields(read(text, dates="mdy"))[0]["due"] == "2026-04-12T21:59:00Z"
    # One date of the column that allows one reading only decides for all.
    assert fields(read(f"{text}Rice,12/31/2026\n"))[0]["due"] == "2026-04-12T21:59:00Z"


def test_a_bad_row_costs_itself_only() -> None:
    reading = read(
        "title,due,priority,duration\n"
        "Tea,2026-12-04,,\n"
        ",2026-12-04,,\n"
        "Milk,soon,,\n"
        "Rice,,sky high,\n"
        "\n"
        "Salt,,,for ever\n"
        "Fish,,,,,surplus\n"
        "Bread,,,20\n"
    )
    assert titles(reading) == ["Tea", "Bread"]
    assert errors(reading) == [
        (3, "has no title"),
        (4, "due: “soon” is not a date"),
        (5, "priority: “sky high” is no priority; say what it is: priority:sky high=high"),
        (7, "duration: “for ever” is not a duration; write 30m, 2h, 1h30 or minutes"),
        (8, "has 6 cells where the header has 4; is a quote missing?"),
    ]  # fmt: skip


def test_cells_can_be_given_a_meaning() -> None:
    text = "title,priority\nTea,SKY HIGH\n"
    assert fields(read(text, values={("priority", "sky high"): "urgent"})) == [
        {"title": "Tea", "priority": "urgent"}
    ]


def test_an_open_quote_does_not_swallow_the_file() -> None:
    reading = read('title,notes\nTea,"never closed\nMilk,"fine, ""really"""\nRice,6" long\n')
    assert titles(reading) == ["Milk", "Rice"]
    assert [one.line for one in reading.errors] == [2]


def test_lines_are_those_of_the_file() -> None:
    reading = read('title,notes\n"Tea","a\nb\nc"\n,x\nMilk,\n')
    assert [item.line for item in reading.items] == [2, 6]
    assert [one.line for one in reading.errors] == [5]


def test_breaks_spelled_out_become_breaks() -> None:
    reading = read("title,notes\nTea,one\\n\\ntwo \\nthree\nMilk,plain\n")
    assert fields(reading)[0]["description"] == "one\n\ntwo \nthree"


def test_a_path_is_no_break() -> None:
    text = "title,notes\nTea,C:\\new\\nothing\n"
    assert fields(read(text))[0]["description"] == "C:\\new\\nothing"


def test_a_long_title_is_shortened_and_kept_whole() -> None:
    title = "word " * 60 + "end"
    item = read(f"title,notes\n{title},more\n").items[0]
    assert len(item.title) <= 200
    assert item.title.endswith("word…")
    assert item.description == f"{title}\n\nmore"


def test_the_same_file_has_the_same_ids() -> None:
    text = "title,project,due\nTea,A,\nTea,A,\nTea,B,\ntea,a,2026-12-04\nMilk,,\n"
    first, again = read(text).items, read(text.replace("2026-12-04", "")).items
    names = [item.external_id for item in first]
    assert names == [item.external_id for item in again]
    assert len(set(names)) == 5
    assert all((name or "").startswith("csv:") and len(name or "") <= 200 for name in names)


def test_ids_of_the_file_are_used_and_can_be_kept_apart() -> None:
    text = f'id,title,blocked by\n7,Tea,\n8,Milk,"7, 99"\n{"x" * 300},Rice,\n'
    reading = read(text, source="shop")
    assert [item.external_id for item in reading.items[:2]] == ["shop:7", "shop:8"]
    assert len(reading.items[2].external_id or "") <= 200
    assert reading.items[1].after == ("shop:7", "shop:99")
    assert remarks(reading) == ["1 dependency leads to tasks that are not in the file."]


def test_an_empty_file() -> None:
    assert read("").items == []
    assert read("title,due\n").items == []


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    with suppress(FormatError):
        assert all(item.title and len(item.title) <= 200 for item in read(data).items)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), max_size=6))
def test_any_cells_are_read_or_refused_with_a_sentence(rows: list[list[str]]) -> None:
    lines = [";".join(cell.replace(";", "").replace("\n", " ") for cell in row) for row in rows]
    with suppress(FormatError):
        reading = read("\n".join(["title;due;priority;duration", *lines]))
        told = [item.line for item in reading.items] + [one.line for one in reading.errors]
        assert all(number >= 2 for number in told)


def test_a_mapping_may_be_written_the_other_way_round() -> None:
    text = "Summary of it,Frist\nTea,2026-12-04\n"
    reading = read(text, mapping={"title": "Summary of it", "Frist": "due"})
    assert fields(reading) == [{"title": "Tea", "due": "2026-12-04T22:59:00Z"}]


def test_what_was_guarded_against_spreadsheets_is_freed() -> None:
    """As exports write it: an apostrophe before what a spreadsheet would take for a formula."""
    reading = read("title,notes\n'=1+1,'@home\n'quoted',''=x\n")
    assert titles(reading) == ["=1+1", "'quoted'"]
    assert [item.description for item in reading.items] == ["@home", "'=x"]


def test_a_separator_in_a_cell_is_no_line() -> None:
    reading = read("title,notes\nTea\u2028hot,a\x0bb\nMilk,\n")
    assert titles(reading) == ["Tea hot", "Milk"]
    assert [item.line for item in reading.items] == [2, 3]


def test_a_file_that_is_no_csv_at_all() -> None:
    text = "title,notes\n" + 'a,"b" c "d\n' * 3_000
    with pytest.raises(FormatError, match="Is it a CSV"):
        read(text)


def test_a_cell_larger_than_csv_allows_costs_its_row() -> None:
    reading = read(f"title,notes\nTea,{'x' * 200_000}\nMilk,\n")
    assert titles(reading) == ["Milk"]
    assert [line for line, _ in errors(reading)] == [2]
    headless = read("x" * 200_000 + ",b\nTea,\n")
    assert (titles(headless), [line for line, _ in errors(headless)]) == (["Tea"], [1])
